import TensorCore

/// Pointers for loops that several threads share; they stay valid while the tensor is alive and not written through
/// another value, which the callers see to.
extension Tensor {
    /// The values for reading.
    var borrowed: UnsafePointer<Float> {
        withValues { values in
            guard let base = values.baseAddress else { preconditionFailure("a tensor without memory") }
            return base
        }
    }

    /// The values for writing.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)`` where the storage was shared and a copy is refused.
    mutating func exclusive() throws(TensorError) -> UnsafeMutablePointer<Float> {
        try withMutableValues { values in
            guard let base = values.baseAddress else { preconditionFailure("a tensor without memory") }
            return base
        }
    }
}
