/// Bits packed into bytes from the lowest one, as deflate has them.
struct BitWriter {
    private var bits: UInt64 = 0
    private var count = 0
    private var next: UnsafeMutableRawPointer
    private let first: UnsafeMutableRawPointer

    /// What is left of a byte between two writers.
    struct Rest {
        var bits: UInt64 = 0
        var count = 0
    }

    /// - Parameter memory: room for all that will be written and 8 bytes more.
    init(to memory: UnsafeMutableRawPointer, after rest: Rest) {
        (self.next, self.first) = (memory, memory)
        (self.bits, self.count) = (rest.bits, rest.count)
    }

    /// Bytes that are complete, after ``store()``.
    var byteCount: Int { next - first }
    /// After ``store()``.
    var rest: Rest { Rest(bits: bits, count: count) }

    /// At most 56 bits may be added between two calls of ``store()``.
    @inline(__always)
    mutating func add(_ value: UInt64, _ length: Int) {
        bits |= value &<< UInt64(truncatingIfNeeded: count)
        count &+= length
    }

    @inline(__always)
    mutating func store() {
        next.storeBytes(of: bits.littleEndian, as: UInt64.self)
        let bytes = count &>> 3
        next += bytes
        bits = bits &>> UInt64(truncatingIfNeeded: bytes &* 8)
        count &= 7
    }

    mutating func write(_ value: UInt64, _ length: Int) {
        add(value, length)
        store()
    }

    /// Zeros up to the next whole byte.
    mutating func align() {
        count = (count + 7) & ~7
        store()
    }

    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        UnsafeMutableRawBufferPointer(start: next, count: bytes.count).copyMemory(from: bytes)
        next += bytes.count
    }
}
