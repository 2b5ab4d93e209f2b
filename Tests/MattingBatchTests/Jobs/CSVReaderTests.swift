import Testing

@testable import MattingBatch

@Suite struct CSVReaderTests {
    private func fields(_ text: String) throws -> [[String]] {
        try CSVReader(Array(text.utf8)).rows.map { $0.fields.map { String(decoding: $0, as: UTF8.self) } }
    }

    @Test func fieldsOfAllKinds() throws {
        #expect(try fields("a,b\n1,2\n") == [["a", "b"], ["1", "2"]])
        #expect(try fields("\u{FEFF}a,b\r\n1,2") == [["a", "b"], ["1", "2"]])
        #expect(try fields("a,\"b, \"\"c\"\"\nd\"\n") == [["a", "b, \"c\"\nd"]])
        #expect(try fields("a,,\n\n,\n") == [["a", "", ""], ["", ""]])
        #expect(try fields("a;b;c\n1,5;2;\"x;y\"\n") == [["a", "b", "c"], ["1,5", "2", "x;y"]])
        #expect(try fields("a\tb\n1\t2\n") == [["a", "b"], ["1", "2"]])
        #expect(try fields("") == [])
        #expect(try fields("\"\"\n") == [])
    }

    @Test func bytesStayAsTheyAre() throws {
        let rows = try CSVReader(Array("path\n".utf8) + [0xE9, 0xFF, 0x0A]).rows
        #expect(rows.last?.fields == [[0xE9, 0xFF]])
    }

    @Test func linesAreCounted() throws {
        #expect(try CSVReader(Array("a\n\"b\nc\"\nd\n".utf8)).rows.map(\.line) == [1, 2, 4])
        #expect(throws: CSVReader.Problem(line: 2, reason: "a quote is not closed")) {
            try CSVReader(Array("a\n\"b\n".utf8))
        }
        #expect(
            throws: CSVReader.Problem(
                line: 1, reason: "something follows a quoted field; write quotes within it twice")
        ) { try CSVReader(Array("\"a\"b\n".utf8)) }
    }
}
