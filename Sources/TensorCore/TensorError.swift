/// What can go wrong with outside numbers in the tensor core; shapes inside our own graphs are preconditions instead.
@nonexhaustive public enum TensorError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A shape has a negative dimension, or more elements than an `Int` of bytes can count.
    case shapeOverflow(dimensions: [Int])
    /// The system refused `byteCount` bytes for `purpose`.
    case outOfMemory(byteCount: Int, purpose: String)

    public var description: String {
        switch self {
        case .shapeOverflow(let dimensions):
            "a tensor of shape \(dimensions) is not representable; use a smaller picture or input size"
        case .outOfMemory(let byteCount, let purpose):
            "out of memory: \(byteCount) bytes for \(purpose) were refused; use a smaller picture or input size"
        }
    }
}
