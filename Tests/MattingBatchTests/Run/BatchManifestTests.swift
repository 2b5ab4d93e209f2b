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
        record.outputs = [.init(channel: "cutout", path: BytePath(bytes: [0x62, 0xE9]), byteCount: 7, hash: "def")]
        record.times = ["read": 1.5]
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

    @Test func whatIsAppendedIsThereAndATornLineIsForgotten() throws {
        try TemporaryFolder.with { folder in
            let path = folder("manifest.jsonl")
            do {
                let manifest = try BatchManifest(path)
                try manifest.append(record("1"))
                try manifest.append(record("2"))
                try manifest.append(ManifestDecision(id: "2", inputHash: "abc", action: .accept, note: "fine"))
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
}
