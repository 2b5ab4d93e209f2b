import ArgumentParser
import Files
import ImageCodecs
import MattingBatch

struct BatchMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Makes one manifest of those of the parts of a batch.",
        discussion: """
            With it as <out>/manifest.jsonl a run without --shard goes on where the parts ended, and has nothing to do where \
            all did their part.
            """)

    @Argument(help: ArgumentHelp("Manifests.", valueName: "manifest"))
    var manifests: [BytePath]

    @Option(
        name: .shortAndLong,
        help: ArgumentHelp("The manifest to write; one that is there is replaced.", valueName: "file"))
    var output: BytePath

    func run() throws {
        do throws(BatchError) {
            try BatchManifest.merge(manifests, into: output)
        } catch {
            throw UsageError("\(error)")
        }
    }
}
