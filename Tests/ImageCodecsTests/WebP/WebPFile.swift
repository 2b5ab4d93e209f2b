#if WebP
/// Chunks of a WebP file, to be put together rightly or wrongly.
enum WebPFile {
    static func number(_ value: Int, _ count: Int) -> [UInt8] {
        (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
    }

    static func chunk(_ name: String, _ data: [UInt8]) -> [UInt8] {
        Array(name.utf8) + number(data.count, 4) + data + [UInt8](repeating: 0, count: data.count % 2)
    }

    static func file(_ chunks: [[UInt8]]) -> [UInt8] {
        let body = Array("WEBP".utf8) + chunks.flatMap { $0 }
        return Array("RIFF".utf8) + number(body.count, 4) + body
    }

    /// The header of everything but a plain picture.
    static func header(_ width: Int, _ height: Int, flags: Int) -> [UInt8] {
        chunk("VP8X", number(flags, 4) + number(width - 1, 3) + number(height - 1, 3))
    }

    static func frame(_ x: Int, _ y: Int, _ width: Int, _ height: Int, _ chunks: [[UInt8]]) -> [UInt8] {
        chunk(
            "ANMF",
            number(x / 2, 3) + number(y / 2, 3) + number(width - 1, 3) + number(height - 1, 3) + [100, 0, 0, 0]
                + chunks.flatMap { $0 })
    }

    /// The chunks of a file by name, in order.
    static func chunks(of file: [UInt8]) -> [(name: String, data: [UInt8])] {
        var chunks: [(String, [UInt8])] = []
        var position = 12
        while position + 8 <= file.count {
            let size = (0..<4).reduce(0) { $0 | Int(file[position + 4 + $1]) << (8 * $1) }
            guard position + 8 + size <= file.count else { return chunks }
            chunks.append(
                (
                    String(decoding: file[position..<position + 4], as: UTF8.self),
                    Array(file[position + 8..<position + 8 + size])
                ))
            position += 8 + size + size % 2
        }
        return chunks
    }

    /// Of a plain file the chunks that hold pixels.
    static func pixels(of file: [UInt8]) -> [[UInt8]] {
        chunks(of: file).filter { ["ALPH", "VP8 ", "VP8L"].contains($0.name) }.map { chunk($0.name, $0.data) }
    }
}
#endif
