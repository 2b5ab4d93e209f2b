import ArgumentParser

struct Batch: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Takes whole shoots: pictures are sorted by rules, written for every channel, and nothing is lost.",
        subcommands: [BatchWork.self, BatchMerge.self],
        defaultSubcommand: BatchWork.self)
}
