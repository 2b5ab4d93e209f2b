import Files
import Foundation
import ImageCodecs
import Matting
import PictureTestSupport
import Synchronization
import Testing
import Threads

@testable import MattingBatch

/// The runner as a library: pictures from memory, results to memory.
@Suite struct BatchRunnerTests {
    private static let pipeline = Result {
        try MattingPipeline(options: MattingOptions(subjectThreshold: 0, recipe: ["input.size": "32"]))
    }

    private struct Pictures: BatchSource {
        let bytes: [UInt8]

        func read(_ job: BatchJob, byteLimit: Int) throws -> [UInt8] { job.id == "empty" ? [] : bytes }
    }

    private final class Files: BatchSink {
        let names = Mutex<[String: Int]>([:])

        func write(_ bytes: UnsafeRawBufferPointer, to path: BatchPath, replacing owned: Set<String>?) -> Bool {
            let count = bytes.count
            names.withLock { $0[path.description] = count }
            return true
        }

        func byteCount(of path: BatchPath) -> Int? { names.withLock { $0[path.description] } }

        func remove(_ path: BatchPath, owned: Set<String>) -> Bool {
            names.withLock { $0[path.description] = nil }
            return true
        }
    }

    private func runner(
        _ folder: TemporaryFolder, _ files: Files, picturesAtOnce: Int? = nil,
        onUnused: @escaping @Sendable (String) -> Void = { _ in }
    ) throws -> BatchRunner {
        let image = try RasterImage.ball(width: 60, height: 50)
        var options = BatchOptions(picturesAtOnce: picturesAtOnce)
        options.onUnused = onUnused
        return try BatchRunner(
            pipeline: Self.pipeline.get(),
            rules: BatchRules(yaml: "exports:\n  a: {format: png}\notherwise: publish\n"),
            output: BatchPath(folder("out")), options: options,
            source: Pictures(bytes: image.encoded(as: .png).withBytes { Array($0) }), sink: files)
    }

    @Test(arguments: [nil, 1, 3]) func everyPictureHasAResult(picturesAtOnce: Int?) async throws {
        let folder = try HeldFolder()
        defer { folder.remove() }
        let files = Files()
        let runner = try runner(folder.folder, files, picturesAtOnce: picturesAtOnce)
        let jobs =
            (0..<5).map { BatchJob(id: "\($0)", input: BatchPath("\($0).png")) } + [BatchJob(id: "empty", input: "e")]
        var outcomes: [String: BatchResult.Outcome] = [:]
        for try await result in runner.results(of: jobs) { outcomes[result.job.id] = result.outcome }
        #expect(outcomes.count == 6 && outcomes.values.count { $0 == .done } == 5)
        guard case .failed(let reason) = outcomes["empty"] else { throw MattingError.cancelled }
        #expect(reason.contains("empty"))
        #expect(files.names.withLock { $0.keys.sorted().first } == "publish/0.png")
        // Again there is nothing to do.
        var unchanged = 0
        for try await result in runner.results(of: jobs) where result.outcome == .unchanged { unchanged += 1 }
        #expect(unchanged == 5)
    }

    @Test func whoStopsListeningEndsTheRun() async throws {
        let folder = try HeldFolder()
        defer { folder.remove() }
        let files = Files()
        let runner = try runner(folder.folder, files)
        let jobs = (0..<4000).map { BatchJob(id: "\($0)", input: BatchPath("\($0).png")) }
        for try await _ in runner.results(of: jobs) { break }
        // The manifest is free again once the run has ended.
        let deadline = ContinuousClock.now + .seconds(30)
        while (try? BatchManifest(runner.manifestPath)) == nil {
            try #require(ContinuousClock.now < deadline)
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(files.names.withLock { $0.count } < 4000)
    }

    @Test func correctionsOfNoPictureAreTold() async throws {
        let folder = try HeldFolder()
        defer { folder.remove() }
        try folder.folder("out/manual/done").makeFolder()
        try folder.folder.make("out/manual/done/x.psd")
        let told = Mutex<[String]>([])
        let runner = try runner(folder.folder, Files()) { text in told.withLock { $0.append(text) } }
        for try await _ in runner.results(of: [BatchJob(input: "a.png")]) {}
        #expect(told.withLock { $0.map { $0.hasPrefix("manual/done/x.psd: is not used") } } == [true])
    }

    @Test func whatCannotBeginThrows() async throws {
        let folder = try HeldFolder()
        defer { folder.remove() }
        let runner = try runner(folder.folder, Files())
        let jobs = [BatchJob(id: "1", input: "a/x.png"), BatchJob(id: "1", input: "b/x.png")]
        await #expect(throws: BatchError.sameID(id: "1", inputs: ["a/x.png", "b/x.png"])) {
            for try await _ in runner.results(of: jobs) {}
        }
        await #expect(throws: BatchError.badName(id: "1", name: "../x")) {
            for try await _ in runner.results(of: [BatchJob(id: "1", input: "x", name: "../x")]) {}
        }
        #expect(throws: BatchError.self) { try runner.with(picturesAtOnce: 0) }
    }

    /// A file that is still being copied is left for the next run.
    @Test func whatChangesWhileItIsReadIsAnError() throws {
        try TemporaryFolder.with { folder in
            let path = folder("growing.png")
            var bytes = try RasterImage.ball(width: 20, height: 20).encoded(as: .png).withBytes { Array($0) }
            bytes += [UInt8](repeating: 0, count: 4 << 20)
            try bytes.withBytes { (bytes) throws in try AtomicFile.write(bytes, to: path) }
            let isOver = Guarded(false)
            let writer = ThreadHandle {
                guard let file = fopen(path.description, "a") else { return }
                while !isOver.withLock({ $0 }) {
                    fputc(0, file)
                    fflush(file)
                }
                fclose(file)
            }
            defer {
                isOver.withLock { $0 = true }
                writer?.join()
            }
            let job = BatchJob(input: BatchPath(path))
            // Whether the reader is overtaken is for the system to say; of a thousand times it is at least once.
            for _ in 0..<1000 {
                do {
                    _ = try FileSource().read(job, byteLimit: 1 << 30)
                } catch {
                    #expect("\(error)".contains("changed while it was read"))
                    return
                }
            }
            Issue.record("never seen")
        }
    }
}

extension BatchRunner {
    fileprivate func with(picturesAtOnce: Int) throws(BatchError) -> BatchRunner {
        try BatchRunner(pipeline: pipeline, output: output, options: BatchOptions(picturesAtOnce: picturesAtOnce))
    }
}
