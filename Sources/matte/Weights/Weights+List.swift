import ArgumentParser
import Matting
import MattingNetworks

extension Weights {
    struct List: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Lists the embedded weights and the networks whose files load.",
            discussion: """
                A network's preprocessing is that of a file that says nothing of its own; metadata and --recipe override \
                it.
                """)

        @Flag(help: "Print a JSON object.")
        var json = false

        func run() throws {
            let listing = Listing(
                embedded: try failing { () throws(MattingError) in
                    [
                        WeightSummary(try MattingPipeline.defaultWeights()),
                        WeightSummary(try MattingPipeline.defaultEdgeWeights()),
                    ]
                }, networks: Architecture.allCases.map(Network.init))
            if json { return Console.json(listing) }
            for line in listing.lines { Console.line(line) }
        }
    }
}

extension Weights.List {
    /// What the command prints.
    private struct Listing: Encodable {
        let embedded: [WeightSummary]
        let networks: [Network]

        var lines: [String] {
            var files = Table([.left, .left, .right, .right, .left, .left])
            for summary in embedded {
                files.add([
                    summary.file, summary.architecture ?? "unknown", summary.parameters.millionsText,
                    summary.bytes.bytesText,
                    summary.licence ?? "licence not stated", "sha256 \(summary.sha256)",
                ])
            }
            var known = Table([.left, .right, .left])
            for network in networks {
                known.add([network.name, network.parameters.millionsText, network.paper])
                known.add(["", "", "\(network.input); \(network.output)"])
            }
            return files.lines + [""] + known.lines
        }
    }

    /// A network whose files load.
    private struct Network: Encodable {
        let name: String
        let paper: String
        let parameters: Int
        let input: String
        let output: String

        init(_ architecture: Architecture) {
            let recipe = architecture.defaultRecipe
            self.name = architecture.name
            self.paper = architecture.paper
            self.parameters = architecture.parameterCount
            self.input = recipe.inputSummary
            self.output = recipe.outputSummary
        }
    }
}

extension Int {
    /// A number of parameters as papers say it.
    fileprivate var millionsText: String { (Double(self) / 1e6).fixed(self < 1_000_000 ? 2 : 1) + " M" }
}
