/// Why a text is no JSON, and where: `offset` in bytes from its beginning.
package struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    package let reason: String
    package let offset: Int

    package var description: String { "\(reason) at byte \(offset)" }
}

extension JSONValue {
    /// Reads one value, and nothing but blanks around it.
    ///
    /// - Parameter maxDepth: of arrays and objects within one another, so that no text exhausts the stack.
    /// - Throws: ``JSONError``, for names that occur twice too.
    package init(parsing bytes: [UInt8], maxDepth: Int = 64) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, depthLeft: maxDepth)
        self = try parser.document()
    }

    package init(parsing text: String) throws(JSONError) { try self.init(parsing: Array(text.utf8)) }
}

private struct JSONParser {
    let bytes: [UInt8]
    var depthLeft: Int
    var index = 0

    init(bytes: [UInt8], depthLeft: Int) {
        self.bytes = bytes
        self.depthLeft = depthLeft
    }

    mutating func document() throws(JSONError) -> JSONValue {
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
        let value = try value()
        skipBlanks()
        guard index == bytes.count else { throw failure("something follows the value") }
        return value
    }

    private func failure(_ reason: String) -> JSONError { JSONError(reason: reason, offset: index) }

    private var next: UInt8? { index < bytes.count ? bytes[index] : nil }

    private mutating func skipBlanks() {
        while let byte = next, [0x20, 0x09, 0x0A, 0x0D].contains(byte) { index += 1 }
    }

    private mutating func skip(_ text: StaticString) -> Bool {
        let isThere = text.withUTF8Buffer { text in
            index + text.count <= bytes.count && bytes[index..<index + text.count].elementsEqual(text)
        }
        if isThere { index += text.utf8CodeUnitCount }
        return isThere
    }

    private mutating func value() throws(JSONError) -> JSONValue {
        skipBlanks()
        switch next {
        case nil: throw failure("a value is missing")
        case UInt8(ascii: "{"): return try nested { (parser) throws(JSONError) in try parser.object() }
        case UInt8(ascii: "["): return try nested { (parser) throws(JSONError) in try parser.array() }
        case UInt8(ascii: "\""): return .string(try string())
        default:
            if skip("true") { return .bool(true) }
            if skip("false") { return .bool(false) }
            if skip("null") { return .null }
            return .number(try number())
        }
    }

    private mutating func nested(
        _ body: (inout JSONParser) throws(JSONError) -> JSONValue
    ) throws(JSONError) -> JSONValue {
        guard depthLeft > 0 else { throw failure("values lie too deep within one another") }
        depthLeft -= 1
        index += 1
        let value = try body(&self)
        depthLeft += 1
        return value
    }

    private mutating func array() throws(JSONError) -> JSONValue {
        var values: [JSONValue] = []
        skipBlanks()
        if skip("]") { return .array([]) }
        while true {
            values.append(try value())
            skipBlanks()
            if skip("]") { return .array(values) }
            guard skip(",") else { throw failure("a comma or ] is missing") }
        }
    }

    private mutating func object() throws(JSONError) -> JSONValue {
        var members: [JSONValue.Member] = []
        var names: Set<String> = []
        skipBlanks()
        if skip("}") { return .object([]) }
        while true {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw failure("a name in quotes is missing") }
            let name = try string()
            guard names.insert(name).inserted else { throw failure("the name \"\(name)\" occurs twice") }
            skipBlanks()
            guard skip(":") else { throw failure("a colon is missing") }
            members.append(JSONValue.Member(name: name, value: try value()))
            skipBlanks()
            if skip("}") { return .object(members) }
            guard skip(",") else { throw failure("a comma or } is missing") }
        }
    }

    private mutating func number() throws(JSONError) -> String {
        let start = index
        func isDigit(_ byte: UInt8?) -> Bool { byte.map { (48...57).contains($0) } ?? false }
        _ = skip("-")
        if !skip("0") { while isDigit(next) { index += 1 } }
        guard isDigit(bytes[..<index].last), index > start else { throw failure("no value begins so") }
        if next == UInt8(ascii: ".") {
            index += 1
            guard isDigit(next) else { throw failure("a digit is missing") }
            while isDigit(next) { index += 1 }
        }
        if next == UInt8(ascii: "e") || next == UInt8(ascii: "E") {
            index += 1
            if next == UInt8(ascii: "+") || next == UInt8(ascii: "-") { index += 1 }
            guard isDigit(next) else { throw failure("a digit is missing") }
            while isDigit(next) { index += 1 }
        }
        return String(decoding: bytes[start..<index], as: UTF8.self)
    }

    private mutating func string() throws(JSONError) -> String {
        index += 1
        var result: [UInt8] = []
        while true {
            guard let byte = next else { throw failure("a quote is missing") }
            index += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let text = String(validating: result, as: UTF8.self) else { throw failure("a text is no UTF-8") }
                return text
            case UInt8(ascii: "\\"): result += try escape()
            case 0..<0x20: throw failure("a control character is not escaped")
            default: result.append(byte)
            }
        }
    }

    private mutating func escape() throws(JSONError) -> [UInt8] {
        guard let byte = next else { throw failure("an escape is not finished") }
        index += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
        case UInt8(ascii: "b"): return [8]
        case UInt8(ascii: "f"): return [12]
        case UInt8(ascii: "n"): return [10]
        case UInt8(ascii: "r"): return [13]
        case UInt8(ascii: "t"): return [9]
        case UInt8(ascii: "u"):
            var unit = try codeUnit()
            if (0xD800..<0xDC00).contains(unit) {
                guard skip("\\u") else { throw failure("half a character is missing") }
                let low = try codeUnit()
                guard (0xDC00..<0xE000).contains(low) else { throw failure("half a character is missing") }
                unit = 0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)
            }
            guard let scalar = Unicode.Scalar(unit) else { throw failure("half a character is missing") }
            return Array(UTF8.encode(scalar).map(Array.init) ?? [])
        default: throw failure("there is no such escape")
        }
    }

    private mutating func codeUnit() throws(JSONError) -> UInt32 {
        guard index + 4 <= bytes.count, let text = String(validating: bytes[index..<index + 4], as: UTF8.self),
            text.utf8.allSatisfy({ $0 != UInt8(ascii: "+") && $0 != UInt8(ascii: "-") }),
            let value = UInt32(text, radix: 16)
        else { throw failure("four hexadecimal digits are missing") }
        index += 4
        return value
    }
}
