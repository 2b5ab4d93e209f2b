/// Writes pickles instruction by instruction, so that tests can say what Python would not.
package struct PickleWriter {
    package private(set) var bytes: [UInt8]

    /// - Parameter version: of the protocol.
    package init(version: UInt8 = 2) { bytes = [0x80, version] }

    /// Any bytes.
    package mutating func raw(_ more: [UInt8]) { bytes += more }

    /// One-byte instructions by their letters: `(` mark, `t` tuple, `}` dictionary, `s` item, `u` items, `]` list,
    /// `a` append, `e` appends, `)` no arguments, `R` call, `b` attributes, `Q` persistent id, `N` none.
    package mutating func code(_ letters: String) { bytes += letters.utf8 }

    /// A new object of the class and the arguments before.
    package mutating func newObject() { bytes.append(0x81) }

    package mutating func text(_ text: String) {
        bytes.append(UInt8(ascii: "X"))
        little(UInt32(text.utf8.count))
        bytes += text.utf8
    }

    package mutating func integer(_ value: Int) {
        bytes += [0x8a, 8]
        little(UInt64(bitPattern: Int64(value)))
    }

    package mutating func global(_ module: String, _ name: String) {
        bytes += "c\(module)\n\(name)\n".utf8
    }

    /// A tuple of numbers.
    package mutating func tuple(_ values: [Int]) {
        code("(")
        for value in values { integer(value) }
        code("t")
    }

    package mutating func remember(_ index: UInt8) { bytes += [UInt8(ascii: "q"), index] }
    package mutating func recall(_ index: UInt8) { bytes += [UInt8(ascii: "h"), index] }

    /// The pickle with its end.
    package func finished() -> [UInt8] { bytes + [UInt8(ascii: ".")] }

    private mutating func little(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
    }
}
