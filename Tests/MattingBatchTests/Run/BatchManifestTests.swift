import Foundation
import Testing

@testable import Files
@testable import MattingBatch

@Suite struct BatchManifestTests {
    private func record(_ id: String, error: String? = nil) -> ManifestRecord {
        var record = ManifestRecord(
            BatchJob(id: id, input: BatchPath(bytes: [0x61, 0xFF, 0x0A]), sku: "S\n", priority: 3))
        record.inputHash = "abc"
        record.lane = error == nil ? .check : nil
        record.reasons = ["a \"reason\""]
        record.confidence = 0.75
        record.facts = [.coverage: 0.5]
        let path = "publish/" + BytePath(bytes: [0x62, 0xE9])
        record.outputs = [.init(channel: "cutout", path: path, byteCount: 7, hash: "def")]
        record.times = ["read": 1.5]
        record.stays = ["manual/b/matte.png"]
        record.remarks = ["stays"]
        record.correction = .init(digest: "d", inputHash: "i")
        record.error = error
        return record
    }

    @Test func recordsComeBack() throws {
        let record = record("1")
        let line = record.json.description
        #expect(!line.contains("\n"))
        #expect(try ManifestRecord(JSONValue(parsing: line)) == record)
        #expect(ManifestRecord(.object(["id": .string("x")])) == nil)
    }

    /// They do not say of which matte a corrected picture was made; that it was is known all the same.
    @Test func linesOfEarlierVersions() throws {
        var earlier = record("1")
        earlier.correction = nil
        earlier.reasons = [ManifestRecord.corrected]
        let read = try ManifestRecord(JSONValue(parsing: earlier.json.description))
        #expect(read?.correction == .init(digest: "", inputHash: "abc"))
    }

    @Test func whatIsAppendedIsThereAndATornLineIsForgotten() throws {
        try TemporaryFolder.with { folder in
            let path = folder("manifest.jsonl")
            do {
                let manifest = try BatchManifest(path)
                try manifest.append(record("1"))
                try manifest.append(record("2"))
                try manifest.append(ManifestDecision(about: record("2"), action: .accept, note: "fine"))
                // Nobody else may write meanwhile.
                #expect(throws: BatchError.isRunning(path: path.description)) { try BatchManifest(path) }
            }
            var bytes = try Data(contentsOf: URL(fileURLWithPath: path.description))
            let whole = bytes
            for length in [1, 20, 100] {
                bytes = whole + Data(record("3").json.description.utf8.prefix(length))
                try bytes.write(to: URL(fileURLWithPath: path.description))
                #expect(try BatchManifest.read(path).records.count == 2)
                do {
                    let manifest = try BatchManifest(path)
                    #expect(manifest.contents.records["2"] == record("2"))
                    #expect(manifest.contents.decisions["2"]?.note == "fine")
                }
                #expect(try Data(contentsOf: URL(fileURLWithPath: path.description)) == whole)
            }
            try (whole + Data("{}\n".utf8)).write(to: URL(fileURLWithPath: path.description))
            #expect(throws: BatchError.self) { try BatchManifest(path) }
        }
    }

    @Test func partsBecomeOne() throws {
        try TemporaryFolder.with { folder in
            let paths = (0..<2).map { folder(BytePath("\($0).jsonl")) }
            try BatchManifest(paths[0]).append(record("b"))
            try BatchManifest(paths[0]).append(record("c"))
            try BatchManifest(paths[1]).append(record("a"))
            try BatchManifest(paths[1]).append(record("c", error: "failed"))
            let output = folder("all.jsonl")
            #expect(try BatchManifest.merge(paths, into: output) == 0)
            let contents = try BatchManifest.read(output)
            #expect(contents.records == ["a": record("a"), "b": record("b"), "c": record("c")])
            #expect(throws: BatchError.self) { try BatchManifest.merge([output, "missing"], into: output) }
        }
    }

    private func write(_ lines: [String], _ path: BytePath) throws {
        try Data((["{\"manifest\":1}"] + lines).joined(separator: "\n").appending("\n").utf8).write(
            to: URL(fileURLWithPath: path.description))
    }

