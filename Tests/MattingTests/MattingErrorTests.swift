import ImageCodecs
import Raster
import TensorCore
import Testing
import VideoStreams
import WeightFiles

@testable import Matting

/// Errors of every stage reach the caller under the stage's name, with what they know.
@Suite struct MattingErrorTests {
    @Test func eachStagesErrorsKeepTheirFacts() throws {
        let image = ImageCodecError.outOfMemory(byteCount: 7, purpose: "a picture")
        let video = VideoStreamError.outOfMemory(byteCount: 8)
        let weights = WeightError.nonFiniteOutput(file: "w")
        let computation = TensorError.outOfMemory(byteCount: 9, purpose: "a tensor")
        let errors: [(any Error, MattingError)] = [
            (image, .image(image)), (video, .video(video)), (weights, .weights(weights)),
            (computation, .computation(computation)), (MattingError.cancelled, .cancelled),
            (CancellationError(), .cancelled), (MattingError.colored("trimap"), .colored("trimap")),
        ]
        for (error, expected) in errors {
            #expect(throws: expected) { try MattingError.wrapping { throw error } }
        }
        for (error, expected) in errors.prefix(4) { #expect(expected.description == "\(error)") }
    }

    /// Sizes that memory cannot hold, and some that numbers cannot.
    @Test(arguments: [1 << 24, 1 << 27, 1 << 40]) func whatMemoryCannotHoldIsAnErrorOfItsStage(side: Int) throws {
        #expect {
            try AlphaMatte(emptyOfWidth: side, height: side)
        } throws: {
            if case MattingError.computation = $0 { true } else { false }
        }
        #expect {
            try MattingError.wrapping {
                try RasterImage(width: side, height: side, colorModel: .rgba, bitDepth: .sixteen)
            }
        } throws: {
            if case MattingError.picture = $0 { true } else { false }
        }
        var limits = DecodingLimits.default
        (limits.maxPixels, limits.maxSide) = (.max, .max)
        #expect {
            try MattingError.wrapping {
                try PlanarFrame(PlanarFormat(width: side, height: side, sampling: .full, bitDepth: 16, limits: limits))
            }
        } throws: {
            if case MattingError.video = $0 { true } else { false }
        }
    }
}
