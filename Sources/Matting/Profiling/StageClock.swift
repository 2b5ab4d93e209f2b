import TensorCore

/// What a pipeline tells the time to while it works, if anybody asks.
///
/// A class: the network's observer outlives the scope that could lend it a value.
final class StageClock {
    private(set) var profile: MattingProfile
    private var layerDurations: [Duration] = []
    private var lastEnd = ContinuousClock.now

    /// Times are added to those of `profile`; its layers begin anew.
    init(_ profile: MattingProfile) {
        self.profile = profile
        self.profile.layers = []
        self.profile.mapByteCount = 0
        self.profile.scratchByteCount = 0
    }

    func measure<Result, Failure: Error>(
        _ stage: MattingProfile.Stage, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        // Not through the profile's own method: `body` may talk to this clock, and two accesses may not overlap.
        let start = ContinuousClock.now
        defer { profile.add(ContinuousClock.now - start, to: stage) }
        return try body()
    }

    /// Makes ready for the layers of a plan, whose first one begins now.
    func beginLayers(of plan: Plan) {
        layerDurations = [Duration](repeating: .zero, count: plan.steps.count)
        lastEnd = .now
    }

    /// A layer has ended and the next one begins.
    func finishLayer(_ index: Int) {
        let now = ContinuousClock.now
        layerDurations[index] = now - lastEnd
        lastEnd = now
    }

    /// Puts names to the times, after those of an earlier run of the same call; apart from them, because it takes longer than a small layer.
    func describeLayers(of plan: Plan, threadCount: Int) {
        profile.layers += zip(plan.steps, layerDurations).map { LayerProfile($0, duration: $1) }
        let scratchByteCount = threadCount * plan.scratchCount * MemoryLayout<Float>.stride
        profile.mapByteCount = max(profile.mapByteCount, plan.arenaCount * MemoryLayout<Float>.stride)
        profile.scratchByteCount = max(profile.scratchByteCount, scratchByteCount)
    }
}

extension StageClock? {
    /// Runs `body`, timed if there is a clock.
    func measure<Result, Failure: Error>(
        _ stage: MattingProfile.Stage, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        guard let self else { return try body() }
        return try self.measure(stage, body)
    }
}
