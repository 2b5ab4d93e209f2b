import Matting

/// Whether a program goes on while mattes are made: sixteen calls overlap, and a task that wakes every 10 ms must never be
/// late by more than 50 ms; a cancelled call must end within 50 ms, whether it works or waits.
///
/// On a machine that others use too a thread may be late for reasons of its own; so the best of five attempts counts.
/// Calls that blocked Swift's own threads would be late by seconds in each of them.
@main
struct Ticks {
    static let bound = Duration.milliseconds(50)

    static func main() async throws {
        let pipeline = try await MattingPipeline()
        let image = try drawnPicture(side: 1400)
        _ = try await pipeline.matte(image)

        try await best(of: 5, "latest tick beside 16 calls") { try await latestTick(pipeline, image) }
        try await best(of: 5, "cancellation of a call that works") {
            try await cancellation(pipeline, image, others: 0)
        }
        try await best(of: 5, "cancellation of a call that waits") {
            try await cancellation(pipeline, image, others: 16)
        }
    }

    static func best(of attempts: Int, _ name: String, _ measure: @Sendable () async throws -> Duration) async throws {
        var least = Duration.seconds(1_000_000)
        for _ in 0..<attempts {
            least = min(least, try await measure())
            if least <= bound { break }
        }
        print("\(name): \(least)")
        precondition(least <= bound, "\(name) took \(least)")
    }

    /// How late the latest of the ticks was while sixteen calls were made.
    static func latestTick(_ pipeline: MattingPipeline, _ image: RasterImage) async throws -> Duration {
        let ticking = Task {
            var latest = Duration.zero
            while !Task.isCancelled {
                let due = ContinuousClock.now + .milliseconds(10)
                do { try await Task.sleep(until: due, clock: .continuous) } catch { break }
                latest = max(latest, ContinuousClock.now - due)
            }
            return latest
        }
        try await withThrowingTaskGroup(of: Double.self) { group in
            for _ in 0..<16 {
                group.addTask {
                    let result = try await pipeline.matte(image)
                    let file = try await result.cutout().encoded(as: .png)
                    return try await pipeline.matte(RasterImage(decoding: file.withBytes { Array($0) })).alpha.coverage
                }
            }
            for try await coverage in group { precondition(coverage >= 0 && coverage <= 1, "a matte") }
        }
        ticking.cancel()
        return await ticking.value
    }

    /// How long a call lives on after its task was cancelled, while `others` are made.
    static func cancellation(
        _ pipeline: MattingPipeline, _ image: RasterImage, others: Int
    ) async throws -> Duration {
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<others { group.addTask { _ = try? await pipeline.matte(image) } }
            try await Task.sleep(for: .milliseconds(others == 0 ? 0 : 20))
            let call = Task { try await pipeline.matte(image) }
            try await Task.sleep(for: .milliseconds(15))
            let start = ContinuousClock.now
            call.cancel()
            let outcome = await call.result
            let duration = ContinuousClock.now - start
            group.cancelAll()
            // A call that had ended by then shows nothing.
            guard case .failure(let error) = outcome else { return .seconds(1000) }
            precondition(error is CancellationError, "a cancelled call throws CancellationError, not \(error)")
            return duration
        }
    }

    /// A disc on a plain ground.
    static func drawnPicture(side: Int) throws -> RasterImage {
        var image = try RasterImage(width: side, height: side, colorModel: .rgb)
        try image.withMutablePixels8 { pixels in
            for y in 0..<side {
                for x in 0..<side {
                    let (dx, dy) = (x - side / 2, y - side / 2)
                    let isInside = dx * dx + dy * dy < side * side / 9
                    for c in 0..<3 { pixels[(y * side + x) * 3 + c] = isInside ? UInt8(60 + 60 * c) : 220 }
                }
            }
        }
        return image
    }
}
