/// Everything that keeps the tensors of a file from fitting a network, collected in one pass.
public struct WeightProblems: Sendable, Equatable, Codable {
    /// A tensor that the network needs and the file lacks.
    public struct Missing: Sendable, Equatable, Codable {
        /// The tensor's name.
        public let name: String
        /// The shape that the network needs.
        public let expected: [Int]
    }

    /// A tensor whose shape is not the one that the network needs.
    public struct Misshaped: Sendable, Equatable, Codable {
        /// The tensor's name.
        public let name: String
        /// The shape that the network needs.
        public let expected: [Int]
        /// The shape in the file.
        public let actual: [Int]
    }

    /// A tensor with infinities or NaNs among its values.
    public struct NonFinite: Sendable, Equatable, Codable {
        /// The tensor's name.
        public let name: String
        /// How many values are not finite.
        public let count: Int
        /// The index of the first of them, in storage order.
        public let firstIndex: Int
    }

    /// A batch norm that cannot be folded: with its variance and gain a channel's factor or shift is no finite number.
    public struct Unfoldable: Sendable, Equatable, Codable {
        /// The tensor of the variances.
        public let name: String
        /// The first such channel.
        public let firstIndex: Int
    }

    /// A tensor stored in a way that is not read.
    public struct UnsupportedType: Sendable, Equatable, Codable {
        /// The tensor's name.
        public let name: String
        /// How its values are stored.
        public let type: WeightType
    }

    /// Tensors that the network needs and the file lacks.
    public internal(set) var missing: [Missing] = []
    /// Tensors of another shape than the network needs.
    public internal(set) var misshaped: [Misshaped] = []
    /// Tensors of the file that the network did not ask for.
    public internal(set) var unused: [String] = []
    /// Tensors with infinities or NaNs.
    public internal(set) var nonFinite: [NonFinite] = []
    /// Batch norms that cannot be folded.
    public internal(set) var unfoldable: [Unfoldable] = []
    /// Tensors whose type is not read.
    public internal(set) var unsupportedType: [UnsupportedType] = []
    /// How many tensors were found and could be read, in the right shape.
    public internal(set) var fittingCount = 0

    /// Whether nothing was found; ``fittingCount`` is no problem.
    public var isEmpty: Bool {
        missing.isEmpty && misshaped.isEmpty && unused.isEmpty && nonFinite.isEmpty && unfoldable.isEmpty
            && unsupportedType.isEmpty
    }
}
