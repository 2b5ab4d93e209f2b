import ArgumentParser
import Files
import Matting
import MattingNetworks
import WeightFiles

extension Weights {
    struct Inspect: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Prints architecture, input recipe, tensors, parameters, types, licence and hash.",
            discussion: """
                Without a file it shows the two that are embedded in the program. What is in a file that no network can \
                use is shown too, and why not; the exit status is 1 then.
                """)

        @Argument(help: ArgumentHelp("Weight file: safetensors, PyTorch or ONNX.", valueName: "file"))
        var file: BytePath?

        @Flag(help: "List every tensor with its type and shape.")
        var tensors = false

        @Flag(help: "Print a JSON object.")
        var json = false

        func run() throws {
            guard let file else {
                try show(try failing { () throws(MattingError) in try MattingPipeline.defaultWeights() })
                if !json { Console.line("") }
                try show(try failing { () throws(MattingError) in try MattingPipeline.defaultEdgeWeights() })
                return
            }
            try show(try failing { () throws(WeightError) in try WeightFile.opened(file) })
        }

        private func show(_ weights: WeightFile) throws {
            let summary = WeightSummary(weights, listingTensors: tensors)
            if json {
                Console.json(summary)
            } else {
                for line in summary.lines { Console.line(line) }
            }
            if let problem = summary.problem {
                Console.message(problem)
                throw ExitCode(1)
            }
        }
    }
}
