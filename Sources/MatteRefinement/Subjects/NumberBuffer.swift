import TensorCore

/// Plain numbers, zero at first, in memory that may be refused.
struct NumberBuffer<Element: BitwiseCopyable>: @unchecked Sendable {
    // Unchecked: written while one owner prepares it, only read once it is shared.
    let base: UnsafeMutablePointer<Element>
    let count: Int
    private let memory: FloatBuffer

    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    init(count: Int, purpose: @autoclosure () -> String) throws(TensorError) {
        let (byteCount, overflows) = max(count, 1).multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        guard !overflows else { throw .outOfMemory(byteCount: .max, purpose: purpose()) }
        self.memory = try FloatBuffer(
            count: (byteCount - 1) / MemoryLayout<Float>.stride + 1, zeroed: true, purpose: purpose())
        self.base = UnsafeMutableRawPointer(memory.base).bindMemory(to: Element.self, capacity: max(count, 1))
        self.count = count
    }
}
