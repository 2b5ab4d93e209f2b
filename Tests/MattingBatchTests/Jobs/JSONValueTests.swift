import Testing

@testable import MattingBatch

@Suite struct JSONValueTests {
    @Test(arguments: [
        "null", "true", "-1.5e+10", "\"\"", "[]", "{}", "[1,[2,{\"a\":null}],\"b\"]", "\"\\\"\\\\\\n\\u0001é😀\"",
        "{\"b\":1,\"a\":[0.1,1E5]}",
    ])
    func whatIsReadIsWrittenAgain(_ text: String) throws {
        #expect(try JSONValue(parsing: text).description == text)
    }

    @Test func escapesAndBlanks() throws {
        #expect(
            try JSONValue(parsing: " [ \"\\u00e9\\ud83d\\ude00\\/\" , 2 ] \n")
                == .array([.string("é😀/"), .number("2")]))
        let object = try JSONValue(parsing: "{\"a\":7,\"b\":\"x\"}")
        #expect(object["a"]?.integer == 7 && object["b"]?.string == "x" && object["c"] == nil)
    }

    @Test(arguments: [
        "", "nul", "[1,]", "[1", "{\"a\"}", "{\"a\":1,\"a\":2}", "01", "1.", "1e", "-", "\"\\x\"", "\"\n\"", "\"",
        "1 2",
        "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\u+041\"", "{1:2}", "+1", ".5",
    ])
    func whatIsNoneIsRefused(_ text: String) {
        #expect(throws: JSONError.self) { try JSONValue(parsing: text) }
    }

    @Test func depthAndEncodingHaveLimits() {
        let deep = String(repeating: "[", count: 100_000)
        #expect(throws: JSONError(reason: "values lie too deep within one another", offset: 64)) {
            try JSONValue(parsing: deep)
        }
        #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xFF, 0x22]) }
    }
}
