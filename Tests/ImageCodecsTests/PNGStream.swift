import CZ
import ImageCodecs
import Testing

/// The pixels' zlib stream of a PNG file, inflated by zlib itself, which checks that it is one whole stream with the
/// right checksum.
struct PNGStream {
    /// The rows as stored: the filter's number, then the filtered bytes.
    let unfiltered: [UInt8]

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
            #expect(bytes[(offset + 8 + size)...].starts(with: PNGBuilder.bigEndian(Int(PNGBuilder.crc32(chunk)))))
            offset += 12 + size
        }
        #expect(names.first == "IHDR" && names.last == "IEND" && names.filter { $0 == "IDAT" }.count == 1)
        self.unfiltered = try Self.inflate(&stream)
    }

    private static func inflate(_ stream: inout [UInt8]) throws -> [UInt8] {
        var state = z_stream()
        try #require(inflateInit_(&state, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&state) }
        var result: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 1 << 20)
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
