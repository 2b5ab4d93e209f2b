import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// One channel of the canvas' size, on which rows of layers are laid wherever they lie.
final class PSDCanvas {
    private let width: Int
    private let height: Int
    private let depth: RasterImage.BitDepth
    private let storage: PixelStorage
    /// Room for a row of what is laid on it, and its length in samples.
    private(set) var row: UnsafeMutablePointer<UInt8>
    private var rowLength: Int

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(width: Int, height: Int, _ depth: RasterImage.BitDepth) throws(ImageCodecError) {
        (self.width, self.height, self.depth) = (width, height, depth)
        storage = try ImageCodecError.wrapping { () throws(RasterError) in
            let byteCount = try RasterImage.byteCount(
                width: width, height: height, colorModel: .gray, bitDepth: depth)
            return try PixelStorage(byteCount: byteCount, purpose: "a matte of \(width) x \(height) pixels")
        }
        row = try Self.allocate(width * depth.bytesPerSample)
        rowLength = width
    }

    deinit { free(row) }

    private static func allocate(_ byteCount: Int) throws(ImageCodecError) -> UnsafeMutablePointer<UInt8> {
        guard let memory = malloc(max(byteCount, 1)) else {
            throw .outOfMemory(byteCount: byteCount, purpose: "a row of a layer")
        }
        return memory.bindMemory(to: UInt8.self, capacity: byteCount)
    }

    /// Makes room for rows of so many samples.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func reserve(_ length: Int) throws(ImageCodecError) {
        guard length > rowLength else { return }
        let longer = try Self.allocate(length * depth.bytesPerSample)
        free(row)
        (row, rowLength) = (longer, length)
    }

    /// What was drawn; the canvas is not drawn on any more.
    var image: RasterImage {
        RasterImage(
            width: width, height: height, colorModel: .gray, bitDepth: depth, iccProfile: nil,
            metadata: ImageMetadata(), warnings: [], storage: storage)
    }

    /// Whether every sample has its highest value.
    var isFull: Bool {
        UnsafeRawBufferPointer(start: storage.base, count: storage.byteCount).allSatisfy { $0 == .max }
    }

    /// Every sample becomes this one; of 16 bits both bytes.
    func fill(_ value: UInt8) {
        storage.base.initializeMemory(as: UInt8.self, repeating: value, count: storage.byteCount)
    }

    /// Everything outside of a rectangle becomes 0.
    func clear(outside rectangle: PSDRectangle) {
        let columns = rectangle.columns.clamped(to: 0..<width)
        for y in 0..<height {
            func clear(_ columns: Range<Int>) {
                let start = (y * width + columns.lowerBound) * depth.bytesPerSample
                (storage.base + start).initializeMemory(
                    as: UInt8.self, repeating: 0, count: columns.count * depth.bytesPerSample)
            }
            if rectangle.rows.contains(y), !columns.isEmpty {
                clear(0..<columns.lowerBound)
                clear(columns.upperBound..<width)
            } else {
                clear(0..<width)
            }
        }
    }

    /// Lays the next row of a channel on row `y`.
    ///
    /// - Parameter columns: where it lies; at most as many as were reserved.
    func replace(_ y: Int, _ columns: Range<Int>, from reader: inout PSDRowReader) throws(ImageCodecError) {
        try draw(y, columns, &reader) { _, new in new }
    }

    /// Multiplies row `y` with the next row of a channel.
    func multiply(_ y: Int, _ columns: Range<Int>, from reader: inout PSDRowReader) throws(ImageCodecError) {
        let full: UInt32 = depth == .eight ? 255 : 65_535
        // Of two samples of 16 bits the product and the half fit into 32.
        try draw(y, columns, &reader) { old, new in (old * new + full / 2) / full }
    }

    /// The closure is inlined: about 1 ns a sample.
    @inline(__always) private func draw(
        _ y: Int, _ columns: Range<Int>, _ reader: inout PSDRowReader, _ value: (UInt32, UInt32) -> UInt32
    ) throws(ImageCodecError) {
        precondition(columns.count <= rowLength, "a row of \(columns.count) samples in room for \(rowLength)")
        guard y >= 0, y < height else { return try reader.skip(1, row) }
        try reader.next(into: row)
        let shown = columns.clamped(to: 0..<width)
        switch depth {
        case .eight:
            let target = (storage.base + y * width).assumingMemoryBound(to: UInt8.self)
            for x in shown {
                target[x] = UInt8(truncatingIfNeeded: value(UInt32(target[x]), UInt32(row[x - columns.lowerBound])))
            }
        case .sixteen:
            let target = (storage.base + 2 * y * width).assumingMemoryBound(to: UInt16.self)
            for x in shown {
                let index = 2 * (x - columns.lowerBound)
                let new = UInt32(row[index]) << 8 | UInt32(row[index + 1])
                target[x] = UInt16(truncatingIfNeeded: value(UInt32(target[x]), new))
            }
        }
    }
}
