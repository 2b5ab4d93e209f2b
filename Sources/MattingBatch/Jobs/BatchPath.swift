import Files

/// The name of a file as the system knows it: bytes in no encoding, all but NUL.
///
/// A `String` repairs what is no Unicode and takes names for equal that differ in how an accent is composed; a batch must
/// neither lose nor merge pictures for that.
public struct BatchPath: Hashable, Sendable, Comparable {
    package let path: BytePath

    package init(_ path: BytePath) { self.path = path }

    /// A name that a caller wrote down, as UTF-8.
    public init(_ text: String) { path = BytePath(text) }

    /// A name of any bytes.
    public init(bytes: some Sequence<UInt8>) { path = BytePath(bytes: bytes) }

    /// What the system is told.
    public var bytes: [UInt8] { path.bytes }

    /// The order of bytes.
    public static func < (a: BatchPath, b: BatchPath) -> Bool { a.path < b.path }
}

extension BatchPath: ExpressibleByStringLiteral, CustomStringConvertible {
    /// A name that is written in a program, as UTF-8.
    public init(stringLiteral value: String) { self.init(value) }

    /// For people: what is no UTF-8 is shown as `\xE9`.
    public var description: String { path.description }
}

extension BytePath {
    /// Text from which the name can be made again: what is no UTF-8, controls and `%` itself are `%E9`.
    package var escapedText: String {
        var text = ""
        func escape(_ byte: UInt8) {
            let digits = String(byte, radix: 16, uppercase: true)
            text += "%" + (byte < 16 ? "0" : "") + digits
        }
        Self.forEachPart(of: bytes) { part in
            switch part {
            case .scalar(let scalar) where scalar == "%" || scalar.properties.generalCategory == .control:
                UTF8.encode(scalar).map { $0.forEach(escape) }
            case .scalar(let scalar): text.unicodeScalars.append(scalar)
            case .byte(let byte): escape(byte)
            }
        }
        return text
    }

    /// The name of which ``escapedText`` was made; a `%` without two digits behind it stands for itself.
    package init(escapedText text: String) {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.popFirst() {
            if first == UInt8(ascii: "%"), rest.count >= 2,
                let digits = String(validating: rest.prefix(2), as: UTF8.self), let byte = UInt8(digits, radix: 16),
                digits.first != "+"
            {
                bytes.append(byte)
                rest = rest.dropFirst(2)
            } else {
                bytes.append(first)
            }
        }
        self.init(bytes: bytes)
    }
}
