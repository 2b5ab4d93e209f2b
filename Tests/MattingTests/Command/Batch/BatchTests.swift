import Foundation
import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// `matte batch`: what goes where, and what a second run does.
@Suite struct BatchTests {
    private static let expected = [
        "check/c.png", "check/sub/c.png", "manual/m.png/matte.png", "manual/m.png/original.png",
        "manual/m.png/reasons.json", "manual/m.png/trimap.png", "publish/a.png", "publish/a_shop.jpg",
        "publish/sub/b.png", "publish/sub/b_shop.jpg",
    ]

    @Test func lanesMirrorTheFolder() throws {
        try BatchFolder.with { batch in
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(0, outcome)
            #expect(try batch.results() == Self.expected)
            // A cut-out is what the library makes of the picture.
            let image = try batch.folder.image("in/a.png")
            let pipeline = try MattingPipeline(
                weights: batch.folder("net.safetensors"), options: MattingOptions(recipe: BatchFolder.recipe))
            let cutout = try pipeline.matte(image).cutout()
            #expect(Set(cutout.samples).count > 2, "there is a subject")
            #expect(try batch.folder.image("out/publish/a.png").samples == cutout.samples)
            let shop = try batch.folder.image("out/publish/a_shop.jpg")
            #expect(shop.width == 48 && shop.height == 40)
            #expect(try batch.folder.bytes("out/manual/m.png/original.png") == batch.folder.bytes("in/m.png"))
            let results = try batch.results(outcome)
            #expect(
                results["c.png"]?["lane"] as? String == "check" && results["c.png"]?["rule"] as? String == "by name")
            #expect((results["c.png"]?["reasons"] as? [String])?.first == "it begins with c (file 'c.png': c*)")
            #expect(results["a.png"]?["rule"] == nil && results.count == 5)
            #expect(batch.folder.exists("out/review/index.html"))
            let manifest = String(decoding: try batch.folder.bytes("out/manifest.jsonl"), as: UTF8.self)
            // A line before the files of each picture, and one behind them.
            #expect(manifest.split(separator: "\n").count == 11)
            #expect(batch.folder.hiddenNames() == [])
        }
    }

    @Test func aSecondRunDoesWhatIsMissingOrHasChanged() throws {
        try BatchFolder.with { batch in
            expectStatus(0, try batch.run())
            let before = try batch.files()
            func changed(_ words: [String] = []) throws -> Set<String> {
                let outcome = try batch.run(["in", "out", "--json"] + words)
                expectStatus(0, outcome)
                return Set(try batch.results(outcome).filter { $0.value["outcome"] as? String == "done" }.keys)
            }
            #expect(try changed() == [])
            #expect(try batch.files() == before)
            // The same bytes at another time are the same picture.
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSince1970: 1)], ofItemAtPath: batch.folder("in/a.png"))
            try FileManager.default.removeItem(atPath: batch.folder("out/publish/sub/b.png"))
            #expect(try changed() == ["sub/b.png"])
            #expect(try batch.files() == before)
            try batch.write(77, "a.png")
            #expect(try changed() == ["a.png"])
            #expect(try batch.files()["publish/a.png"] != before["publish/a.png"])
            // Other rules are other results, and what is not made any more is taken away, unless somebody worked on it.
            let rules = BatchFolder.rules.replacingOccurrences(of: "c*", with: "x*")
            try batch.folder.write(Array(rules.utf8), "rules.yaml")
            try batch.folder.write([1, 2, 3], "out/check/sub/c.png")
            #expect(try changed() == ["a.png", "c.png", "m.png", "sub/b.png", "sub/c.png"])
            let names = try batch.results()
            #expect(names.contains("publish/c_shop.jpg") && !names.contains("check/c.png"))
            #expect(try batch.folder.bytes("out/check/sub/c.png") == [1, 2, 3])
        }
    }

    @Test func whatFailsKeepsNothingElseFromBeingDone() throws {
        try BatchFolder.with { batch in
            try batch.folder.write([1, 2, 3], "in/broken.png")
            try batch.folder.write([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], "in/sub/short.png")
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(1, outcome, says: "broken.png", "short.png")
            #expect(try batch.results() == Self.expected)
            #expect(try batch.results(outcome).values.count { $0["outcome"] as? String == "failed" } == 2)
            // It is tried again, and done where it is whole now.
            try batch.write(5, "broken.png")
            let next = try batch.run(["in", "out", "--json"])
            expectStatus(1, next)
            #expect(try batch.results(next).values.count { $0["outcome"] as? String == "unchanged" } == 5)
            #expect(batch.folder.exists("out/publish/broken.png"))
        }
    }

    @Test func jobsSayWhatIsWanted() throws {
        try BatchFolder.with { batch in
            let table = """
                path,id,sku,category,priority,outputs,brief
                sub/b.png,1,S-1,,5,shop,
                m.png,2,S-2,,,,"more, please"
                a.png,3,,,urgent,,
                """
            try batch.folder.write(Array(table.utf8), "in/jobs.csv")
            let outcome = try batch.run(["in/jobs.csv", "out", "--json", "--at-once", "1"])
            expectStatus(0, outcome)
            let ids = try outcome.objects().compactMap { $0["id"] as? String }
            // They begin by priority, and end in whatever order they are synced to the disk.
            #expect(ids.sorted() == ["1", "2", "3"])
            #expect(
                try batch.results() == [
                    "manual/m.png/brief.txt", "manual/m.png/matte.png", "manual/m.png/original.png",
                    "manual/m.png/reasons.json", "manual/m.png/trimap.png", "publish/a.png", "publish/a_shop.jpg",
                    "publish/sub/b_shop.jpg",
                ])
            #expect(try batch.folder.bytes("out/manual/m.png/brief.txt") == Array("more, please\n".utf8))
        }
    }

    @Test func correctionsAndDecisionsGoOn() throws {
        try BatchFolder.with { batch in
            expectStatus(0, try batch.run())
            // A person corrected the matte and moved the folder.
            let matte = try RasterImage.drawn(width: 48, height: 40, colorModel: .gray) { x, _ in [x < 20 ? 1 : 0] }
            try batch.folder.makeFolder("out/manual/done")
            try batch.folder.write(matte, "out/manual/done/m.png.png")
            let seen = try batch.seen()
            let decisions = """
                {"batch":"","decisions":[{"id":"c.png","action":"accept","note":"","seen":"\(seen["c.png"] ?? "")"},
                {"id":"sub/c.png","action":"reject","note":"hair","seen":"\(seen["sub/c.png"] ?? "")"}]}
                """
            try batch.folder.write(Array(decisions.utf8), "decisions.json")
            let outcome = try batch.run(["in", "out", "--json", "--apply", "decisions.json"])
            expectStatus(0, outcome)
            let results = try batch.results(outcome)
            #expect(results["c.png"]?["lane"] as? String == "publish")
            #expect(results["sub/c.png"]?["lane"] as? String == "manual")
            #expect((results["sub/c.png"]?["reasons"] as? [String])?.prefix(2) == ["a person rejected it", "hair"])
            #expect(results["m.png"]?["reasons"] as? [String] == ["a person corrected it"])
            let corrected = try batch.folder.image("out/publish/m.png")
            let expected = try MattingResult(image: batch.folder.image("in/m.png"), alpha: AlphaMatte(matte)).cutout()
            #expect(corrected.samples == expected.samples)
            // They hold without being told again, and nothing is done twice.
            let again = try batch.run(["in", "out", "--json"])
            #expect(try batch.results(again).values.allSatisfy { $0["outcome"] as? String == "unchanged" })
            // Of a picture that has changed since nobody has decided anything.
            try batch.write(99, "c.png")
            let changed = try batch.run(["in", "out", "--json"])
            expectStatus(0, changed, says: "in/c.png: was accepted as it was before")
            #expect(try batch.results(changed)["c.png"]?["lane"] as? String == "check")
            // The others are carried out; what was not is said.
            let late = try batch.run(["in", "out", "--json", "--apply", "decisions.json"])
            expectStatus(1, late, says: "the decision about 'c.png' is not carried out")
            #expect(try batch.results(late)["sub/c.png"]?["lane"] as? String == "manual")
        }
    }

    @Test func partsMakeTheWhole() throws {
        try BatchFolder.with { batch in
            expectStatus(0, try batch.run(["in", "whole"]))
            for part in 0..<3 { expectStatus(0, try batch.run(["in", "out", "--shard", "\(part)/3"])) }
            let names = try batch.results("out")
            #expect(names == Self.expected)
            for name in names { #expect(try batch.folder.bytes("out/\(name)") == batch.folder.bytes("whole/\(name)")) }
            let manifests = (0..<3).map { "out/manifest-\($0)-of-3.jsonl" }
            expectStatus(
                0, try Command.run(["batch", "merge"] + manifests + ["-o", "out/manifest.jsonl"], in: batch.folder))
            // The page is that of the whole.
            #expect(try batch.folder.bytes("out/review/index.html") == batch.folder.bytes("whole/review/index.html"))
            let previews = try batch.files("whole/review/previews")
            #expect(try batch.files("out/review/previews") == previews && previews.count >= 6)
            let results = try batch.results(batch.run(["in", "out", "--json"]))
            #expect(results.values.allSatisfy { $0["outcome"] as? String == "unchanged" } && results.count == 5)
            #expect(try batch.results() == Self.expected)
            // Where a part's page is not at hand the manifest is merged all the same.
            try FileManager.default.removeItem(atPath: batch.folder("out/review"))
            for part in 0..<3 {
                try FileManager.default.removeItem(atPath: batch.folder("out/review-\(part)-of-3"))
            }
            expectStatus(
                0, try Command.run(["batch", "merge"] + manifests + ["-o", "out/manifest.jsonl"], in: batch.folder),
                says: "3 pictures are not on the review page")
        }
    }

    @Test func rulesAreExplained() throws {
        try BatchFolder.with { batch in
            let outcome = try batch.run(["--explain", "in/sub/c.png"])
            expectStatus(0, outcome)
            #expect(
                outcome.text.contains("in/sub/c.png: check\n") && outcome.text.contains("✓ by name: file 'c.png': c*"))
            let other = try batch.run(["--explain", "in/a.png"])
            #expect(other.text.contains("– by hand: file 'a.png': m*") && other.text.contains("no rule decided"))
            // What is printed is what is built in.
            let printed = try Command.run(["batch", "--print-rules"])
            expectStatus(0, printed)
            #expect(printed.text.contains("exports:") && printed.text.contains("otherwise: publish"))
            try batch.folder.write(printed.output, "rules.yaml")
            expectStatus(0, try batch.run(["in", "out"]))
        }
    }
}
