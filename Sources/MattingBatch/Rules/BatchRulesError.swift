/// What is wrong with a file of rules: all of it, in the order of the lines.
public struct BatchRulesError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One thing that is wrong.
    public struct Problem: Sendable, Equatable {
        /// Counted from 1; 0 for the file as a whole.
        public let line: Int
        /// Counted from 1.
        public let column: Int
        /// What is wrong, and what to write.
        public let reason: String
    }

    /// The file.
    public let path: String
    /// At least one.
    public let problems: [Problem]

    public var description: String { lines.joined(separator: "\n") }

    /// A line for each problem.
    package var lines: [String] {
        problems.map { problem in
            (problem.line > 0 ? "\(path):\(problem.line):\(problem.column): " : "\(path): ") + problem.reason
        }
    }
}
