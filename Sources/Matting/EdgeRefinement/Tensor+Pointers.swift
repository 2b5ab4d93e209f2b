import TensorCore

extension Tensor {
    /// Reads the values of a tensor that has some; the pointer is valid inside `body` only.
    func withPointer<Result>(_ body: (UnsafePointer<Float>) -> Result) -> Result {
        withValues { values in
            guard let base = values.baseAddress else { preconditionFailure("a tensor without memory") }
            return body(base)
        }
    }

    /// Writes the values of a tensor that has some; the pointer is valid inside `body` only.
    ///
    /// - Throws: ``TensorError`` where a copy was needed and refused.
    mutating func withMutablePointer<Result>(
        _ body: (UnsafeMutablePointer<Float>) -> Result
    ) throws(TensorError) -> Result {
        try withMutableValues { values in
            guard let base = values.baseAddress else { preconditionFailure("a tensor without memory") }
            return body(base)
        }
    }
}
