import ArgumentParser
import Matting

/// The engine's benchmarks: alone (`times`, the default) or as one of the engines that `Benchmarks/compare.py` drives.
@main
struct MattingBenchmarks: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Times the networks, alone or beside other engines.",
        subcommands: [
            Times.self, Serve.self, Foreground.self, Masks.self, Solve.self, Refinements.self, Separation.self,
        ], defaultSubcommand: Times.self)
}
