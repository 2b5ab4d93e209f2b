/// Numbers and parts of bytes from a file, every position checked.
struct ByteReader {
    private let bytes: UnsafeRawBufferPointer
    let isBigEndian: Bool

    init(_ bytes: UnsafeRawBufferPointer, isBigEndian: Bool = true) {
        self.bytes = bytes
        self.isBigEndian = isBigEndian
    }

    var count: Int { bytes.count }

    func byte(_ position: Int) -> Int? {
        guard position >= 0, position < bytes.count else { return nil }
        return Int(bytes[position])
    }

    func number16(_ position: Int) -> Int? { number(position, byteCount: 2) }

    func number32(_ position: Int) -> Int? { number(position, byteCount: 4) }

    private func number(_ position: Int, byteCount: Int) -> Int? {
        guard let part = part(position, count: byteCount) else { return nil }
        return part.enumerated().reduce(0) { sum, byte in
            sum | Int(byte.element) << (8 * (isBigEndian ? byteCount - 1 - byte.offset : byte.offset))
        }
    }

    /// `count` bytes from `position`; nil where they are not all there.
    func part(_ position: Int, count: Int) -> UnsafeRawBufferPointer? {
        guard position >= 0, count >= 0, position <= bytes.count, count <= bytes.count - position else { return nil }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
    }
}
