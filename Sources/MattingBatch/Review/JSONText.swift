/// JSON as it grows, safe inside an HTML script element too: nothing in it can end the element or begin a comment.
struct JSONText {
    private(set) var bytes: [UInt8] = []

    /// Text that is JSON already.
    mutating func raw(_ text: String) { bytes.append(contentsOf: text.utf8) }

    /// A text as a JSON string.
    mutating func string(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": raw("\\\"")
            case "\\": raw("\\\\")
            // `</script>` and `<!--` end or change a script; the separators end a line of a script in old browsers.
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\u{0}"..<"\u{20}", "\u{7f}"..<"\u{a0}": escape(scalar.value)
            default: bytes.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// A number; JSON has none that is infinite or not a number.
    mutating func number(_ value: Double) {
        precondition(value.isFinite, "JSON of \(value)")
        raw("\(value)")
    }

    /// A list of texts.
    mutating func strings(_ texts: [String]) {
        raw("[")
        for (index, text) in texts.enumerated() {
            if index > 0 { raw(",") }
            string(text)
        }
        raw("]")
    }

    private mutating func escape(_ value: UInt32) {
        let digits = String(value, radix: 16)
        raw("\\u" + String(repeating: "0", count: 4 - digits.count) + digits)
    }
}
