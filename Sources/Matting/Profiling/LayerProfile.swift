import TensorCore

/// One layer of a network that ran: what it did, how, and how long it took.
public struct LayerProfile: Sendable, Codable {
    /// Its name in the weight file; empty where it has no weights.
    public let name: String
    /// What it computes: "convolution 3×3 64→16".
    public let work: String
    /// By which algorithm, where there is a choice: "winograd F(4)".
    public let algorithm: String?
    /// What it yields, `[N, H, W, C]`.
    package let outputShape: TensorShape
    /// Multiply-accumulates as the definition counts them, whatever the algorithm does.
    public let multiplyAccumulates: Int
    /// From the end of the layer before it to its own.
    public package(set) var duration: Duration

    init(_ step: Plan.Step, duration: Duration) {
        self.name = step.label
        self.work = step.work
        self.algorithm = step.algorithm
        self.outputShape = step.outputShape
        self.multiplyAccumulates = step.multiplyAccumulates
        self.duration = duration
    }

    /// The work without its numbers: "convolution", "bilinear resize".
    public var kind: String {
        var words = work.split(separator: " ").prefix { !$0.contains(where: \.isNumber) }
        if words.last == "to" { words.removeLast() }
        return words.joined(separator: " ")
    }
}
