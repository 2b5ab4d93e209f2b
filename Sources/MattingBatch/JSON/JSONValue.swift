/// A value of JSON (RFC 8259). Numbers keep their text, so that what is written again is what was read.
package indirect enum JSONValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case number(String)
    case string(String)
    case array([JSONValue])
    /// In the order in which it was written; names occur once.
    case object([Member])

    package struct Member: Sendable, Hashable {
        package let name: String
        package let value: JSONValue

        package init(name: String, value: JSONValue) {
            self.name = name
            self.value = value
        }
    }

    /// The value of a name; nil where there is none, or this is no object.
    package subscript(name: String) -> JSONValue? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    package var string: String? { if case .string(let text) = self { text } else { nil } }
    package var array: [JSONValue]? { if case .array(let values) = self { values } else { nil } }
    package var integer: Int? { if case .number(let text) = self { Int(text) } else { nil } }
    package var double: Double? {
        guard case .number(let text) = self, let value = Double(text), value.isFinite else { return nil }
        return value
    }

    /// An object without the members that have no value.
    package static func object(_ members: KeyValuePairs<String, JSONValue?>) -> JSONValue {
        .object(members.compactMap { name, value in value.map { Member(name: name, value: $0) } })
    }

    package static func integer(_ value: Int) -> JSONValue { .number("\(value)") }

    /// A number; `null` for what JSON cannot say.
    package static func double(_ value: Double) -> JSONValue { value.isFinite ? .number("\(value)") : .null }

    package static func strings(_ values: [String]) -> JSONValue { .array(values.map { .string($0) }) }
}

// MARK: - Text

extension JSONValue: CustomStringConvertible {
    /// On one line, without blanks.
    package var description: String {
        var text = ""
        write(to: &text, insideHTML: false)
        return text
    }

    /// The same for an HTML script element: nothing in it can end the element or begin a comment.
    package var htmlText: String {
        var text = ""
        write(to: &text, insideHTML: true)
        return text
    }

    private func write(to text: inout String, insideHTML: Bool) {
        switch self {
        case .null: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .number(let number): text += number
        case .string(let string): Self.write(string, to: &text, insideHTML: insideHTML)
        case .array(let values):
            text += "["
            for (index, value) in values.enumerated() {
                if index > 0 { text += "," }
                value.write(to: &text, insideHTML: insideHTML)
            }
            text += "]"
        case .object(let members):
            text += "{"
            for (index, member) in members.enumerated() {
                if index > 0 { text += "," }
                Self.write(member.name, to: &text, insideHTML: insideHTML)
                text += ":"
                member.value.write(to: &text, insideHTML: insideHTML)
            }
            text += "}"
        }
    }

    private static func write(_ string: String, to text: inout String, insideHTML: Bool) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            // The separators end a line of a script in old browsers.
            case "\u{0}"..."\u{1F}", "\u{7F}", "\u{2028}", "\u{2029}": escape(scalar)
            // `</script>` and `<!--` end or change a script.
            case "<" where insideHTML, ">" where insideHTML, "&" where insideHTML: escape(scalar)
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""

        func escape(_ scalar: Unicode.Scalar) {
            let digits = String(scalar.value, radix: 16)
            text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        }
    }
}
