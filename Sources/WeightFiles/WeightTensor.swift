import TensorCore

/// The values of one tensor of a weight file as floats, in the file's own order (the last dimension varies fastest).
///
/// A collection of `count` floats; several copies share one buffer, which is never written again.
package struct WeightTensor: Sendable, RandomAccessCollection {
    /// The dimensions, slowest first; empty for a single number.
    package let shape: [Int]
    private let storage: FloatBuffer

    /// - Parameter storage: as many floats as `shape` asks for, not written any more.
    init(shape: [Int], storage: FloatBuffer) {
        self.shape = shape
        self.storage = storage
    }

    /// The given values, for layers whose weights do not come from a file.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package init(shape: [Int], values: [Float]) throws(TensorError) {
        precondition(shape.reduce(1, *) == values.count, "\(values.count) values for a tensor \(shape)")
        self.shape = shape
        self.storage = try FloatBuffer(count: values.count, purpose: "weights \(shape)")
        storage.base.update(from: values, count: values.count)
    }

    package var startIndex: Int { 0 }
    package var endIndex: Int { storage.count }

    package subscript(index: Int) -> Float {
        precondition(index >= 0 && index < storage.count, "value \(index) of a tensor \(shape)")
        return storage.base[index]
    }

    /// Reads the values as one buffer, valid inside `body` only; for loops over all of them.
    package func withValues<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
    }

    /// The values as an array, copied at once; for small tensors, since memory that is refused ends the process here.
    package var values: [Float] { withValues { Array($0) } }

    package func withContiguousStorageIfAvailable<Result>(
        _ body: (UnsafeBufferPointer<Float>) throws -> Result
    ) rethrows -> Result? {
        try body(UnsafeBufferPointer(start: storage.base, count: storage.count))
    }
}
