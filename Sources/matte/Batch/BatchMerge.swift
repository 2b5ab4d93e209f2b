import ArgumentParser
import Files
import ImageCodecs
import MattingBatch

struct BatchMerge: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "merge",
        abstract: "Makes one manifest, and one review page, of those of the parts of a batch.",
        discussion: """
            Of pages in review-0-of-8/ and so on, beside the manifests of those parts, comes review/ beside the new manifest.

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
            let missing = try BatchManifest.merge(manifests, into: output)
            if missing > 0 {
                Console.message(
                    "\(missing) pictures are not on the review page: their previews are not beside their manifests; a run "
                        + "without --shard makes them")
            }
        } catch {
            throw UsageError("\(error)")
        }
    }
}
