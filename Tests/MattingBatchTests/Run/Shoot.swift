import Files
import Foundation
import Matting
import PictureTestSupport

@testable import MattingBatch

/// Pictures in `in/`, a batch of them in `out/`, and what people do in between.
struct Shoot {
    let folder: TemporaryFolder

    private static let pipelines = [32, 64].map { side in
        Result { try MattingPipeline(options: MattingOptions(subjectThreshold: 0, recipe: ["input.size": "\(side)"])) }
    }

    /// One export in every lane.
    ///
    /// - Parameter rule: the name of a rule that never fires: other rules, with the same results.
    static func rules(_ lane: String, rule: String? = nil) -> String {
        let lanes = "exports:\n  cut: {format: png}\nlanes: {publish: [cut], check: [cut], manual: [cut]}\n"
        let rules = rule.map { "rules:\n  - {name: \($0), when: {file: nothing}, lane: manual}\n" } ?? ""
        return lanes + rules + "otherwise: \(lane)\n"
    }

    static func with(_ names: [String], _ body: (Shoot) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            let shoot = Shoot(folder: folder)
            for (index, name) in names.enumerated() { try shoot.take(name, radius: 0.3 + 0.04 * Double(index)) }
            try body(shoot)
        }
    }

    /// A picture of a ball.
    func take(_ name: String, radius: Double) throws {
        try write(RasterImage.ball(width: 48, height: 40, radius: radius), "in/\(name)")
    }

    struct Outcome {
        var results: [String: BatchResult] = [:]
        var refused: [String] = []
    }

    /// - Parameter weights: another number is another network.
    func run(
        _ rules: String, _ jobs: [BatchJob]? = nil, applying decisions: Decisions? = nil, weights: Int = 0,
        overwrites: Bool = false, sink: (any BatchSink)? = nil
    ) throws -> Outcome {
        let options = BatchOptions(picturesAtOnce: 2, overwrites: overwrites, weights: "weights \(weights)")
        let runner = try BatchRunner(
            pipeline: Self.pipelines[weights].get(), rules: BatchRules(yaml: rules), output: BatchPath(folder("out")),
            options: options, sink: sink)
        var outcome = Outcome()
        try runner.run(
            jobs ?? BatchJobs.inFolder(BatchPath(folder("in"))), applying: decisions,
            refused: { outcome.refused.append($0) },
            { result in
                outcome.results[result.job.id] = result
                return true
            })
        return outcome
    }

    /// What a page that shows this would save.
    func decisions(_ outcome: Outcome, _ actions: [String: Decisions.Action]) -> Decisions {
        Decisions(
            batch: "any",
            decisions: actions.sorted { $0.key < $1.key }.map { id, action in
                .init(id: id, action: action, seen: outcome.results[id]?.record.seen ?? "")
            })
    }

    // MARK: Files

    func path(_ name: String) -> String { folder(BytePath(name)).description }

    func exists(_ name: String) -> Bool { FileManager.default.fileExists(atPath: path(name)) }

    func bytes(_ name: String) throws -> [UInt8] { try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name)))) }

    func write(_ bytes: [UInt8], _ name: String) throws {
        let url = URL(fileURLWithPath: path(name))
        try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: url)
    }

    func write(_ image: RasterImage, _ name: String) throws {
        try write(image.encoded(as: .png).withBytes { Array($0) }, name)
    }

    /// A matte as a person would paint it: the left half.
    func paint(_ name: String) throws {
        try write(.drawn(width: 48, height: 40, colorModel: .gray) { x, _ in [x < 24 ? 1 : 0] }, name)
    }

    func move(_ name: String, to other: String) throws {
        let target = URL(fileURLWithPath: path(other))
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(), withIntermediateDirectories: true)
        try FileManager.default.moveItem(atPath: path(name), toPath: target.path)
    }

    func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path(name)) }

    /// Lines of the manifest behind the first.
    func lines() throws -> [String] {
        String(decoding: try bytes("out/manifest.jsonl"), as: UTF8.self).split(separator: "\n").dropFirst().map(
            String.init)
    }
}
