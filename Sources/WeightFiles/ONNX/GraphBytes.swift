/// The bytes of a graph's file, of which a part is in memory at a time.
///
/// A graph's file is its weights and, between them, little that says what they are. That little is read through a window
/// which moves along; weights are passed over, and read later into where they are wanted. So they are never in memory
/// twice. Not for several threads at once: who reads moves the window.
final class GraphBytes {
    private let source: WeightSource
    /// Keeps alive what the source only points to.
    private let owner: WeightStorage?
    private var window: WeightStorage
    /// Where the window begins in the file.
    private var start = 0

    /// As many bytes as are read at once. Between two weights of a network there are a hundred, so more is read in vain.
    static let windowByteCount = 1 << 14

    /// The bytes of a file.
    init(_ source: consuming WeightSource) throws(WeightError) {
        self.window = try source.read(min(source.byteCount, Self.windowByteCount), from: 0)
        self.source = source
        self.owner = nil
    }

    /// Bytes in memory.
    init(_ storage: WeightStorage, file: String) {
        self.window = storage
        self.source = WeightSource(storage.bytes, isStatic: true, file: file)
        self.owner = storage
    }

    /// What errors name the file by.
    var file: String { source.file }

    var count: Int { source.byteCount }

    /// The number at `offset`, which is written with the lowest byte first. Its bytes must be there.
    func load<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) throws(WeightError) -> Number {
        let place = try place(of: offset..<offset + MemoryLayout<Number>.size)
        return Number(littleEndian: window.bytes.loadUnaligned(fromByteOffset: place, as: type))
    }

    /// The bytes in `range`, which are there and no more than ``windowByteCount``: valid until the next ones are read.
    func bytes(_ range: Range<Int>) throws(WeightError) -> UnsafeRawBufferPointer {
        let place = try place(of: range)
        return UnsafeRawBufferPointer(rebasing: window.bytes[place..<place + range.count])
    }

    /// Fills `target` with the bytes from `offset`, which are there.
    func read(into target: UnsafeMutableRawBufferPointer, from offset: Int) throws(WeightError) {
        try source.read(into: target, from: offset)
    }

    /// Where `range` begins in the window, which is moved there if need be.
    private func place(of range: Range<Int>) throws(WeightError) -> Int {
        precondition(range.count <= Self.windowByteCount && range.upperBound <= count, "checked by who reads")
        if range.lowerBound < start || range.upperBound > start + window.bytes.count {
            window = try source.read(min(count - range.lowerBound, Self.windowByteCount), from: range.lowerBound)
            start = range.lowerBound
        }
        return range.lowerBound - start
    }
}
