import Matting
import PictureTestSupport
import Raster
import Testing
import TestSupport

@Suite struct VideoMattingTests {
    /// The ball, with a little noise of its own for each frame.
    private static func frame(_ number: Int, width: Int = 96, height: Int = 80) throws -> RasterImage {
        var random = SeededGenerator(seed: UInt64(number) + 1)
        let ball = try RasterImage.ball(width: width, height: height)
        return try RasterImage(
            width: width, height: height, colorModel: .rgb,
            samples: ball.samples.map { min(max($0 + Int.random(in: -5...5, using: &random), 0), 255) })
    }

    @Test func flickerIsAveragedAway() throws {
        let pipeline = try SharedPipeline.certain.get()
        var video = try VideoMatting(pipeline)
        var (steps, filteredSteps) = (0.0, 0.0)
        var before: (single: [Float], filtered: [Float])?
        for number in 0..<3 {
            let frame = try Self.frame(number)
            let single = try pipeline.matte(frame).alpha.values
            let filtered = try video.matte(frame).alpha.values
            if number == 0 { #expect(single == filtered) }
            if let before {
                steps += zip(single, before.single).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
                filteredSteps += zip(filtered, before.filtered).reduce(0) { $0 + Double(abs($1.0 - $1.1)) }
            }
            before = (single, filtered)
        }
        // Averages of two and of three frames: a half, and less than that.
        #expect(filteredSteps < 0.6 * steps, "\(filteredSteps) of \(steps)")
    }

    @Test func withoutAFilterFramesAreStills() throws {
        let pipeline = try SharedPipeline.certain.get()
        var video = try VideoMatting(pipeline, filter: nil)
        for number in 0..<2 {
            let frame = try Self.frame(number)
            #expect(try video.matte(frame).alpha.bits == pipeline.matte(frame).alpha.bits)
        }
    }

    @Test func aResetAndAnotherSizeBeginAnew() throws {
        let pipeline = try SharedPipeline.certain.get()
        var video = try VideoMatting(pipeline)
        _ = try video.matte(try Self.frame(0))
        video.reset()
        let frame = try Self.frame(1)
        #expect(try video.matte(frame).alpha.bits == pipeline.matte(frame).alpha.bits)
        let other = try Self.frame(2, width: 80, height: 96)
        let result = try video.matte(other)
        #expect(result.alpha.width == 80 && result.alpha.height == 96)
        #expect(try result.alpha.bits == pipeline.matte(other).alpha.bits)
    }

    @Test func streamsDoNotDisturbOneAnother() throws {
        let pipeline = try SharedPipeline.certain.get()
        var alone = try VideoMatting(pipeline)
        _ = try alone.matte(try Self.frame(0))
        let expected = try alone.matte(try Self.frame(1)).alpha.bits
        var first = try VideoMatting(pipeline)
        var second = try VideoMatting(pipeline)
        _ = try first.matte(try Self.frame(0))
        _ = try second.matte(try Self.frame(7))
        #expect(try first.matte(try Self.frame(1)).alpha.bits == expected)
    }

    @Test func aFrameWithoutASubjectSaysSoOnlyWhereTheMatteIsEmpty() throws {
        // No matte of a network reaches this threshold: every frame is said to be without a subject.
        let pipeline = try MattingPipeline(options: MattingOptions(subjectThreshold: 1))
        var video = try VideoMatting(pipeline)
        let result = try video.matte(try Self.frame(0))
        #expect(!result.hasSubject && result.alpha.coverage == 0)
    }

    /// A network that loses its subject for one frame: the average still has it, and so has the result.
    @Test func aSubjectLostForAFrameIsStillFound() throws {
        // At the network's own size and without refinement, alpha is what the network says: one frame's peak is a threshold
        // that the other does not reach.
        func frame(_ number: Int) throws -> RasterImage { try Self.frame(number, width: 384, height: 384) }
        let plain = try MattingPipeline(options: MattingOptions(refinement: .bilinear))
        let peaks = try (0..<2).map { try plain.matte(frame($0)).alpha.values.max() ?? 0 }
        try #require(peaks[0] != peaks[1])
        let (found, lost) = peaks[0] > peaks[1] ? (0, 1) : (1, 0)
        let options = MattingOptions(refinement: .bilinear, subjectThreshold: peaks[found])
        let strict = try MattingPipeline(options: options)
        var video = try VideoMatting(strict)
        #expect(try video.matte(frame(found)).hasSubject)
        let result = try video.matte(frame(lost))
        #expect(result.hasSubject && result.alpha.coverage > 0.01)
        #expect(try !strict.matte(frame(lost)).hasSubject)
    }
}
