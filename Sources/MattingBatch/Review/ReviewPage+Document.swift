import WeightFiles

extension ReviewPage {
    /// The whole page: the same bytes for the same pictures.
    var html: [UInt8] {
        var page: [UInt8] = []
        func add(_ text: String) { page.append(contentsOf: text.utf8) }
        // What may run and what may style is told by digest: should a text ever get into the page as markup, it does nothing.
        add(
            """
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src 'self' file:; \
            style-src '\(Self.digest(of: ReviewStyle.text))'; script-src '\(Self.digest(of: ReviewScript.text))'; \
            base-uri 'none'; form-action 'none'">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="referrer" content="no-referrer">
            <meta name="color-scheme" content="light dark">
            <title>\(Self.escaped(title))</title>
            <style>
            """)
        add(ReviewStyle.text)
        add("</style>\n</head>\n")
        add(ReviewMarkup.body(title: Self.escaped(title)))
        add("<script type=\"application/json\" id=\"data\">")
        page.append(contentsOf: data)
        add("</script>\n<script>")
        add(ReviewScript.text)
        add("</script>\n</body>\n</html>\n")
        return page
    }

    /// What the script reads: a line for each picture, so that two pages can be compared.
    var data: [UInt8] {
        let head = "{\"batch\":\(JSONValue.string(batch).htmlText),\"title\":\(JSONValue.string(title).htmlText)"
        var text = Array("\(head),\"items\":[".utf8)
        for (index, entry) in lines.sorted.enumerated() {
            text += (index == 0 ? "\n" : ",\n").utf8
            text += entry.line
        }
        text += "\n]}".utf8
        return text
    }

    /// A text as HTML shows it, between tags and in attributes. NUL and the like, which no HTML can hold, become a mark.
    static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": escaped += "&amp;"
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "\"": escaped += "&quot;"
            case "'": escaped += "&#39;"
            case "\u{0}"..<"\u{20}", "\u{7f}"..<"\u{a0}": escaped += "\u{FFFD}"
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// What a content security policy names an element's text by.
    private static func digest(of text: String) -> String {
        "sha256-" + base64(Array(text.utf8).withUnsafeBytes { SHA256.digest(of: $0) })
    }

    /// RFC 4648, section 4.
    static func base64(_ bytes: [UInt8]) -> String {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            var bits = 0
            for offset in 0..<3 { bits = bits << 8 | (offset < group.count ? Int(group[start + offset]) : 0) }
            for place in 0..<4 {
                text.append(place <= group.count ? alphabet[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: text, as: UTF8.self)
    }
}
