/// Unpacks the rows of a channel, or of the merged picture's channels one after the other, each when it is asked for.
struct PSDRowReader {
    private enum Packing {
        case plain
        case packBits(lengths: PSDCursor)
        case deflated(Inflater, isPredicted: Bool)
    }

    private let bytesPerRow: Int
    private let bytesPerSample: Int
    private let rowLengthSize: Int
    private var data: PSDCursor
    private var packing = Packing.plain

    /// - Parameters:
    ///   - data: from the number of the compression on.
    ///   - width: in samples.
    ///   - rowCount: of all channels.
    init(
        _ data: PSDCursor, width: Int, rowCount: Int, bytesPerSample: Int, isLarge: Bool
    ) throws(ImageCodecError) {
        self.data = data
        self.bytesPerSample = bytesPerSample
        bytesPerRow = width * bytesPerSample
        rowLengthSize = isLarge ? 4 : 2
        let compression = try self.data.number(2)
        switch compression {
        case 0: break
        case 1: packing = .packBits(lengths: try self.data.section(rowCount * rowLengthSize))
        case 2, 3:
            packing = .deflated(try Inflater(self.data.part(self.data.remaining)), isPredicted: compression == 3)
        default: throw data.malformed("pixels of an unknown compression (\(compression))")
        }
    }

    /// The next row, with the highest byte of each sample first.
    ///
    /// - Parameter row: room for a row.
    mutating func next(into row: UnsafeMutablePointer<UInt8>) throws(ImageCodecError) {
        switch packing {
        case .plain:
            let bytes = try data.part(bytesPerRow)
            if let base = bytes.bindMemory(to: UInt8.self).baseAddress { row.update(from: base, count: bytesPerRow) }
        case .packBits(var lengths):
            let packed = try data.part(lengths.number(rowLengthSize))
            packing = .packBits(lengths: lengths)
            guard PackBits.unpack(packed, to: row, count: bytesPerRow) else {
                throw data.malformed("a row is not as long as the picture is wide")
            }
        case .deflated(let inflater, let isPredicted):
            switch try inflater.fill(row, count: bytesPerRow) {
            case .filled: if isPredicted { addDifferences(row) }
            case .ended: throw data.malformed("compressed pixels end early")
            case .damaged: throw data.malformed("compressed pixels are damaged")
            }
        }
    }

    /// Passes over rows; of those that are not deflated, without unpacking them.
    ///
    /// - Parameter scratch: room for a row.
    mutating func skip(_ count: Int, _ scratch: UnsafeMutablePointer<UInt8>) throws(ImageCodecError) {
        for _ in 0..<count {
            switch packing {
            case .plain: try data.skip(bytesPerRow)
            case .packBits(var lengths):
                try data.skip(lengths.number(rowLengthSize))
                packing = .packBits(lengths: lengths)
            case .deflated: try next(into: scratch)
            }
        }
    }

    /// Each sample was stored as its difference from the one before it.
    private func addDifferences(_ row: UnsafeMutablePointer<UInt8>) {
        if bytesPerSample == 1 {
            for index in stride(from: 1, to: bytesPerRow, by: 1) { row[index] &+= row[index - 1] }
            return
        }
        var sum: UInt16 = 0
        for index in stride(from: 0, to: bytesPerRow, by: 2) {
            sum &+= UInt16(row[index]) << 8 | UInt16(row[index + 1])
            row[index] = UInt8(truncatingIfNeeded: sum >> 8)
            row[index + 1] = UInt8(truncatingIfNeeded: sum)
        }
    }
}