    /// Merging again keeps what was done and decided in between; what was written later counts.
    @Test func mergedAgainNothingIsLost() throws {
        try TemporaryFolder.with { folder in
            func record(_ id: String, _ key: String, error: String? = nil, at time: Int) -> String {
                var record = self.record(id, error: error)
                record.key = key
                return BatchManifest.line(record.json, writtenAt: time).description
            }
            func decision(_ id: String, _ note: String, at time: Int) -> String {
                let decision = ManifestDecision(about: self.record(id), action: .accept, note: note)
                return BatchManifest.line(decision.json, writtenAt: time).description
            }
            let (part, output) = (folder("part.jsonl"), folder("all.jsonl"))
            try write(
                [
                    record("done since", "old", at: 10), record("done again", "new", at: 30),
                    record("failed since", "old", at: 10), record("of the part", "new", at: 10),
                    decision("decided since", "old", at: 10), decision("decided there", "new", at: 30),
                ], part)
            try write(
                [
                    record("done since", "new", at: 20), record("done again", "old", at: 20),
                    record("failed since", "bad", error: "full", at: 20), record("of the whole", "new", at: 20),
                    decision("decided since", "new", at: 20), decision("decided there", "old", at: 20),
                ], output)
            for _ in 0..<2 {
                #expect(try BatchManifest.merge([part], into: output) == 0)
                let contents = try BatchManifest.read(output)
                let keys = contents.records.sorted.map { [$0.id, $0.value.key] }
                #expect(
                    keys == [
                        ["done again", "new"], ["done since", "new"], ["failed since", "old"], ["of the part", "new"],
                        ["of the whole", "new"],
                    ])
                #expect(contents.decisions.sorted.map(\.value.note) == ["new", "new"])
                #expect(contents.recordTimes["done since"] == 20 && contents.decisionTimes["decided there"] == 30)
            }
            // Lines say when they were written.
            do {
                let manifest = try BatchManifest(output)
                try manifest.append(self.record("now"))
            }
            #expect(try #require(try BatchManifest.read(output).recordTimes["now"]) > 1_700_000_000_000)
        }
    }

    @Test func aManifestThatIsInUseIsNotReplaced() throws {
        try TemporaryFolder.with { folder in
            let output = folder("manifest.jsonl")
            let running = try BatchManifest(output)
            try running.append(record("a"))
            #expect(throws: BatchError.isRunning(path: output.description)) {
                try BatchManifest.merge([output], into: output)
            }
            try running.append(record("b"))
            #expect(try BatchManifest.read(output).records.count == 2)
        }
    }

    /// A photograph, half of another file, a folder, a pipe: none is replaced, truncated or waited for.
    @Test func whatIsNoManifestStays() throws {
        try TemporaryFolder.with { folder in
            let part = folder("part.jsonl")
            try BatchManifest(part).append(record("a"))
            for bytes in [[0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [0xFF, 0xD8], Array("{}\n".utf8)]
                as [[UInt8]]
            {
                let path = folder("shoe.jpg")
                try Data(bytes).write(to: URL(fileURLWithPath: path.description))
                let expected = BatchError.notAManifest(
                    path: path.description, reason: "does not begin as a manifest does")
                #expect(throws: expected) { try BatchManifest.merge([part], into: path) }
                #expect(throws: expected) { try BatchManifest(path) }
                #expect(throws: expected) { try BatchManifest.read(path) }
                #expect(try [UInt8](Data(contentsOf: URL(fileURLWithPath: path.description))) == bytes)
            }
            let pipe = folder("pipe.jsonl")
            try #require(pipe.withCString { mkfifo($0, 0o600) } == 0)
            let noFile = BatchError.notAManifest(path: pipe.description, reason: "is no file")
            #expect(throws: noFile) { try BatchManifest.merge([part], into: pipe) }
            #expect(throws: noFile) { try BatchManifest.merge([pipe], into: folder("new.jsonl")) }
            let nowhere = folder("none/all.jsonl")
            #expect(
                throws: BatchError.manifestNotOpened(path: nowhere.description, reason: "No such file or directory")
            ) {
                try BatchManifest.merge([part], into: nowhere)
            }
            // What a crash left of the first line is a manifest; so is an empty file.
            for text in ["", "{\"mani", "{\"manifest\":1}"] {
                let path = folder("torn.jsonl")
                try Data(text.utf8).write(to: URL(fileURLWithPath: path.description))
                #expect(try BatchManifest.merge([part], into: path) == 0)
                #expect(try BatchManifest.read(path).records.count == 1)
            }
        }
    }

    @Test func aDamagedLineSaysWhatToDo() throws {
        try TemporaryFolder.with { folder in
            let path = folder("manifest.jsonl")
            try write([record("a").json.description, "{\"id\":"], path)
            let error = #expect(throws: BatchError.self) { try BatchManifest.read(path) }
            #expect(error?.description.contains(":3: is no line of a manifest: ") == true)
            #expect(error?.description.contains("take it out, and its picture is done again") == true)
        }
    }
}
