import Files
import Foundation
import Testing

@testable import MattingBatch

/// What a review page saves, read back.
@Suite struct DecisionsTests {
    private static func read(_ json: String) throws(ReviewError) -> Decisions { try Decisions(json: Array(json.utf8)) }

    @Test func whatAPageSaves() throws {
        let decisions = try Self.read(
            """
            {"batch":"b 1","decisions":[
            {"id":"a","action":"accept","note":"","seen":"5d"},
            {"id":"\\ud83d\\ude00\\u00e9\\n\\"","action":"reject","note":"hair \\/ glass"}
            ]}

            """)
        #expect(decisions.batch == "b 1")
        #expect(
            decisions.decisions == [
                .init(id: "a", action: .accept, seen: "5d"), .init(id: "😀é\n\"", action: .reject, note: "hair / glass"),
            ])
    }

    @Test func emptyAndUnknownMembersAndAnyOrder() throws {
        #expect(try Self.read(#"{"decisions":[],"batch":""}"#) == Decisions(batch: "", decisions: []))
        let decisions = try Self.read(
            "\u{FEFF} {\"v\": [1, {\"x\": [true, null, -1.5e3, \"]}\"]}], \"decisions\": [ {\"by\":{}, "
                + "\"action\": \"accept\" ,\"id\":\"1\"} ] , \"batch\": \"b\" } \r\n")
        #expect(decisions.decisions == [.init(id: "1", action: .accept)])
    }

    @Test func roundTripOfAnyText() throws {
        let texts = [
            "", "</script>", "\u{0}\u{1f}\"\\", "\u{2028}😀", String(repeating: "é", count: 5000), "e\u{301}", "é",
        ]
        let decisions = Decisions(
            batch: "</script>\n",
            decisions: texts.enumerated().map {
                .init(id: $1 + "\($0)", action: $0 % 2 == 0 ? .accept : .reject, note: $1, seen: $1)
            })
        let json = decisions.json
        #expect(try Decisions(json: json) == decisions)
        #expect(try JSONSerialization.jsonObject(with: Data(json)) is [String: Any])
    }

    @Test(arguments: [
        ("", "a value is missing at byte 0"), ("{", "a name in quotes is missing at byte 1"),
        ("{\"batch\":\"b\",\"decisions\":[]}x", "something follows the value at byte 28"),
        ("{\"batch\":\"b", "a quote is missing at byte 11"), ("{\"x\":]}", "no value begins so at byte 5"),
        ("[]", members), ("{\"batch\":1}", members), ("{\"batch\":\"b\"}", members),
        ("{\"decisions\":[]}", members), ("{\"batch\":\"b\",\"decisions\":{}}", members),
        ("{\"batch\":\"b\",\"decisions\":[1]}", "decision 1 is no object with the members \"id\" and \"action\""),
        (
            "{\"batch\":\"b\",\"decisions\":[{\"id\":\"a\",\"action\":\"accept\"},{\"id\":\"x\"}]}",
            "decision 2 is no object with the members \"id\" and \"action\""
        ),
        (
            "{\"batch\":\"b\",\"decisions\":[{\"id\":\"a\",\"action\":\"accept\",\"note\":1}]}",
            "the note of decision 1 is no text"
        ),
        (
            "{\"batch\":\"b\",\"decisions\":[{\"id\":\"a\",\"action\":\"accept\",\"seen\":[]}]}",
            "what decision 1 says was seen is no text"
        ),
    ])
    func malformed(json: String, reason: String) {
        #expect(throws: ReviewError.malformed(reason: reason)) { try Self.read(json) }
    }

    private static let members = "they are no object with the members \"batch\" and \"decisions\""

    @Test func malformedUTF8() {
        let json = Array("{\"batch\":\"".utf8) + [0xFF] + Array("\",\"decisions\":[]}".utf8)
        #expect(throws: ReviewError.malformed(reason: "a text is no UTF-8 at byte 12")) { try Decisions(json: json) }
    }

    @Test func everyBeginningOfAFileIsRefused() throws {
        let json = Decisions(
            batch: "b",
            decisions: [.init(id: "a\u{1F600}", action: .accept, note: "n"), .init(id: "b", action: .reject)]
        ).json
        for count in 0..<json.count - 2 {
            #expect(throws: ReviewError.self) { try Decisions(json: Array(json.prefix(count))) }
        }
    }

    @Test func deepNestingCostsNothing() {
        let deep = "{\"x\":" + String(repeating: "[", count: 200_000)
        #expect(throws: ReviewError.self) { try Self.read(deep) }
    }

    @Test func unknownAction() {
        #expect(throws: ReviewError.unknownAction(id: "x", action: "Accept")) {
            try Self.read(#"{"batch":"b","decisions":[{"id":"x","action":"Accept"}]}"#)
        }
    }

    @Test func decidedTwice() throws {
        #expect(throws: ReviewError.decidedTwice(id: "x")) {
            try Self.read(
                #"{"batch":"b","decisions":[{"id":"x","action":"accept"},{"id":"x","action":"accept"}]}"#)
        }
        // Composed differently they are two pictures, although Swift's strings are equal.
        let two =
            "{\"batch\":\"b\",\"decisions\":[{\"id\":\"\u{e9}\",\"action\":\"accept\"},"
            + "{\"id\":\"e\u{301}\",\"action\":\"reject\"}]}"
        #expect(try Self.read(two).decisions.count == 2)
    }

    @Test func otherBatch() {
        let decisions = Decisions(batch: "b", decisions: [])
        #expect(throws: ReviewError.otherBatch("b", expected: "c")) { try decisions.check(batch: "c", ids: []) }
        #expect(throws: Never.self) { try decisions.check(batch: "b", ids: []) }
    }

    @Test func unknownIDsAreNamed() {
        let decisions = Decisions(
            batch: "b", decisions: ["a", "x", "e\u{301}"].map { .init(id: $0, action: .accept) })
        #expect(throws: ReviewError.unknownIDs(["x", "e\u{301}"])) {
            try decisions.check(batch: "b", ids: ["a", "\u{e9}"])
        }
        #expect(ReviewError.unknownIDs(["x"]).description.contains("\"x\""))
    }

    @Test func unreadable() throws {
        #expect {
            try Decisions(contentsOf: "/nowhere/decisions.json")
        } throws: { error in
            if case ReviewError.unreadable("/nowhere/decisions.json", _) = error { true } else { false }
        }
        try TemporaryFolder.with { folder in
            let path = folder("d.json")
            var writer = try AtomicFileWriter(path)
            try writer.write(Decisions(batch: "b", decisions: []).json)
            try writer.finish()
            #expect(try Decisions(contentsOf: path).batch == "b")
        }
    }
}
