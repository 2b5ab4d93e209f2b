import CZ

/// Writes TIFF files with anything in them, the lowest byte first, and takes apart those that the encoder writes.
struct TIFFFile {
    var width = 5
    var height = 4
    var bits = [8]
    var compression = 1
    var photometric = 1
    var fields: [TIFFBuilder.Entry] = []
    /// Strips or tiles, as they are in the file; plane by plane where each channel has its own.
    var chunks: [[UInt8]] = []
    var rowsPerStrip: Int?
    var tile: (width: Int, height: Int)?
    /// Behind the first picture.
    var next: [[TIFFBuilder.Entry]] = []

    static func shorts(_ tag: Int, _ values: [Int]) -> TIFFBuilder.Entry {
        TIFFBuilder.Entry(
            tag: tag, type: 3, count: values.count, value: values.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] })
    }

    static func longs(_ tag: Int, _ values: [Int]) -> TIFFBuilder.Entry {
        TIFFBuilder.Entry(tag: tag, type: 4, count: values.count, value: values.flatMap(TIFFBuilder.long))
    }

    func bytes() -> [UInt8] {
        func entries(_ start: Int) -> [TIFFBuilder.Entry] {
            var offset = start
            var offsets: [Int] = []
            for chunk in chunks {
                offsets.append(offset)
                offset += chunk.count
            }
            var all = [
                TIFFBuilder.Entry.long(0x0100, width), .long(0x0101, height), Self.shorts(0x0102, bits),
                .short(0x0103, compression), .short(0x0106, photometric), .short(0x0115, bits.count),
            ]
            if let tile {
                all += [
                    .long(0x0142, tile.width), .long(0x0143, tile.height), Self.longs(0x0144, offsets),
                    Self.longs(0x0145, chunks.map(\.count)),
                ]
            } else {
                all += [
                    Self.longs(0x0111, offsets), .long(0x0116, rowsPerStrip ?? height),
                    Self.longs(0x0117, chunks.map(\.count)),
                ]
            }
            let tags = Set(fields.map(\.tag))
            return (all.filter { !tags.contains($0.tag) } + fields).sorted { $0.tag < $1.tag }
        }
        // The size does not depend on what the offsets are.
        let size = TIFFBuilder(primary: entries(0), next: next).bytes().count
        return TIFFBuilder(primary: entries(size), next: next, rest: chunks.flatMap { $0 }).bytes()
    }

    /// Values of any number of bits, one behind the other, the highest bit first; each row begins at a byte.
    static func packed(_ values: [Int], perRow: Int, bits: Int) -> [UInt8] {
        if bits == 16 { return values.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] } }
        var bytes: [UInt8] = []
        for start in stride(from: 0, to: values.count, by: perRow) {
            var row = ""
            for value in values[start..<min(start + perRow, values.count)] {
                let digits = String(value, radix: 2)
                row += String(repeating: "0", count: bits - digits.count) + digits
            }
            row += String(repeating: "0", count: (8 - row.count % 8) % 8)
            let digits = Array(row)
            for byte in stride(from: 0, to: digits.count, by: 8) {
                bytes.append(UInt8(String(digits[byte..<byte + 8]), radix: 2) ?? 0)
            }
        }
        return bytes
    }
}

/// A TIFF file taken apart, by the specification and without the encoder's code.
struct ParsedTIFF {
    struct Broken: Error {
        let what: String
    }

    /// By tag: type, and the bytes of the values.
    private(set) var fields: [Int: (type: Int, value: [UInt8])] = [:]
    private(set) var exif: [Int: (type: Int, value: [UInt8])] = [:]
    let bytes: [UInt8]

    init(_ bytes: [UInt8]) throws {
        self.bytes = bytes
        guard bytes.starts(with: [0x49, 0x49, 0x2A, 0]) else { throw Broken(what: "the header") }
        fields = try directory(at: number(4, 4))
        if fields[0x8769] != nil { exif = try directory(at: value(0x8769)) }
    }

    private func number(_ position: Int, _ count: Int) throws -> Int {
        guard position + count <= bytes.count else { throw Broken(what: "the end") }
        return (0..<count).reduce(0) { $0 | Int(bytes[position + $1]) << (8 * $1) }
    }

