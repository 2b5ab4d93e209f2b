import Files
import Foundation
import Testing

@testable import MattingBatch

/// What a person puts into `manual/done` counts for the picture that they worked on, and what counts for none is said.
@Suite struct PutBackTests {
    private static let corrected = [ManifestRecord.corrected]

    @Test func aFolderIsThatOfItsIDWhereverItLies() throws {
        try Shoot.with(["x.png", "a/x.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("manual"))
            let own = try shoot.bytes("out/manual/x.png/matte.png")
            // As the article says: the folder, moved to `done`, where it has the other picture's name.
            try shoot.paint("out/manual/a/x.png/matte.png")
            try shoot.move("out/manual/a/x.png", to: "out/manual/done/x.png")
            let outcome = try shoot.run(Shoot.rules("manual"))
            #expect(
                outcome.results["a/x.png"]?.reasons == Self.corrected && outcome.results["a/x.png"]?.lane == .publish)
            #expect(outcome.results["x.png"]?.outcome == .unchanged && outcome.results["x.png"]?.lane == .manual)
            #expect(try shoot.bytes("out/manual/x.png/matte.png") == own && outcome.refused == [])
            #expect(shoot.exists("out/publish/a/x.png") && !shoot.exists("out/publish/x.png"))
            // Under any name.
            try shoot.paint("out/manual/x.png/matte.png")
            try shoot.move("out/manual/x.png", to: "out/manual/done/b/copy of x")
            let next = try shoot.run(Shoot.rules("manual"))
            #expect(next.results["x.png"]?.reasons == Self.corrected && next.refused == [])
        }
    }

    /// Moved to where no folder is, a picture's folder would become `done` itself.
    @Test func thereIsAFolderToMoveThemTo() throws {
        try Shoot.with(["x.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("publish"))
            #expect(!shoot.exists("out/manual"))
            _ = try shoot.run(Shoot.rules("manual"))
            #expect(shoot.exists("out/manual/done"))
            _ = try shoot.run(Shoot.rules("publish"))
            #expect(shoot.exists("out/publish/x.png") && shoot.exists("out/manual/done"))
        }
    }

    @Test func whatFitsNoPictureIsSaid() throws {
        try Shoot.with(["shoe.png", "sub/bag.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("manual"))
            for name in ["shoo.png", "shoe.png.tif", "shoe.jpg", "SHOE.png", "sub/hat.psd"] {
                try shoot.paint("out/manual/done/\(name)")
            }
            try shoot.write([1], "out/manual/done/notes.txt")
            try shoot.write([1], "out/manual/done/.shoe.png")
            try shoot.write(Array("{\"id\":\"gone.png\"}".utf8), "out/manual/done/gone.png/reasons.json")
            try shoot.paint("out/manual/done/gone.png/matte.png")
            try shoot.write(Array("{\"id\":\"sub/bag.png\"}".utf8), "out/manual/done/bag/reasons.json")
            let outcome = try shoot.run(Shoot.rules("manual"))
            #expect(outcome.results.values.allSatisfy { $0.outcome == .unchanged })
            let names = outcome.refused.map { $0.prefix { $0 != ":" }.description }
            #expect(
                names == [
                    "manual/done/SHOE.png", "manual/done/shoe.jpg", "manual/done/shoe.png.tif", "manual/done/shoo.png",
                    "manual/done/bag", "manual/done/gone.png", "manual/done/sub/hat.psd",
                ])
            // What is of a picture that this run leaves out waits for it.
            try shoot.remove("out/manual/done")
            try shoot.paint("out/manual/done/shoe.png.png")
            let input = BatchPath(shoot.folder("in/sub/bag.png"))
            #expect(try shoot.run(Shoot.rules("manual"), [BatchJob(input: input, name: "sub/bag.png")]).refused == [])
        }
    }

    @Test(arguments: ["shoe.png.PNG", "shoe.Png"]) func capitalsOfAnEndingAreTheSame(name: String) throws {
        try Shoot.with(["shoe.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("manual"))
            try shoot.paint("out/manual/done/\(name)")
            let outcome = try shoot.run(Shoot.rules("manual"))
            #expect(outcome.results["shoe.png"]?.reasons == Self.corrected && outcome.refused == [])
        }
    }

    @Test func aMatteOfThePictureAsItWasIsNotThatOfAnother() throws {
        for isFolder in [true, false] {
            try Shoot.with(["a.png"]) { shoot in
                _ = try shoot.run(Shoot.rules("manual"))
                if isFolder {
                    try shoot.paint("out/manual/a.png/matte.png")
                    try shoot.move("out/manual/a.png", to: "out/manual/done/a.png")
                } else {
                    try shoot.paint("out/manual/done/a.png.png")
                    _ = try shoot.run(Shoot.rules("manual"))
                }
                try shoot.take("a.png", radius: 0.1)
                for round in 0..<2 {
                    let result = try #require(try shoot.run(Shoot.rules("manual")).results["a.png"])
                    #expect(result.lane == .manual && !shoot.exists("out/publish/a.png"))
                    #expect(
                        result.remarks.contains { $0.contains("made for the picture as it was before") } == (round == 0)
                    )
                }
            }
        }
    }

    @Test func whatWasTakenStaysPublishedWhenDoneIsTidied() throws {
        try Shoot.with(["a.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("manual"))
            try shoot.paint("out/manual/done/a.png.png")
            _ = try shoot.run(Shoot.rules("manual"))
            let published = try shoot.bytes("out/publish/a.png")
            try shoot.remove("out/manual/done")
            for rules in [Shoot.rules("manual"), Shoot.rules("check", rule: "other rules")] {
                let result = try #require(try shoot.run(rules, weights: 1).results["a.png"])
                #expect(result.outcome == .unchanged && result.lane == .publish)
                #expect(result.remarks.contains { $0.contains("stays as it was published") })
                #expect(try shoot.bytes("out/publish/a.png") == published)
            }
            // A picture that has changed is another one.
            try shoot.take("a.png", radius: 0.1)
            #expect(try shoot.run(Shoot.rules("manual")).results["a.png"]?.lane == .manual)
        }
    }

    @Test func whoTakesTheFilesAwayTooHasTheRulesDecide() throws {
        try Shoot.with(["a.png"]) { shoot in
            let rules =
                "exports:\n  cut: {format: png}\n  low: {format: png, name: \"low/{stem}.{ext}\"}\notherwise: check\n"
            _ = try shoot.run(rules)
            try shoot.paint("out/manual/done/a.png.png")
            _ = try shoot.run(rules)
            try shoot.remove("out/manual/done")
            try shoot.remove("out/publish/a.png")
            let result = try #require(try shoot.run(rules).results["a.png"])
            guard case .failed(let reason) = result.outcome else { throw Missing() }
            #expect(reason.contains("put it back") && shoot.exists("out/publish/low/a.png"))
            try shoot.remove("out/publish/low/a.png")
            #expect(try shoot.run(rules).results["a.png"]?.lane == .check)
        }
    }

    private struct Missing: Error {}
}
