import CZ
import ImageCodecs
import TestSupport
import Testing

/// The pixels' zlib stream of a PNG file, inflated by zlib itself, which checks that it is one whole stream with the
/// right checksum.
struct PNGStream {
    /// The rows as stored: the filter's number, then the filtered bytes.
    let rows: [UInt8]

    init(_ file: EncodedImage) throws {
        let bytes = file.array
        try #require(bytes.starts(with: PNGBuilder.signature))
        var stream: [UInt8] = []
        var names: [String] = []
        var offset = 8
        while offset < bytes.count {
            let size = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            let chunk = bytes[offset + 4..<offset + 8 + size]
            let name = String(decoding: chunk.prefix(4), as: UTF8.self)
            if name == "IDAT" { stream += chunk.dropFirst(4) }
            if names.last != name { names.append(name) }
            #expect(bytes[(offset + 8 + size)...].starts(with: bigEndian(Int(PNGBuilder.crc32(chunk)))))
            offset += 12 + size
        }
        #expect(names.first == "IHDR" && names.last == "IEND" && names.filter { $0 == "IDAT" }.count == 1)
        self.rows = try Self.inflate(stream, windowBits: 15)
    }

    /// What zlib makes of a whole stream.
    ///
    /// - Parameter windowBits: 15 for a zlib stream, -15 for a deflate stream without header and checksum.
    static func inflate(_ stream: [UInt8], windowBits: Int32) throws -> [UInt8] {
        var stream = stream
        var state = z_stream()
        try #require(inflateInit2_(&state, windowBits, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&state) }
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 15)
        let (size, room) = (stream.count, piece.count)
        try stream.withUnsafeMutableBufferPointer { source in
            state.next_in = source.baseAddress
            state.avail_in = UInt32(size)
            var status = Z_OK
            while status == Z_OK {
                piece.withUnsafeMutableBufferPointer { target in
                    state.next_out = target.baseAddress
                    state.avail_out = UInt32(room)
                    status = CZ.inflate(&state, Z_NO_FLUSH)
                }
                result += piece.prefix(room - Int(state.avail_out))
            }
            try #require(status == Z_STREAM_END)
            #expect(state.avail_in == 0)
        }
        return result
    }
}
