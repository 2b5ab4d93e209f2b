import ArgumentParser
import Files
import Matting
import MattingNetworks

extension Weights {
    struct Check: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Says whether weight files can be used, and all that is wrong with those that cannot.",
            discussion: "Exit status: 0 all can be used, 1 some cannot.")

        @Argument(help: ArgumentHelp("Weight files: safetensors, PyTorch or ONNX.", valueName: "file"))
        var files: [BytePath]

        @Flag(help: "Print a JSON object a file.")
        var json = false

        func run() throws {
            var areUsable = true
            for file in files {
                let check = WeightCheck(contentsOf: file)
                areUsable = areUsable && check.isUsable
                if json {
                    Console.json(Result(check))
                } else {
                    for line in check.lines { Console.line(line) }
                }
            }
            if !areUsable { throw ExitCode(1) }
        }
    }
}

extension Weights.Check {
    /// What `--json` says of a file.
    private struct Result: Encodable {
        let file: String
        let usable: Bool
        let architecture: String?
        let problems: [Problem]

        struct Problem: Encodable {
            let kind: String
            /// A tensor or a key of the metadata.
            let subject: String?
            let message: String
        }

        init(_ check: WeightCheck) {
            self.file = check.file
            self.usable = check.isUsable
            self.architecture = check.architecture
            self.problems = check.problems.map {
                Problem(kind: $0.kind.rawValue, subject: $0.subject, message: $0.message)
            }
        }
    }
}

extension WeightCheck {
    fileprivate var lines: [String] {
        let network = architecture.map { ", \($0)" } ?? ""
        let verdict = isUsable ? "usable" : problems.count == 1 ? "1 problem" : "\(problems.count) problems"
        var table = Table([.left, .left])
        for problem in problems {
            let subject = problem.subject.map { Console.escaped($0) + ": " } ?? ""
            table.add(["  \(problem.kind.rawValue)", subject + problem.message])
        }
        return ["\(file): \(verdict)\(network)"] + table.lines
    }
}
