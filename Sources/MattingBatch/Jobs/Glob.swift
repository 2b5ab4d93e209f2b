import Files

/// A pattern of names, as shells write it: `*` for any characters but a slash, `**` for slashes too, `?` for one character,
/// `[a-z]` and `[!a-z]` for one of a range, `\` before a character that means itself. Bytes are compared.
public struct Glob: Sendable, Hashable, CustomStringConvertible {
    private enum Part: Sendable, Hashable {
        case byte(UInt8)
        case any
        case anything
        case one
        case range([ClosedRange<UInt8>], isNegated: Bool)
    }

    private let parts: [Part]
    /// The pattern as it was written.
    public let description: String

    /// nil for a bracket that is not closed, a range that runs backwards, or a `\` at the end.
    public init?(_ text: String) { self.init(bytes: Array(text.utf8), description: text) }

    package init?(_ path: BytePath) { self.init(bytes: path.bytes, description: path.description) }

    private init?(bytes: [UInt8], description: String) {
        self.description = description
        var parts: [Part] = []
        var rest = bytes[...]
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "*"):
                if rest.first == byte {
                    while rest.first == byte { rest.removeFirst() }
                    // `a/**/b` is `a/b` too.
                    if rest.first == UInt8(ascii: "/"), parts.isEmpty || parts.last == .byte(UInt8(ascii: "/")) {
                        rest.removeFirst()
                    }
                    parts.append(.anything)
                } else {
                    parts.append(.any)
                }
            case UInt8(ascii: "?"): parts.append(.one)
            case UInt8(ascii: "["):
                guard let part = Self.range(&rest) else { return nil }
                parts.append(part)
            case UInt8(ascii: "\\"):
                guard let next = rest.popFirst() else { return nil }
                parts.append(.byte(next))
            default: parts.append(.byte(byte))
            }
        }
        self.parts = parts
    }

    private static func range(_ rest: inout ArraySlice<UInt8>) -> Part? {
        var isNegated = false
        if let first = rest.first, "!^".utf8.contains(first) {
            isNegated = true
            rest.removeFirst()
        }
        var ranges: [ClosedRange<UInt8>] = []
        var isFirst = true
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "]"), !isFirst { return .range(ranges, isNegated: isNegated) }
            isFirst = false
            if rest.count >= 2, rest.first == UInt8(ascii: "-"), rest[rest.startIndex + 1] != UInt8(ascii: "]") {
                let last = rest[rest.startIndex + 1]
                guard byte <= last else { return nil }
                ranges.append(byte...last)
                rest = rest.dropFirst(2)
            } else {
                ranges.append(byte...byte)
            }
        }
        return nil
    }

    /// Whether a text has characters that mean something here.
    package static func isPattern(_ path: BytePath) -> Bool { path.bytes.contains { "*?[".utf8.contains($0) } }

    /// Whether the whole of a name is as the pattern says.
    ///
    /// - Complexity: O(parts · bytes) at most.
    package func matches(_ path: BytePath) -> Bool { matches(path.bytes) }

    package func matches(_ text: String) -> Bool { matches(Array(text.utf8)) }

    /// The set of places in the name that the parts so far can have reached.
    private func matches(_ bytes: [UInt8]) -> Bool {
        var reached = [Bool](repeating: false, count: bytes.count + 1)
        reached[0] = true
        for part in parts {
            var next = [Bool](repeating: false, count: bytes.count + 1)
            for index in reached.indices {
                if let isPassed = Self.passes(part, index < bytes.count ? bytes[index] : nil) {
                    if reached[index], isPassed { next[index + 1] = true }
                } else if reached[index]
                    || index > 0 && next[index - 1] && (part == .anything || bytes[index - 1] != 0x2F)
                {
                    next[index] = true
                }
            }
            reached = next
        }
        return reached[bytes.count]
    }

    /// Whether a part stands for this byte; nil for those that stand for any number of them.
    private static func passes(_ part: Part, _ byte: UInt8?) -> Bool? {
        switch part {
        case .any, .anything: nil
        case .byte(let wanted): byte == wanted
        case .one: byte.map { $0 != 0x2F } ?? false
        case .range(let ranges, let isNegated):
            byte.map { byte in byte != 0x2F && ranges.contains { $0.contains(byte) } != isNegated } ?? false
        }
    }
}
