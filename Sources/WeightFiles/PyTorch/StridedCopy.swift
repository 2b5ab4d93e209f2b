/// A tensor whose values do not follow one another, as those of a transposed one, to be copied in their order.
struct StridedCopy {
    /// The first value, in bytes of the storage, and where it goes, in those of the memory for tensors.
    private let source: Int
    private let target: Int
    private let valueByteCount: Int
    private let shape: [Int]
    private let strides: [Int]

    /// - Parameters:
    ///   - source: the first value, in bytes of the storage.
    ///   - target: where it goes, in bytes of the memory for tensors.
    ///   - valueByteCount: 1, 2, 4 or 8.
    ///   - shape: each dimension at least 1.
    ///   - strides: from a value to the next along each dimension, in values.
    init(from source: Int, to target: Int, valueByteCount: Int, shape: [Int], strides: [Int]) {
        self.source = source
        self.target = target
        self.valueByteCount = valueByteCount
        self.shape = shape
        // Nobody steps along a dimension of one, whose stride may be any number.
        self.strides = zip(shape, strides).map { $0 > 1 ? $1 : 0 }
    }

    /// Copies the values, whose places the caller has compared with both memories.
    ///
    /// - Complexity: O(values).
    func run(from storage: UnsafeRawPointer, in memory: UnsafeMutableRawPointer) {
        switch valueByteCount {
        case 1: copy(UInt8.self, storage, memory)
        case 2: copy(UInt16.self, storage, memory)
        case 4: copy(UInt32.self, storage, memory)
        default: copy(UInt64.self, storage, memory)
        }
    }

    /// Value by value, the last dimension in a loop of its own: the rest costs nothing beside it.
    @inline(__always)
    private func copy<Word: FixedWidthInteger>(
        _ word: Word.Type, _ storage: UnsafeRawPointer, _ memory: UnsafeMutableRawPointer
    ) {
        let size = MemoryLayout<Word>.size
        let length = shape.last ?? 1
        let step = (strides.last ?? 0) * size
        var indices = [Int](repeating: 0, count: shape.count)
        var (row, out) = (source, target)
        while true {
            var (place, index) = (row, 0)
            while index < length {
                let value = storage.loadUnaligned(fromByteOffset: place, as: Word.self)
                memory.storeBytes(of: value, toByteOffset: out, as: Word.self)
                place &+= step
                out &+= size
                index &+= 1
            }
            // The next row, as an odometer turns.
            var dimension = shape.count - 2
            while dimension >= 0 {
                indices[dimension] += 1
                row += strides[dimension] * size
                if indices[dimension] < shape[dimension] { break }
                row -= strides[dimension] * shape[dimension] * size
                indices[dimension] = 0
                dimension -= 1
            }
            if dimension < 0 { return }
        }
    }
}
