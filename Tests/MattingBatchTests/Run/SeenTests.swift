import Files
import Foundation
import Testing

@testable import MattingBatch

/// A decision counts for what the person saw.
@Suite struct SeenTests {
    @Test func aPictureThatWasReplacedIsLookedAtAgain() throws {
        try Shoot.with(["a.png", "b.png"]) { shoot in
            let page = try shoot.run(Shoot.rules("check"))
            let decisions = shoot.decisions(page, ["a.png": .accept, "b.png": .accept])
            try shoot.take("a.png", radius: 0.1)
            _ = try shoot.run(Shoot.rules("check"))
            let outcome = try shoot.run(Shoot.rules("check"), applying: decisions)
            #expect(outcome.results["a.png"]?.lane == .check && outcome.results["b.png"]?.lane == .publish)
            #expect(outcome.refused.count == 1)
            #expect(
                outcome.refused.first?.contains("'a.png' is not carried out: the picture or its matte has changed")
                    == true)
            #expect(try shoot.lines().count { $0.contains("\"decision\":") } == 1)
        }
    }

    /// The picture is replaced in the very run that is to carry the decision out.
    @Test func aPictureThatIsReplacedMeanwhile() throws {
        try Shoot.with(["a.png"]) { shoot in
            let decisions = shoot.decisions(try shoot.run(Shoot.rules("check")), ["a.png": .accept])
            try shoot.take("a.png", radius: 0.1)
            let result = try #require(try shoot.run(Shoot.rules("check"), applying: decisions).results["a.png"])
            #expect(result.lane == .check)
            #expect(result.remarks.contains { $0.contains("was accepted as it was before") })
        }
    }

    @Test func anotherMatteIsLookedAtAgain() throws {
        try Shoot.with(["a.png"]) { shoot in
            let decisions = shoot.decisions(try shoot.run(Shoot.rules("check")), ["a.png": .accept])
            let accepted = try shoot.run(Shoot.rules("check"), applying: decisions)
            #expect(accepted.results["a.png"]?.lane == .publish)
            // Rules make no other matte.
            let ruled = try shoot.run(Shoot.rules("manual", rule: "new"))
            #expect(ruled.results["a.png"]?.lane == .publish)
            let other = try #require(try shoot.run(Shoot.rules("check"), weights: 1).results["a.png"])
            #expect(other.lane == .check && !shoot.exists("out/publish/a.png"))
            #expect(other.remarks.contains { $0.contains("was accepted as it was before") })
            // And back: that is what was accepted.
            #expect(try shoot.run(Shoot.rules("check")).results["a.png"]?.lane == .publish)
        }
    }

    @Test func picturesComeAndGo() throws {
        try Shoot.with(["a.png", "b.png"]) { shoot in
            let page = try shoot.run(Shoot.rules("check"))
            let decisions = shoot.decisions(page, ["a.png": .reject, "b.png": .accept])
            try shoot.remove("in/b.png")
            try shoot.take("c.png", radius: 0.4)
            let outcome = try shoot.run(Shoot.rules("check"), applying: decisions)
            #expect(outcome.results["a.png"]?.lane == .manual && outcome.results["c.png"]?.lane == .check)
            #expect(
                outcome.refused == ["the decision about 'b.png' is not carried out: this batch has no such picture"])
        }
    }

    /// All is looked at before anything is noted; what is not known of is no reason to stop.
    @Test func decisionsThatSayTooLittle() throws {
        try Shoot.with(["a.png", "b.png"]) { shoot in
            let input = BatchPath(shoot.folder("in/a.png"))
            let page = try shoot.run(Shoot.rules("check"), [BatchJob(input: input)])
            var decisions = shoot.decisions(page, ["a.png": .accept, "b.png": .accept])
            let outcome = try shoot.run(Shoot.rules("check"), applying: decisions)
            #expect(outcome.refused.map { $0.hasSuffix("has not been through this batch yet") } == [true])
            #expect(outcome.results["a.png"]?.lane == .publish)
            decisions.decisions = [.init(id: "b.png", action: .accept)]
            let next = try shoot.run(Shoot.rules("check"), applying: decisions)
            #expect(next.refused.first?.contains("does not say what was seen") == true)
            #expect(next.results["b.png"]?.lane == .check)
        }
    }

    /// The page shows the matte of the batch: who rejects it has not seen that of the retoucher.
    @Test func aCorrectedMatteCountsMoreThanADecisionAboutTheOneBefore() throws {
        try Shoot.with(["a.png"]) { shoot in
            let decisions = shoot.decisions(try shoot.run(Shoot.rules("check")), ["a.png": .reject])
            try shoot.paint("out/manual/done/a.png.png")
            let result = try #require(try shoot.run(Shoot.rules("check"), applying: decisions).results["a.png"])
            #expect(result.lane == .publish && result.remarks.contains { $0.contains("the corrected matte counts") })
            // Said once.
            #expect(try shoot.run(Shoot.rules("check")).results["a.png"]?.remarks == [])
        }
    }

    /// A line of an earlier version does not say what was seen: it was what the line before tells of.
    @Test func decisionsOfEarlierManifests() throws {
        var record = ManifestRecord(BatchJob(id: "a", input: "a.png"))
        record.inputHash = "1"
        record.weights = "w"
        let line = try JSONValue(parsing: #"{"decision":"accept","id":"a","inputHash":"1","note":"n"}"#)
        #expect(
            ManifestDecision(line, after: ["a": record]) == ManifestDecision(about: record, action: .accept, note: "n"))
        record.inputHash = "2"
        #expect(ManifestDecision(line, after: ["a": record])?.seen == "")
    }

    @Test func thePageSaysWhatItShows() throws {
        try Shoot.with(["a.png"]) { shoot in
            let outcome = try shoot.run(Shoot.rules("check"))
            let page = String(decoding: try shoot.bytes("out/review/index.html"), as: UTF8.self)
            #expect(page.contains("\"\(outcome.results["a.png"]?.record.seen ?? "none")\"]"))
        }
    }
}
