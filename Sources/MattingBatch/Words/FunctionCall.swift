/// A word such as `linear-gradient(white, rgb(0, 0, 0) 40%)`, as CSS writes functions: a name, and in parentheses arguments
/// between commas, which may have parentheses of their own.
package struct FunctionCall {
    package let name: String
    /// Without the blanks around them.
    package let arguments: [String]

    /// nil for anything else.
    package init?(_ text: String) {
        guard let open = text.firstIndex(of: "("), text.last == ")" else { return nil }
        let inner = text[text.index(after: open)...].dropLast()
        var (arguments, depth) = ([""], 0)
        for character in inner {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if depth < 0 { return nil }
            if character == "," && depth == 0 {
                arguments.append("")
            } else {
                arguments[arguments.count - 1].append(character)
            }
        }
        guard depth == 0 else { return nil }
        self.name = String(text[..<open])
        self.arguments = arguments.map(Self.trimmed)
    }

    private static func trimmed(_ text: String) -> String {
        let text = text.drop { $0 == " " }
        return text.lastIndex { $0 != " " }.map { String(text[...$0]) } ?? ""
    }
}
