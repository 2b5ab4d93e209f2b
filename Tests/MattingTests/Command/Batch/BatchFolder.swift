import Foundation
import PictureTestSupport
import Testing

@testable import Matting

/// A folder `in/` of small pictures, a small network and rules by name, so that a run takes a moment.
struct BatchFolder {
    let folder: TemporaryFolder

    /// Names tell the lane: those that begin with c are checked, those with m are worked on.
    static let rules = """
        exports:
          cutout: {format: png}
          shop: {format: jpeg, background: white, name: "{folder}/{stem}_{channel}.{ext}"}
        lanes:
          publish: [cutout, shop]
          check: [cutout]
        rules:
          - {name: by name, when: {file: "c*"}, lane: check, reason: it begins with c}
          - {name: by hand, when: {file: "m*"}, lane: manual}
        otherwise: publish
        """

    static let pictures = ["c.png", "m.png", "a.png", "sub/b.png", "sub/c.png"]

    static func with(_ pictures: [String] = pictures, _ body: (BatchFolder) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            let batch = BatchFolder(folder: folder)
            try folder.makeFolder("in/sub")
            try folder.write(PlainUNet.bytes(), "net.safetensors")
            try folder.write(Array(rules.utf8), "rules.yaml")
            for (index, name) in pictures.enumerated() { try batch.write(UInt64(index + 1), name) }
            try body(batch)
        }
    }

    /// Writes a picture of noise, another for each seed.
    func write(_ seed: UInt64, _ name: String) throws {
        try folder.write(.noise(width: 48, height: 40, seed: seed), "in/\(name)")
    }

    /// Without rescaling such a network finds no subject in noise.
    static let recipe = ["input.size": "32", "output.rescale": "minmax"]
    static let options =
        ["--weights", "net.safetensors", "--rules", "rules.yaml", "--quiet"]
        + recipe.flatMap { ["--recipe", "\($0.key)=\($0.value)"] }

    @discardableResult
    func run(_ words: [String] = ["in", "out"], input: [UInt8]? = nil, through script: String? = nil) throws
        -> Command.Outcome
    {
        try Command.run(["batch"] + words + Self.options, input: input, in: folder, through: script)
    }

    /// What `--json` said of each picture, by its id.
    func results(_ outcome: Command.Outcome) throws -> [String: [String: Any]] {
        let events = try outcome.objects().filter { $0["event"] as? String == "picture" }
        return Dictionary(events.compactMap { event in (event["id"] as? String).map { ($0, event) } }) { $1 }
    }

    /// What the page says that it shows, by the pictures' ids.
    func seen() throws -> [String: String] {
        let page = String(decoding: try folder.bytes("out/review/index.html"), as: UTF8.self)
        guard let start = page.range(of: "id=\"data\">"),
            let end = page.range(of: "</script>", range: start.upperBound..<page.endIndex)
        else { return [:] }
        let data = Data(page[start.upperBound..<end.lowerBound].utf8)
        let items = (try JSONSerialization.jsonObject(with: data) as? [String: Any])?["items"] as? [[Any]] ?? []
        return Dictionary(items.compactMap { item in (item[0] as? String).map { ($0, item[10] as? String ?? "") } }) {
            $1
        }
    }

    /// All files below a folder but the manifests, with their bytes.
    func files(_ name: String = "out") throws -> [String: [UInt8]] {
        let root = folder(name)
        let names = FileManager.default.enumerator(atPath: root)?.compactMap { $0 as? String } ?? []
        var files: [String: [UInt8]] = [:]
        for name in names where !name.hasPrefix("manifest") {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: "\(root)/\(name)", isDirectory: &isFolder), !isFolder.boolValue
            else { continue }
            files[name] = try [UInt8](Data(contentsOf: URL(fileURLWithPath: "\(root)/\(name)")))
        }
        return files
    }

    /// Those of them that a person gets: all but the page.
    func results(_ name: String = "out") throws -> [String] {
        try files(name).keys.filter { !$0.hasPrefix("review") }.sorted()
    }
}
