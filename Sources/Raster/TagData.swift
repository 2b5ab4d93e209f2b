/// The bytes of a profile's tag: a type, four zeros, then numbers, the highest byte first. Every position is checked.
struct TagData {
    private let bytes: ArraySlice<UInt8>

    init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

    /// Four letters.
    var type: String { String(decoding: bytes.prefix(4), as: UTF8.self) }

    func number16(_ position: Int) -> Int? { number(position, byteCount: 2) }

    func number32(_ position: Int) -> Int? { number(position, byteCount: 4) }

    /// A number with a sign in units of 1/65,536.
    func fixed(_ position: Int) -> Double? {
        number32(position).map { Double(Int32(truncatingIfNeeded: $0)) / 65_536 }
    }

    private func number(_ position: Int, byteCount: Int) -> Int? {
        guard position >= 0, position <= bytes.count - byteCount else { return nil }
        let start = bytes.startIndex + position
        return bytes[start..<start + byteCount].reduce(0) { $0 << 8 | Int($1) }
    }
}
