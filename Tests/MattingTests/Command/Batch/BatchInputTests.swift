import Foundation
import ImageCodecs
import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// What of the files in a folder is a picture of the batch, and what results say of where it came from.
@Suite struct BatchInputTests {
    /// Results within the folder of pictures: lanes, pages of parts and of manifests that were merged.
    @Test func whatTheBatchOwnsIsNoInput() throws {
        try BatchFolder.with { batch in
            for _ in 0..<2 { expectStatus(0, try batch.run(["in", "in", "--shard", "0/1"])) }
            #expect(batch.folder.exists("in/review-0-of-1/index.html"))
            let merge = ["batch", "merge", "in/manifest-0-of-1.jsonl", "-o", "in/manifest-all.jsonl"]
            expectStatus(0, try Command.run(merge, in: batch.folder))
            #expect(batch.folder.exists("in/review-all/index.html"))
            // Of that name, and nobody's but the user's.
            try batch.folder.makeFolder("in/review-2024")
            try batch.write(40, "review-2024/x.png")
            let results = try batch.results(batch.run(["in", "in", "--shard", "0/1", "--json"]))
            #expect(results.keys.sorted() == (BatchFolder.pictures + ["review-2024/x.png"]).sorted())
            let listed = try batch.run(["-", "in"], input: Array("in/review-0-of-1/previews/p.jpg".utf8))
            #expect(listed.status != 0)
        }
    }

    /// A name that is mistyped must not look like work that is done; a folder may be empty.
    @Test func nothingToDoIsSaid() throws {
        try BatchFolder.with([]) { batch in
            expectStatus(64, try batch.run(["in/*.jgp", "out"]), says: "no picture has a name like 'in/*.jgp'")
            #expect(!batch.folder.exists("out"))
            for (input, words) in [("in", "in: names no pictures"), ("-", "standard input: names no pictures")] {
                let arguments = ["batch", input, "out"] + BatchFolder.options.filter { $0 != "--quiet" }
                let outcome = try Command.run(arguments, in: batch.folder)
                expectStatus(0, outcome, says: words, "0 pictures")
                #expect(!outcome.messages.contains("category"))
            }
        }
    }

    @Test func exportsOfOneNameAreNamed() throws {
        try BatchFolder.with(["a.png"]) { batch in
            let rules =
                "exports:\n  one: {format: png}\n  two: {format: png}\nlanes: {publish: [one, two]}\notherwise: publish\n"
            try batch.folder.write(Array(rules.utf8), "twice.yaml")
            expectStatus(
                64, try Command.run(["batch", "in", "out", "--rules", "twice.yaml"], in: batch.folder),
                says: "two exports of 'a.png' would both be written to 'publish/a.png'")
        }
    }

    /// Usage that nothing reads is wrong usage, and what is not known is named.
    @Test func optionsThatDoNothingAreRefused() throws {
        try BatchFolder.with(["a.png"]) { batch in
            for option in [
                ["--apply", "none.json"], ["--shard", "0/2"], ["--at-once", "2"], ["--overwrite"], ["--watch"],
                ["--core-hour-price", "1"], ["--json"],
            ] {
                let explained = try batch.run(["in", "--explain", "in/a.png"] + option)
                expectStatus(64, explained, says: "writes nothing; leave \(option[0]) out")
                let printed = try Command.run(["batch", "--print-rules"] + option, in: batch.folder)
                expectStatus(64, printed, says: "leave \(option[0]) out")
                #expect(explained.output.isEmpty && printed.output.isEmpty)
            }
            expectStatus(64, try batch.run(["in", "out", "-0"]), says: "--null is for names on standard input")
            expectStatus(64, try batch.run(["in", "out", "--metadata", "all"]), says: "Unknown option '--metadata'")
            expectStatus(64, try batch.run(["in", "out", "more"]), says: "There are 3 names")
            expectStatus(64, try batch.run(["in"]), says: "the folder to write to")
            expectStatus(
                64, try Command.run(["batch", "merge", "none.jsonl", "-o", "x"], in: batch.folder), says: "no such file"
            )
        }
    }

    @Test func pipesAndDevicesAreLeftOut() throws {
        try BatchFolder.with { batch in
            try #require(mkfifo(batch.folder("in/pipe.png"), 0o600) == 0)
            try batch.folder.link("in/null.png", to: "/dev/null")
            let words = ["batch", "in", "out"] + BatchFolder.options.filter { $0 != "--quiet" }
            let outcome = try Command.run(words, in: batch.folder)
            expectStatus(0, outcome, says: "in/pipe.png: left out: is a pipe", "in/null.png: left out")
            #expect(try batch.results().count == 10)
            // One that is named fails, and nobody waits for it.
            let listed = try batch.run(["-", "two"], input: Array("in/pipe.png\nin/a.png\n".utf8))
            expectStatus(1, listed, says: "in/pipe.png: is a pipe, a socket or a device; a batch reads files")
            #expect(try batch.results("two") == ["publish/in/a.png", "publish/in/a_shop.jpg"])
        }
    }

