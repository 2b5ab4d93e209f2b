import ArgumentParser
import Files
import Matting
import MattingNetworks
import WeightFiles

extension Weights {
    struct Diff: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Compares two weight files: metadata, names, shapes, types and values.",
            discussion: "Exit status as that of diff: 0 the same, 1 different, 2 a file cannot be read.")

        @Argument(help: ArgumentHelp("Weight file: safetensors, PyTorch or ONNX.", valueName: "a"))
        var first: BytePath

        @Argument(help: ArgumentHelp("Weight file: safetensors, PyTorch or ONNX.", valueName: "b"))
        var second: BytePath

        @Flag(help: "Show every difference, not the first ten of a kind.")
        var all = false

        @Flag(help: "Print a JSON object.")
        var json = false

        func run() throws {
            let difference = try compare()
            if json {
                Console.json(Result(difference, first: first.description, second: second.description))
            } else {
                for line in lines(difference) { Console.line(line) }
            }
            if !difference.isEmpty { throw ExitCode(1) }
        }

        private func compare() throws -> WeightDifference {
            do throws(WeightError) {
                return try WeightDifference(.opened(first), .opened(second))
            } catch {
                Console.message("\(error)")
                throw ExitCode(2)
            }
        }
    }
}

// MARK: For people

extension Weights.Diff {
    private func lines(_ difference: WeightDifference) -> [String] {
        if difference.isEmpty { return ["the same: metadata and \(difference.comparedCount) tensors"] }
        var lines: [String] = []
        func add<Item>(_ title: String, _ items: [Item], _ columns: [Table.Alignment], _ cells: (Item) -> [String]) {
            guard !items.isEmpty else { return }
            var table = Table([.left] + columns)
            let shown = all ? items[...] : items.prefix(10)
            for item in shown { table.add([""] + cells(item)) }
            if !lines.isEmpty { lines.append("") }
            lines.append(title)
            lines += table.lines
            if shown.count < items.count { lines.append("  … and \(items.count - shown.count) more (--all)") }
        }
        func form(_ info: TensorInfo) -> String { "\(info.type) \(info.shape)" }
        func only(_ file: BytePath) -> String { "Only in \(Console.escaped(file.description))" }
        add("Metadata", difference.metadata, [.left, .left]) { item in
            [Console.escaped(item.key), "\(text(item.first)) → \(text(item.second))"]
        }
        add(only(first), difference.onlyInFirst, [.left, .left]) { [Console.escaped($0.name), form($0)] }
        add(only(second), difference.onlyInSecond, [.left, .left]) { [Console.escaped($0.name), form($0)] }
        add("Other shapes or types", difference.forms, [.left, .left]) { item in
            [Console.escaped(item.first.name), "\(form(item.first)) → \(form(item.second))"]
        }
        let title = "Values: \(difference.values.count) of \(difference.comparedCount) tensors differ, the worst first"
        add(title, difference.values, [.left, .right, .left, .right, .left, .right]) { item in
            [
                Console.escaped(item.name), "\(item.differingCount) of \(item.count)",
                "largest", item.maximum.significant(3), "mean", item.mean.significant(3),
            ]
        }
        return lines
    }

    private func text(_ value: String?) -> String {
        guard let value else { return "not there" }
        let shown = Console.escaped(String(value.prefix(60)))
        return value.count > 60 ? "\"\(shown)…\"" : "\"\(shown)\""
    }
}

// MARK: For programs

extension Weights.Diff {
    private struct Result: Encodable {
        let first: String
        let second: String
        let same: Bool
        let metadata: [Metadata]
        let onlyInFirst: [String]
        let onlyInSecond: [String]
        let forms: [Form]
        let compared: Int
        let values: [Values]

        struct Metadata: Encodable {
            let key: String
            let first: String?
            let second: String?
        }

        struct Form: Encodable {
            let tensor: String
            let first: Layout
            let second: Layout
        }

        struct Layout: Encodable {
            let type: String
            let shape: [Int]
        }

        struct Values: Encodable {
            let tensor: String
            let count: Int
            let differing: Int
            /// Absent where they are no finite numbers.
            let maximum: Double?
            let mean: Double?
        }

        init(_ difference: WeightDifference, first: String, second: String) {
            func layout(_ info: TensorInfo) -> Layout { Layout(type: "\(info.type)", shape: info.shape) }
            func finite(_ value: Double) -> Double? { value.isFinite ? value : nil }
            self.first = first
            self.second = second
            self.same = difference.isEmpty
            self.metadata = difference.metadata.map { Metadata(key: $0.key, first: $0.first, second: $0.second) }
            self.onlyInFirst = difference.onlyInFirst.map(\.name)
            self.onlyInSecond = difference.onlyInSecond.map(\.name)
            self.forms = difference.forms.map {
                Form(tensor: $0.first.name, first: layout($0.first), second: layout($0.second))
            }
            self.compared = difference.comparedCount
            self.values = difference.values.map {
                Values(
                    tensor: $0.name, count: $0.count, differing: $0.differingCount, maximum: finite($0.maximum),
                    mean: finite($0.mean))
            }
        }
    }
}
