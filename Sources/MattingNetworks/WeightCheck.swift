import Files
import WeightFiles

/// Everything that keeps a weight file from being used, found in one go.
///
/// Loading stops at the first stage that fails; a check goes on where it can: values with a wrong checksum are looked at
/// all the same, and one bad key of the metadata does not hide the next.
public struct WeightCheck: Sendable, Codable {
    /// One thing that is wrong.
    public struct Problem: Sendable, Equatable, Codable {
        /// What kind of thing is wrong.
        @nonexhaustive public enum Kind: String, Sendable, Codable, CaseIterable {
            /// The file cannot be read, or is no weight file.
            case file
            /// The data is not what it was when the file was written.
            case checksum
            /// The network is not known.
            case architecture
            /// A value of the metadata cannot be understood.
            case metadata
            /// A tensor that the network needs is not there.
            case missing
            /// A tensor has another shape than the network needs.
            case misshaped
            /// A tensor is stored in a way that is not read.
            case unsupportedType = "unsupported-type"
            /// A tensor has infinities or NaNs, or a batch norm's variance and gain give some.
            case nonFinite = "non-finite"
            /// A tensor that the network does not ask for.
            case unused
        }

        /// What kind of thing is wrong.
        public let kind: Kind
        /// The tensor or the key of the metadata; nil where the whole file is meant.
        public let subject: String?
        /// What is wrong with it, in words.
        public let message: String
    }

    /// The file's path.
    public let file: String
    /// The network that the tensors belong to; nil where that cannot be told.
    public private(set) var architecture: String?
    /// In the order in which they were found, tensors by kind.
    public private(set) var problems: [Problem] = []

    /// Whether the file loads.
    public var isUsable: Bool { problems.isEmpty }

    /// Checks the file at `path`.
    ///
    /// - Complexity: O(bytes), twice where the checksum is wrong.
    public init(contentsOf path: String) { self.init(contentsOf: BytePath(path)) }

    /// Checks a file by a name of any bytes.
    package init(contentsOf path: BytePath) {
        self.file = path.description
        guard let file = open(path) else { return }
        if EdgeModel.isRecognized(in: file) {
            architecture = EdgeModel.architecture
            checkTensors(of: file, where: EdgeModel.isRecognized) { (scope) throws(WeightError) in
                _ = try EdgeNetwork(scope)
            }
        } else {
            let known = note(.architecture) { () throws(WeightError) in try Architecture(of: file) }
            architecture = known?.name
            checkMetadata(of: file, known)
            if let known {
                var classCount: Int?
                checkTensors(of: file, where: known.isRecognized) { (scope) throws(WeightError) in
                    classCount = try known.makeNetwork(scope, known.defaultRecipe).classCount
                }
                if let classCount, let recipe = try? known.recipe(of: file) {
                    _ = note(.metadata) { () throws(WeightError) in
                        try known.requireOutput(of: recipe, classCount: classCount, file: file, overriding: [:])
                    }
                }
            }
        }
    }

    /// Runs a stage, and notes what it throws.
    private mutating func note<Result>(
        _ kind: Problem.Kind, _ body: () throws(WeightError) -> Result
    ) -> Result? {
        do throws(WeightError) {
            return try body()
        } catch .badMetadata(_, let key, let value, let expected) {
            let message = "\(quoted(value)), expected \(expected)"
            problems.append(Problem(kind: .metadata, subject: key, message: message))
        } catch .checksumMismatch(let file, let expected, let actual) {
            let error = WeightError.checksumMismatch(file: file, expected: expected, actual: actual)
            problems.append(Problem(kind: .checksum, subject: nil, message: "\(error)"))
        } catch {
            problems.append(Problem(kind: kind, subject: nil, message: "\(error)"))
        }
        return nil
    }

    /// Opens a file, in spite of a wrong checksum.
    private mutating func open(_ path: BytePath) -> WeightFile? {
        if let file = note(.file, { () throws(WeightError) in try WeightFile.opened(path) }) { return file }
        guard let problem = problems.last, problem.kind != .file else { return nil }
        return note(.file) { () throws(WeightError) in try WeightFile.opened(path, verifyingChecksum: false) }
    }

    /// Each key of the input recipe by itself, then, if all can be understood, whether they go together.
    private mutating func checkMetadata(of file: WeightFile, _ architecture: Architecture?) {
        let before = problems.count
        // With a size of its own and a rule that takes any multiple, so that no key needs another one.
        let neutral = InputRecipe(rule: .fit, width: 1024, height: 1024)
        for key in file.metadata.keys.sorted() {
            guard let value = file.metadata[key] else { continue }
            _ = note(.metadata) { () throws(WeightError) in
                try InputRecipe(metadata: [key: value], default: neutral, file: file.name)
            }
        }
        if problems.count == before, let architecture {
            _ = note(.metadata) { () throws(WeightError) in try architecture.recipe(of: file) }
        }
        _ = note(.metadata) { () throws(WeightError) in try DoubtCalibration(of: file) }
    }

    /// Builds a network, and notes what its binder found.
    private mutating func checkTensors(
        of file: WeightFile, where isRecognized: (WeightScope) -> Bool,
        _ build: (WeightScope) throws(WeightError) -> Void
    ) {
        let binder = WeightBinder(file)
        do throws(WeightError) {
            try build(binder.root(where: isRecognized))
            try binder.finish()
        } catch .unusable(_, let found) {
            problems += found.listed
        } catch {
            problems.append(Problem(kind: .file, subject: nil, message: "\(error)"))
        }
    }
}

extension WeightProblems {
    /// One by one.
    fileprivate var listed: [WeightCheck.Problem] {
        func list<Item>(
            _ kind: WeightCheck.Problem.Kind, _ items: [Item], _ words: (Item) -> (String, String)
        ) -> [WeightCheck.Problem] {
            items.map { item in
                let (name, message) = words(item)
                return WeightCheck.Problem(kind: kind, subject: name, message: message)
            }
        }
        return list(.missing, missing) { ($0.name, "the network needs it, \($0.expected)") }
            + list(.misshaped, misshaped) { ($0.name, "\($0.actual) instead of \($0.expected)") }
            + list(.unsupportedType, unsupportedType) { ($0.name, "\($0.type) is not read") }
            + list(.nonFinite, nonFinite) { problem in
                (problem.name, "\(problem.count) infinities or NaNs, the first at \(problem.firstIndex)")
            }
            + list(.nonFinite, unfoldable) { problem in
                (problem.name, "the batch norm's factor or shift is not finite, the first at \(problem.firstIndex)")
            }
            + list(.unused, unused) { ($0, "the network does not ask for it") }
    }
}
