/// A tensor's name as a key that compares byte by byte.
///
/// Swift's strings compare by canonical equivalence: `é` equals `e` with an accent behind it. Names are equal when their
/// bytes are, and a header full of accents must not cost a second of normalising.
struct TensorName: Hashable, Sendable {
    private let name: String

    init(_ name: String) { self.name = name }

    static func == (left: TensorName, right: TensorName) -> Bool { left.name.utf8.elementsEqual(right.name.utf8) }

    func hash(into hasher: inout Hasher) {
        var name = name
        name.withUTF8 { hasher.combine(bytes: UnsafeRawBufferPointer($0)) }
    }
}
