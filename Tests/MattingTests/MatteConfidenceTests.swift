import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// What a network's doubt becomes.
@Suite struct MatteConfidenceTests {
    private static func doubt(_ values: [Float]) throws -> Tensor {
        try Tensor(shape: TensorShape(height: 1, width: values.count, channels: 1), values: values)
    }

    @Test func expectedErrorIsTheMean() throws {
        let confidence = try MatteConfidence(
            doubt: Self.doubt([0, 0.25, 0.5, 0.25]), matte: Self.doubt([0, 0.25, 0.5, 0.25]), strongestHint: nil,
            calibration: nil)
        #expect(confidence.expectedError == 0.25)
        #expect(confidence.score == nil)
        #expect(confidence.width == 4 && confidence.height == 1)
        #expect(confidence.expectedError(x: 0.6, y: 0) == 0.5)
        #expect(confidence.expectedError(x: -3, y: 7) == 0)
        #expect(confidence.expectedError(x: 1, y: .infinity) == 0.25)
        #expect(confidence.expectedError(x: .nan, y: -.infinity) == 0)
        #expect(confidence.expectedErrors == [0, 0.25, 0.5, 0.25])
    }

    /// Quantiles 0.1, 0.2, 0.4: a mean of 0.1 or less is the surest, one of 0.4 or more the least sure.
    @Test(arguments: [(0.05, 1.0), (0.1, 1), (0.15, 0.75), (0.2, 0.5), (0.3, 0.25), (0.4, 0), (0.9, 0)])
    func scoreIsTheShareOfLessSurePictures(mean: Float, score: Double) throws {
        let calibration = DoubtCalibration(scale: 1, quantiles: [0.1, 0.2, 0.4])
        let confidence = try MatteConfidence(
            doubt: Self.doubt([mean, mean]), matte: Self.doubt([mean, mean]), strongestHint: nil,
            calibration: calibration)
        // Floats of tenths.
        #expect(abs((confidence.score ?? -1) - score) < 1e-6)
    }

    @Test func overlapsRankWhereTheFileHasThem() throws {
        let calibration = DoubtCalibration(scale: 1, quantiles: [0.1, 0.2], overlaps: [0.5, 0.7, 0.9])
        let found = try MatteConfidence(
            doubt: Self.doubt([0.2, 0.2]), matte: Self.doubt([1, 0]), strongestHint: nil, calibration: calibration)
        // 0.8 over 1.2: between the first quantile and the second.
        #expect(abs((found.expectedOverlap ?? 0) - 0.8 / 1.2) < 1e-6)
        #expect(abs((found.score ?? 0) - 0.5 * (0.8 / 1.2 - 0.5) / 0.2) < 1e-5)
        #expect(found.emptiness == nil)
    }

    /// An empty matte is surest where nothing came near a subject.
    @Test(arguments: [(0, 1), (0.3, 0.7), (1, 0)]) func emptyMattesHaveTheirOwnAnswer(hint: Float, expected: Double)
        throws
    {
        let calibration = DoubtCalibration(scale: 1, quantiles: [0.1, 0.2], overlaps: [0.5, 0.7, 0.9])
        let confidence = try MatteConfidence(
            doubt: Self.doubt([0.01, 0.02]), matte: Self.doubt([0, 0]), strongestHint: hint, calibration: calibration)
        #expect(confidence.expectedOverlap == nil)
        #expect(abs((confidence.emptiness ?? -1) - expected) < 1e-6)
        #expect(confidence.score == confidence.emptiness)
    }

    @Test func scaleTurnsDoubtIntoError() throws {
        let calibration = DoubtCalibration(scale: 1.5, quantiles: [0.1, 0.2])
        let confidence = try MatteConfidence(
            doubt: Self.doubt([0.1, 0.9]), matte: Self.doubt([0.1, 0.9]), strongestHint: nil, calibration: calibration)
        // 1.5 · 0.5; at a single pixel the error cannot be more than 1.
        #expect(abs(confidence.expectedError - 0.75) < 1e-6)
        #expect(confidence.expectedError(x: 0.9, y: 0) == 1)
    }

    @Test func pipelineTells() throws {
        let image = try RasterImage.ball()
        let result = try SharedPipeline.certain.get().matte(image)
        let confidence = try #require(result.confidence)
        #expect((0...1).contains(confidence.expectedError))
        #expect((0...1).contains(try #require(confidence.score)))
        #expect(confidence.expectedErrors.allSatisfy { (0...1).contains($0) })
    }

    @Test(arguments: ["", "0.1", "0.2,0.1", "0.1,0.1", "0.1,x", "0.1,nan", "0.1,1.5", "-0.1,0.5", "0.1,,0.2"])
    func badQuantilesAreRefused(text: String) throws {
        try expectRefusal(of: ["doubt.quantiles": text, "doubt.scale": "1"], key: "doubt.quantiles")
    }

    @Test(arguments: ["", "0", "-1", "nan", "inf", "101", "one"])
    func badScalesAreRefused(text: String) throws {
        try expectRefusal(of: ["doubt.quantiles": "0.1,0.2", "doubt.scale": text], key: "doubt.scale")
    }

    @Test func scaleWithoutQuantilesIsRefused() throws {
        try expectRefusal(of: ["doubt.scale": "1.5"], key: "doubt.quantiles")
    }

    @Test(arguments: ["", "0.9", "0.2,0.1", "0.5,nan", "0.5,1.1"]) func badOverlapsAreRefused(text: String) throws {
        try expectRefusal(of: ["doubt.quantiles": "0.1,0.2", "doubt.overlaps": text], key: "doubt.overlaps")
    }

    private func expectRefusal(
        of metadata: [String: String], key: String, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var writer = WeightFileWriter(metadata: metadata)
        try writer.add("x", shape: [1], values: [1])
        let file = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "doubtful") }
        let error = #expect(throws: WeightError.self, sourceLocation: sourceLocation) {
            try DoubtCalibration(of: file)
        }
        guard case .badMetadata("doubtful", key, _, _)? = error else {
            Issue.record("\(String(describing: error))", sourceLocation: sourceLocation)
            return
        }
    }
}
