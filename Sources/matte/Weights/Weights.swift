import ArgumentParser

struct Weights: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Lists, shows, checks, compares and converts weight files.",
        subcommands: [List.self, Inspect.self, Check.self, Diff.self, Convert.self])
}