    private func directory(at start: Int) throws -> [Int: (type: Int, value: [UInt8])] {
        guard start.isMultiple(of: 2) else { throw Broken(what: "an odd directory") }
        var fields: [Int: (type: Int, value: [UInt8])] = [:]
        var last = -1
        let count = try number(start, 2)
        for position in stride(from: start + 2, to: start + 2 + 12 * count, by: 12) {
            let (tag, type) = (try number(position, 2), try number(position + 2, 2))
            guard tag > last, let size = [1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 7: 1, 10: 8][type] else {
                throw Broken(what: "tag \(tag) of type \(type)")
            }
            last = tag
            let length = try number(position + 4, 4) * size
            let data = length <= 4 ? position + 8 : try number(position + 8, 4)
            guard data + length <= bytes.count, length <= 4 || data.isMultiple(of: 2) else {
                throw Broken(what: "the place of \(tag)")
            }
            fields[tag] = (type, Array(bytes[data..<data + length]))
        }
        guard try number(start + 2 + 12 * count, 4) == 0 else { throw Broken(what: "a second picture") }
        return fields
    }

    func values(_ tag: Int) throws -> [Int] {
        guard let (type, value) = fields[tag], type == 3 || type == 4 else { throw Broken(what: "no \(tag)") }
        let size = type == 3 ? 2 : 4
        return stride(from: 0, to: value.count, by: size).map { start in
            (0..<size).reduce(0) { $0 | Int(value[start + $1]) << (8 * $1) }
        }
    }

    func value(_ tag: Int) throws -> Int { try values(tag)[0] }

    /// The samples of strips without compression, of zlib's or of LZW's.
    func samples() throws -> [Int] {
        let (width, height, channels) = try (value(0x0100), value(0x0101), value(0x0115))
        let size = try value(0x0102) / 8
        var samples: [Int] = []
        for (offset, count) in zip(try values(0x0111), try values(0x0117)) {
            let packed = Array(bytes[offset..<offset + count])
            let rows = min(try value(0x0116), height - samples.count / (width * channels))
            let length = rows * width * channels * size
            let strip: [UInt8]
            switch try value(0x0103) {
            case 1: strip = packed
            case 5: strip = try Self.unpackedLZW(packed)
            case 8: strip = try Self.inflated(packed, length)
            default: throw Broken(what: "compression")
            }
            guard strip.count == length else { throw Broken(what: "a strip of \(strip.count) bytes") }
            var values = stride(from: 0, to: length, by: size).map { start in
                (0..<size).reduce(0) { $0 | Int(strip[start + $1]) << (8 * $1) }
            }
            if fields[0x013D] != nil {
                guard try value(0x013D) == 2 else { throw Broken(what: "predictor") }
                for index in values.indices where index % (width * channels) >= channels {
                    values[index] = (values[index] + values[index - channels]) & (size == 1 ? 0xFF : 0xFFFF)
                }
            }
            samples += values
        }
        return samples
    }

    private static func inflated(_ packed: [UInt8], _ count: Int) throws -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var length = uLong(count)
        guard uncompress(&bytes, &length, packed, uLong(packed.count)) == Z_OK else { throw Broken(what: "zlib") }
        return Array(bytes.prefix(Int(length)))
    }

    /// As in the specification's pseudocode.
    static func unpackedLZW(_ packed: [UInt8]) throws -> [UInt8] {
        var (position, width) = (0, 9)
        func next() throws -> Int {
            var code = 0
            for _ in 0..<width {
                guard position / 8 < packed.count else { throw Broken(what: "the end of LZW") }
                code = code << 1 | Int(packed[position / 8] >> UInt8(7 - position % 8)) & 1
                position += 1
            }
            return code
        }
        var table: [[UInt8]] = []
        var output: [UInt8] = []
        var old: [UInt8]?
        while true {
            let code = try next()
            if code == 257 { return output }
            if code == 256 {
                table = (0..<258).map { [UInt8(truncatingIfNeeded: $0)] }
                (width, old) = (9, nil)
                continue
            }
            if let old {
                let entry = code < table.count ? table[code] : old + [old[0]]
                guard code <= table.count else { throw Broken(what: "code \(code) of \(table.count)") }
                table.append(old + [entry[0]])
                output += entry
            } else {
                output += table[code]
            }
            old = code < table.count ? table[code] : nil
            // Early by one.
            if table.count >= 511 { width = 10 }
            if table.count >= 1_023 { width = 11 }
            if table.count >= 2_047 { width = 12 }
        }
    }
}
