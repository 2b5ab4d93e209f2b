/// The name of a file as the system knows it: bytes in no encoding, all but NUL.
///
/// A `String` holds Unicode and repairs what is none, so that two names become one or lead to no file; it also takes
/// names for equal that differ in how an accent is composed. From the command line to the system call names are these
/// bytes, and only messages turn them into text.
package struct BytePath: Hashable, Sendable {
    package let bytes: [UInt8]

    package init(bytes: some Sequence<UInt8>) { self.bytes = Array(bytes) }

    /// The UTF-8 of a text, which is a name that a caller wrote down.
    package init(_ text: some StringProtocol) { bytes = Array(text.utf8) }

    /// A name that the system gave.
    package init(cString: UnsafePointer<CChar>) {
        var end = cString
        while end.pointee != 0 { end += 1 }
        bytes = UnsafeBufferPointer(start: cString, count: end - cString).map { UInt8(bitPattern: $0) }
    }

    /// Whether no system call can be told this name; `withCString` shows them an empty one, which nothing has.
    package var containsNUL: Bool { bytes.contains(0) }

    /// Calls `body` with the name as system calls take it.
    package func withCString<Result, Failure: Error>(
        _ body: (UnsafePointer<CChar>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let characters = (containsNUL ? [] : bytes.map { CChar(bitPattern: $0) }) + [0]
        return try characters.withUnsafeBufferPointer { (buffer) throws(Failure) -> Result in
            guard let base = buffer.baseAddress else { preconditionFailure("a C string has its NUL") }
            return try body(base)
        }
    }
}

// MARK: - As text

extension BytePath: CustomStringConvertible {
    /// The name where it is UTF-8; nil for others.
    package var text: String? { String(validating: bytes, as: UTF8.self) }

    /// The name for people: what is no UTF-8 is shown as `\xE9`.
    package var description: String {
        if let text { return text }
        var shown = ""
        Self.forEachPart(of: bytes) { part in
            switch part {
            case .scalar(let scalar): shown.unicodeScalars.append(scalar)
            case .byte(let byte): shown += "\\x" + String(byte, radix: 16, uppercase: true)
            }
        }
        return shown
    }

    /// A character, or a byte that belongs to none; those are 0x80 and above.
    package enum Part {
        case scalar(Unicode.Scalar)
        case byte(UInt8)
    }

    /// Takes bytes apart as UTF-8.
    package static func forEachPart(of bytes: [UInt8], _ body: (Part) -> Void) {
        var rest = bytes[...]
        while !rest.isEmpty {
            var parser = UTF8.ForwardParser()
            var iterator = rest.makeIterator()
            switch parser.parseScalar(from: &iterator) {
            case .valid(let encoded):
                body(.scalar(UTF8.decode(encoded)))
                rest = rest.dropFirst(encoded.count)
            case .error(let length):
                for byte in rest.prefix(length) { body(.byte(byte)) }
                rest = rest.dropFirst(length)
            case .emptyInput:
                return
            }
        }
    }
}

extension BytePath: ExpressibleByStringLiteral {
    package init(stringLiteral text: String) { self.init(text) }
}

extension BytePath: Comparable {
    /// The order of bytes.
    package static func < (a: BytePath, b: BytePath) -> Bool { a.bytes.lexicographicallyPrecedes(b.bytes) }
}
