import Files
import Foundation
import Testing
import WeightFiles

@testable import MattingBatch

/// A file is written over or removed where the manifest says that the batch wrote just that, and nowhere else.
@Suite struct OwnedFilesTests {
    // MARK: What somebody has changed

    @Test func aMatteThatIsWorkedOnInItsPlaceStays() throws {
        try Shoot.with(["a.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("manual"))
            try shoot.paint("out/manual/a.png/matte.png")
            let work = try shoot.bytes("out/manual/a.png/matte.png")
            for (rules, outcome) in [
                (Shoot.rules("manual"), BatchResult.Outcome.unchanged),
                (Shoot.rules("manual", rule: "new"), .done), (Shoot.rules("publish"), .done),
                // What is left is known, and in nobody's way.
                (Shoot.rules("publish"), .unchanged), (Shoot.rules("manual"), .done),
            ] {
                let result = try #require(try shoot.run(rules).results["a.png"])
                #expect(result.outcome == outcome)
                #expect(result.held == ["manual/a.png/matte.png"])
                #expect(result.remarks == ["manual/a.png/matte.png: stays, for somebody has changed it"])
                #expect(try shoot.bytes("out/manual/a.png/matte.png") == work)
            }
            // Once it is moved away it is made again.
            try shoot.remove("out/manual/a.png/matte.png")
            let result = try shoot.run(Shoot.rules("manual")).results["a.png"]
            #expect(result?.held == [] && shoot.exists("out/manual/a.png/matte.png"))
        }
    }

    @Test func aPublishedFileThatWasChangedStays() throws {
        try Shoot.with(["a.png", "b.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("publish"))
            let before = try shoot.bytes("out/publish/a.png")
            try shoot.write([1, 2, 3], "out/publish/a.png")
            let outcome = try shoot.run(Shoot.rules("publish", rule: "new"))
            #expect(outcome.results["a.png"]?.held == ["publish/a.png"] && outcome.results["b.png"]?.held == [])
            #expect(try shoot.bytes("out/publish/a.png") == [1, 2, 3])
            // Put back as it was, it is the batch's again.
            try shoot.write(before, "out/publish/a.png")
            let next = try shoot.run(Shoot.rules("publish", rule: "new"))
            #expect(next.results["a.png"]?.held == [])
        }
    }

    // MARK: What was never the batch's

    @Test func filesThatAreInTheWayOfNewPicturesAreRefused() throws {
        try Shoot.with(["a.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("publish"))
            let lines = try shoot.lines()
            try shoot.take("b.png", radius: 0.4)
            for name in ["publish/b.png", "check/b.png", "manual/b.png/trimap.png", "manual/b.png/original.png"] {
                try shoot.write([7], "out/\(name)")
                #expect(throws: BatchError.isThere(path: shoot.path("out/\(name)"), count: 1)) {
                    try shoot.run(Shoot.rules("publish"))
                }
                #expect(try shoot.bytes("out/\(name)") == [7])
                try shoot.remove("out/\(name)")
            }
            #expect(try shoot.lines() == lines, "nothing was begun")
            try shoot.write([7], "out/publish/b.png")
            _ = try shoot.run(Shoot.rules("publish"), overwrites: true)
            #expect(try shoot.bytes("out/publish/b.png").count > 1)
        }
    }

    // MARK: Exchanged names

    /// Files are named by the article's number.
    private static let rulesBySKU = "exports:\n  cut: {format: png, name: \"{sku}.{ext}\"}\notherwise: publish\n"

    /// The pictures `a.png` and `b.png` with these numbers.
    private static func jobs(in shoot: Shoot, _ a: String, _ b: String) -> [BatchJob] {
        [("a", a), ("b", b)].map { name, sku in
            BatchJob(id: name, input: BatchPath(shoot.folder(BytePath("in/\(name).png"))), sku: sku)
        }
    }

    @Test func picturesThatExchangeTheirNamesKeepTheirFiles() throws {
        try Shoot.with(["a.png", "b.png"]) { shoot in
            func jobs(_ a: String, _ b: String) -> [BatchJob] { Self.jobs(in: shoot, a, b) }
            _ = try shoot.run(Self.rulesBySKU, jobs("1", "2"))
            let (one, two) = (try shoot.bytes("out/publish/1.png"), try shoot.bytes("out/publish/2.png"))
            for round in 0..<4 {
                // The bytes differ by the name in their metadata, too; the pixels are what counts.
                let outcome = try shoot.run(Self.rulesBySKU, round % 2 == 0 ? jobs("2", "1") : jobs("1", "2"))
                #expect(outcome.results.values.allSatisfy { $0.outcome == .done && $0.held == [] })
                let (first, second) = (try shoot.bytes("out/publish/1.png"), try shoot.bytes("out/publish/2.png"))
                if round % 2 == 1 { #expect(first == one && second == two) } else { #expect(first != one) }
            }
            let outcome = try shoot.run(Self.rulesBySKU, jobs("1", "2"))
            #expect(outcome.results.values.allSatisfy { $0.outcome == .unchanged })
            #expect(try FileManager.default.contentsOfDirectory(atPath: shoot.path("out/publish")).count == 2)
        }
    }

    /// One name moves on and the other is free: what is left over is removed once, and not by who comes too late.
    @Test func aNameThatMovesOnIsTakenOver() throws {
        try Shoot.with(["a.png", "b.png"]) { shoot in
            func jobs(_ a: String, _ b: String) -> [BatchJob] { Self.jobs(in: shoot, a, b) }
            _ = try shoot.run(Self.rulesBySKU, jobs("1", "2"))
            // The picture that takes over cannot be read at first.
            try shoot.write([1], "in/a.png")
            let failed = try shoot.run(Self.rulesBySKU, jobs("2", "3"))
            #expect(failed.results["a"]?.lane == nil && shoot.exists("out/publish/3.png"))
            try shoot.take("a.png", radius: 0.2)
            let outcome = try shoot.run(Self.rulesBySKU, jobs("2", "3"))
            #expect(outcome.results["a"]?.outcome == .done && outcome.results["a"]?.held == [])
            let names = try FileManager.default.contentsOfDirectory(atPath: shoot.path("out/publish"))
            #expect(names.sorted() == ["2.png", "3.png"])
        }
    }

    // MARK: What is noted before it is written

    /// A sink that asks the manifest of each file whether it knows.
    private struct Asking: BatchSink {
        let sink: FolderSink
        let manifest: String

        struct Unknown: Error {}

        func write(
            _ bytes: UnsafeRawBufferPointer, to path: BatchPath, replacing owned: Set<String>?
        ) throws -> Bool {
            let text = try String(contentsOfFile: manifest, encoding: .utf8)
            guard text.contains("\"\(path)\""), text.contains(SHA256.hexDigest(of: bytes)) else { throw Unknown() }
            return try sink.write(bytes, to: path, replacing: owned)
        }

        func byteCount(of path: BatchPath) -> Int? { sink.byteCount(of: path) }

        func remove(_ path: BatchPath, owned: Set<String>) throws -> Bool { try sink.remove(path, owned: owned) }
    }

    @Test func aRunThatWasKilledBehindAFileOwnsIt() throws {
        try Shoot.with(["a.png"]) { shoot in
            let sink = Asking(sink: FolderSink(shoot.folder("out")), manifest: shoot.path("out/manifest.jsonl"))
            let first = try shoot.run(Shoot.rules("publish"), sink: sink)
            #expect(first.results["a.png"]?.outcome == .done)
            // As it is where the process ended between the file and its line.
            let lines = try shoot.lines()
            #expect(lines.count == 2)
            try shoot.write(Array(("{\"manifest\":1}\n" + lines[0] + "\n").utf8), "out/manifest.jsonl")
            let next = try shoot.run(Shoot.rules("manual"))
            #expect(next.results["a.png"]?.lane == .manual && !shoot.exists("out/publish/a.png"))
        }
    }

    @Test func whatAFailedPictureHasWrittenIsRemovedLater() throws {
        try Shoot.with(["a.png"]) { shoot in
            let exports = "exports:\n  cut: {format: png}\n  flat: {format: png, name: \"flat/{stem}.{ext}\"}\n"
            try shoot.write([], "out/publish/flat")
            let failed = try shoot.run(exports + "otherwise: publish\n")
            #expect(failed.results["a.png"]?.lane == nil && shoot.exists("out/publish/a.png"))
            let next = try shoot.run(exports + "otherwise: manual\n")
            #expect(next.results["a.png"]?.lane == .manual && !shoot.exists("out/publish/a.png"))
            #expect(next.results["a.png"]?.held == [])
        }
    }

    // MARK: Names

    @Test(arguments: ["matte", "original", "Trimap", "ORIGINAL"]) func namesOfThePicturesFolder(name: String) throws {
        try Shoot.with(["a.png"]) { shoot in
            let rules = Shoot.rules("manual").replacingOccurrences(
                of: "{format: png}", with: "{format: png, name: \"{stem}/\(name).{ext}\"}")
            #expect(throws: BatchError.reservedName(id: "a.png", path: "manual/a.png/\(name).png")) {
                try shoot.run(rules)
            }
            #expect(!shoot.exists("out"))
            // Where no lane would have them together they are names as others.
            let outcome = try shoot.run(rules.replacingOccurrences(of: ", manual: [cut]", with: ""))
            #expect(outcome.results["a.png"]?.outcome == .done)
        }
    }

    @Test func picturesOfAFolderCalledDone() throws {
        try Shoot.with(["done/a.png"]) { shoot in
            #expect(throws: BatchError.reservedName(id: "done/a.png", path: "manual/done/a.png")) {
                try shoot.run(Shoot.rules("publish"))
            }
            #expect(!shoot.exists("out"))
        }
    }

    // MARK: Manifests from elsewhere

    @Test(arguments: [
        "../in/a.png", "/in/a.png", "publish/../../in/a.png", "publish/./a.png", "publish//a.png", "in/a.png",
        "manifest.jsonl", "review/index.html", "publish", "publish/", "", "publish/a%00.png",
    ])
    func pathsThatAreNobodysResults(path: String) throws {
        try Shoot.with(["a.png"]) { shoot in
            _ = try shoot.run(Shoot.rules("publish"))
            let digest = SHA256.hexDigest(of: "x")
            let line =
                "{\"id\":\"a.png\",\"name\":\"a.png\",\"input\":\"a.png\",\"outputs\":[{\"channel\":\"cut\",\"path\":\"\(path)\","
                + "\"bytes\":1,\"sha256\":\"\(digest)\"}]}"
            #expect(try ManifestRecord(JSONValue(parsing: line)) == nil)
            #expect(
                try ManifestRecord(
                    JSONValue(parsing: line.replacingOccurrences(of: "\"\(path)\"", with: "\"publish/b.png\""))) != nil)
            let stays = "{\"id\":\"a.png\",\"name\":\"a.png\",\"input\":\"a.png\",\"stays\":[\"\(path)\"]}"
            #expect(try ManifestRecord(JSONValue(parsing: stays)) == nil)
            try shoot.write(try shoot.bytes("out/manifest.jsonl") + Array((line + "\n").utf8), "out/manifest.jsonl")
            #expect(throws: BatchError.self) { try shoot.run(Shoot.rules("check")) }
            #expect(shoot.exists("in/a.png"))
        }
    }

    @Test func nothingIsRemovedThroughALink() throws {
        try Shoot.with(["sub/a.png"]) { shoot in
            let digest = SHA256.hexDigest(of: try shoot.bytes("in/sub/a.png"))
            try FileManager.default.createDirectory(
                atPath: shoot.path("out/publish"), withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                atPath: shoot.path("out/publish/sub"), withDestinationPath: shoot.path("in/sub"))
            let sink = FolderSink(shoot.folder("out"))
            #expect(try !sink.remove("publish/sub/a.png", owned: [digest]))
            #expect(shoot.exists("in/sub/a.png"))
            // The folder of a lane may lie elsewhere.
            try FileManager.default.createSymbolicLink(
                atPath: shoot.path("out/check"), withDestinationPath: shoot.path("in/sub"))
            #expect(try sink.remove("check/a.png", owned: [digest]))
        }
    }
}

extension SHA256 {
    fileprivate static func hexDigest(of bytes: [UInt8]) -> String { bytes.withUnsafeBytes { hexDigest(of: $0) } }
}
