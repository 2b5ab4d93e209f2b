import MatteRefinement
import TensorCore
import Testing
import Threads

@Suite struct TemporalFilterTests {
    // MARK: Flicker

    @Test func whereThePictureStandsStillMattesDoToo() throws {
        let frames = try Film().run()
        let ratio = meanStep(frames, \.filtered) / meanStep(frames, \.matte)
        // Independent flicker and a memory of eight frames: 1/8 · √(2 / (2 − 1/8)) = 0.13. At most a third is promised.
        #expect(ratio < 0.2, "flicker \(ratio) of what it was")
        #expect(ratio > 0.05, "\(ratio): the film flickers too little to tell")
    }

    @Test(arguments: [0, 1, 6] as [Float]) func anyCameraNoise(levels: Float) throws {
        let frames = try Film(noise: levels / 255).run()
        let ratio = meanStep(frames, \.filtered) / meanStep(frames, \.matte)
        #expect(ratio < 0.2, "flicker \(ratio) of what it was with noise of \(levels) levels")
    }

    @Test func slowFadesAreNoMotion() throws {
        let frames = try Film(light: { 1 - 0.03 * Float($0) }).run()
        let ratio = meanStep(frames, \.filtered) / meanStep(frames, \.matte)
        #expect(ratio < 1.0 / 3, "flicker \(ratio) of what it was in a fade")
    }

    @Test func flickeringLightIsNoMotion() throws {
        let frames = try Film(light: { $0 % 2 == 0 ? 1 : 0.9 }).run()
        let ratio = meanStep(frames, \.filtered) / meanStep(frames, \.matte)
        #expect(ratio < 1.0 / 3, "flicker \(ratio) of what it was in flickering light")
    }

    // MARK: Motion

