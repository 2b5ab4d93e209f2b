import TensorCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Memory for plain numbers, zero at first, freed with its owner.
///
/// Swift's arrays abort the process when memory runs out; what grows with the picture comes from here.
final class PlainBuffer<Element: BitwiseCopyable> {
    private(set) var base: UnsafeMutablePointer<Element>
    private(set) var count: Int
    private let purpose: String

    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    init(count: Int, purpose: String) throws(TensorError) {
        precondition(count >= 0, "a buffer of \(count)")
        guard let raw = calloc(max(count, 1), MemoryLayout<Element>.stride) else {
            throw .outOfMemory(byteCount: Self.byteCount(count), purpose: purpose)
        }
        self.base = raw.bindMemory(to: Element.self, capacity: max(count, 1))
        self.count = count
        self.purpose = purpose
    }

    deinit { free(base) }

    /// Makes room for at least `count` in all, keeping what is there; new room is not cleared.
    ///
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``; what was there is still there.
    func grow(to count: Int) throws(TensorError) {
        guard count > self.count else { return }
        let larger = max(count, 2 * self.count)
        let byteCount = Self.byteCount(larger)
        guard byteCount < .max, let raw = realloc(base, byteCount) else {
            throw .outOfMemory(byteCount: byteCount, purpose: purpose)
        }
        base = raw.bindMemory(to: Element.self, capacity: larger)
        self.count = larger
    }

    private static func byteCount(_ count: Int) -> Int {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Element>.stride)
        return overflow ? .max : byteCount
    }
}