    #if os(Linux)
    /// Names that are equal as texts and differ in their bytes.
    @Test func namesAreBytes() throws {
        try BatchFolder.with(["\u{E9}.png", "e\u{301}.png"]) { batch in
            let results = try batch.run(["in", "out", "--json"])
            expectStatus(0, results)
            #expect(try results.objects().count { $0["outcome"] as? String == "done" } == 2)
            // A dictionary of texts would take the names for one.
            #expect(try batch.folder.names("out/publish").count == 4)
            let again = try batch.run(["in", "out", "--json"])
            #expect(try again.objects().count { $0["outcome"] as? String == "unchanged" } == 2)
        }
    }
    #endif

    /// The article's number and an id that was given travel with the picture; where it lay on the disk does not.
    @Test func titlesAreNoPaths() throws {
        try BatchFolder.with(["a.png", "b.png", "sub/secret.png"]) { batch in
            try batch.folder.write(
                Array("path,id,sku\na.png,17,S-1\nb.png,,S-2\nsub/secret.png,,\n".utf8), "in/jobs.csv")
            expectStatus(0, try batch.run(["in/jobs.csv", "out"]))
            func titles(_ name: String) throws -> [String] {
                try batch.folder.image(name).metadata.texts.map { "\($0.keyword): \($0.text)" }
            }
            #expect(try titles("out/publish/a.png") == ["Title: S-1 (17)"])
            #expect(try titles("out/publish/b.png") == ["Title: S-2"])
            #expect(try titles("out/publish/sub/secret.png") == [])
        }
    }

    /// One photograph of two articles.
    @Test func onePhotographTwoJobs() throws {
        try BatchFolder.with(["m.png"]) { batch in
            let rules =
                "exports: {a: {format: png, name: \"{id}.{ext}\"}}\nrules: [{name: m, when: {file: \"m-b*\"}, lane: manual}]\n"
            try batch.folder.write(Array((rules + "otherwise: publish\n").utf8), "rules.yaml")
            try batch.folder.write(Array("path,id\nm.png,a\nm.png,b\n".utf8), "in/jobs.csv")
            expectStatus(0, try batch.run(["in/jobs.csv", "out"]))
            #expect(
                try batch.results() == [
                    "manual/m-b.png/matte.png", "manual/m-b.png/original.png", "manual/m-b.png/reasons.json",
                    "manual/m-b.png/trimap.png", "publish/a.png",
                ])
        }
    }

    /// What cannot be framed is for a person, whatever its lane, and is not tried again at every run.
    @Test func anEmptyMatteReachesAPerson() throws {
        try BatchFolder.with(["a.png"]) { batch in
            let rules = """
                exports: {shop: {format: jpeg, preset: amazon}, layers: {format: psd}}
                lanes: {publish: [shop], check: [shop], manual: [layers, shop]}
                otherwise: publish
                """
            try batch.folder.write(Array(rules.utf8), "rules.yaml")
            // Without rescaling such a network finds no subject in noise.
            let words = [
                "batch", "in", "out", "--json", "--quiet", "--weights", "net.safetensors", "--rules", "rules.yaml",
            ]
            let outcome = try Command.run(words + ["--recipe", "input.size=32"], in: batch.folder)
            expectStatus(0, outcome)
            let result = try #require(try batch.results(outcome)["a.png"])
            #expect(result["lane"] as? String == "manual")
            let reasons = try #require(result["reasons"] as? [String])
            #expect(reasons.count == 1 && reasons[0].hasPrefix("'shop' cannot be made: there is no subject to frame"))
            #expect(reasons[0].contains("0.039; leave 'crop'") && !reasons[0].contains("framing"))
            #expect(try batch.results().contains("manual/a.png/a.psd"))
            let again = try Command.run(words + ["--recipe", "input.size=32"], in: batch.folder)
            #expect(try batch.results(again)["a.png"]?["outcome"] as? String == "unchanged")
        }
    }

    @Test func mergingReplacesManifestsOnly() throws {
        try BatchFolder.with(["a.png"]) { batch in
            expectStatus(0, try batch.run())
            let before = try batch.folder.bytes("in/a.png")
            let merge = ["batch", "merge", "out/manifest.jsonl", "-o"]
            expectStatus(
                64, try Command.run(merge + ["in/a.png"], in: batch.folder), says: "does not begin as a manifest does")
            #expect(try batch.folder.bytes("in/a.png") == before)
            let nowhere = try Command.run(merge + ["none/all.jsonl"], in: batch.folder)
            expectStatus(64, nowhere, says: "none/all.jsonl: cannot be written: No such file or directory")
            #expect(!nowhere.messages.contains("remembered"))
        }
    }

    @Test func rulesAreSaidLineByLine() throws {
        try BatchFolder.with(["a.png"]) { batch in
            try batch.folder.write(Array("exports: {a: {format: gif}}\notherwise: trash\n".utf8), "rules.yaml")
            let outcome = try batch.run()
            expectStatus(64, outcome)
            let lines = outcome.messages.split(separator: "\n")
            #expect(lines.count == 2 && lines.allSatisfy { $0.hasPrefix("matte: rules.yaml:") }, "\(outcome.messages)")
        }
    }
}