    /// Columns from the quickest crawl to more than the window and its reach.
    @Test(arguments: [0.1, 0.25, 0.5, 1, 3, 7] as [Float]) func movingEdgesAreNotSmeared(columnsAFrame: Float) throws {
        // A flicker as small as a good network's: what the filter adds must not hide in it.
        let film = Film(flicker: 0.03, motion: { Float($0) * columnsAFrame - columnsAFrame * 8 })
        let frames = try film.run()
        func isNearEdge(_ frame: Film.Frame, _ index: Int) -> Bool {
            let x = index % film.width
            let alphas = (max(x - 3, 0)...min(x + 3, film.width - 1)).map { film.alpha(Float($0), frame.number) }
            return alphas.contains { $0 != alphas[0] }
        }
        let before = meanError(frames, \.matte, where: isNearEdge)
        let after = meanError(frames, \.filtered, where: isNearEdge)
        // A crawl lags by what hides in the noise, in alpha less than half a step of 8 bits.
        let allowance = columnsAFrame < 0.5 ? 0.5 / 255 : 0
        #expect(
            after <= before + allowance, "error at edges \(before) became \(after) at \(columnsAFrame) columns a frame")
    }

    @Test(arguments: [1, 4, 9] as [Float]) func noGhostFollowsASubject(columnsAFrame: Float) throws {
        let film = Film(flicker: 0, motion: { Float($0) * columnsAFrame - columnsAFrame * 8 })
        for frame in try film.run().dropFirst() {
            for index in frame.truth.indices where frame.truth[index] == 0 {
                let wasSubject = (1...3).contains { back in
                    frame.number >= back && film.alpha(Float(index % film.width), frame.number - back) > 0
                }
                if wasSubject, frame.filtered[index] > 0.01 {
                    Issue.record("frame \(frame.number), pixel \(index): a ghost of \(frame.filtered[index])")
                    return
                }
            }
        }
    }

    @Test(arguments: [0.5, 2, 5] as [Float]) func aPanningCameraIsNotHarmed(columnsAFrame: Float) throws {
        let frames = try Film(flicker: 0.05, pan: { Float($0) * columnsAFrame - columnsAFrame * 8 }).run()
        let before = meanError(frames, \.matte) { _, _ in true }
        let after = meanError(frames, \.filtered) { _, _ in true }
        #expect(after <= before * 1.01, "error \(before) became \(after)")
    }

    // MARK: Beginnings

    @Test func theFirstFrameIsTakenAsItIs() throws {
        let frames = try Film().run(frames: 1)
        #expect(frames[0].matte == frames[0].filtered)
    }

    @Test func aCutBeginsAnew() throws {
        // Black in both scenes at the left, where the first has its subject and the second none.
        func scene(_ number: Int) throws -> (picture: Tensor, matte: Tensor) {
            let picture = try Tensor.picture(96, 64, channels: 3) { x, y, _ in
                if x < 40 { return 0.02 }
                return (number == 0 ? x < 70 : y < 40) ? 0.8 : 0.1
            }
            return (picture, try .picture(96, 64) { x, _, _ in x < 40 ? 1 - Float(number) : Float(number) })
        }
        let (first, second) = (try scene(0), try scene(1))
        var state = TemporalState()
        let filter = TemporalFilter()
        for _ in 0..<6 { _ = try filter(first.matte, guide: TensorRows(first.picture), state: &state) }
        let after = try filter(second.matte, guide: TensorRows(second.picture), state: &state)
        #expect(after.values == second.matte.values)
        // The same change of the matte without a cut is averaged: it is the cut that makes the difference.
        state.reset()
        for _ in 0..<6 { _ = try filter(first.matte, guide: TensorRows(first.picture), state: &state) }
        let still = try filter(second.matte, guide: TensorRows(first.picture), state: &state)
        #expect(still.values[0] > 0.7)
    }

    @Test func resettingBeginsAnew() throws {
        let film = Film()
        var state = TemporalState()
        let filter = TemporalFilter()
        _ = try filter(try film.matte(0), guide: TensorRows(try film.picture(0)), state: &state)
        state.reset()
        let matte = try film.matte(1)
        #expect(try filter(matte, guide: TensorRows(try film.picture(1)), state: &state).values == matte.values)
    }

    @Test func anotherSizeBeginsAnew() throws {
        var state = TemporalState()
        let filter = TemporalFilter()
        for size in [(48, 32), (32, 48), (48, 32)] {
            let film = Film(width: size.0, height: size.1)
            let matte = try film.matte(0)
            #expect(try filter(matte, guide: TensorRows(try film.picture(0)), state: &state).values == matte.values)
        }
    }

    // MARK: Shapes and threads

    @Test(arguments: [(1, 1), (1, 9), (9, 1), (2, 2), (3, 2), (17, 5), (33, 35)], [1, 3])
    func smallPictures(size: (Int, Int), channels: Int) throws {
        let (width, height) = size
        var state = TemporalState()
        let filter = TemporalFilter()
        let guide = try Tensor.noise(width, height, channels: channels, seed: 5)
        var last: [Float] = []
        for frame in 0..<12 {
            let matte = try Tensor.noise(width, height, seed: UInt64(frame))
            last = try filter(matte, guide: TensorRows(guide), state: &state).values
            #expect(last.allSatisfy { (0...1).contains($0) })
        }
        // A picture that does not change at all: the average of eight, recursively, as a plain loop has it.
        var (expected, age): ([Double], Double) = ([], 0)
        for frame in 0..<12 {
            let values = try Tensor.noise(width, height, seed: UInt64(frame)).values.map(Double.init)
            age = min(age, 7) + 1
            expected = expected.isEmpty ? values : zip(expected, values).map { $0 + ($1 - $0) / age }
        }
        #expect(greatestDifference(last, expected) < 1e-6)
    }

    @Test func theSameBitsForEveryNumberOfThreads() throws {
        let film = Film(width: 131, height: 77, motion: { Float($0) * 1.5 })
        let all = try [1, 2, 5].map { threads in
            let pool = ThreadPool(threadCount: threads)
            var state = TemporalState()
            return try (0..<4).map { frame in
                try TemporalFilter()(
                    film.matte(frame), guide: TensorRows(film.picture(frame)), state: &state, pool: pool
                ).values.map(\.bitPattern)
            }
        }
        #expect(all[0] == all[1])
        #expect(all[0] == all[2])
    }
}
