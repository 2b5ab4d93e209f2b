import ImageCodecs
import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Where the time of a call goes.
@Suite struct MattingProfileTests {
    private let certain: MattingPipeline

    init() throws { certain = try SharedPipeline.certain.get() }

    @Test func stagesAndLayersOfACall() throws {
        var profile = MattingProfile()
        let image = try profile.measure(.decoding) { try RasterImage.ball() }
        let result = try certain.matte(image, profile: &profile)
        for stage in MattingProfile.Stage.allCases {
            let isMeasured = [.decoding, .input, .plan, .network, .refinement].contains(stage)
            #expect((profile[stage] > .zero) == isMeasured, "\(stage)")
        }
        #expect(profile.total == MattingProfile.Stage.allCases.reduce(.zero) { $0 + profile[$1] })

        #expect(profile.layers.allSatisfy { $0.duration >= .zero })
        let layers = profile.layers.reduce(Duration.zero) { $0 + $1.duration }
        #expect(layers > .zero && layers <= profile[.network])
        #expect(profile.multiplyAccumulates > 100_000_000)
        #expect(profile.mapByteCount > 1_000_000 && profile.scratchByteCount > 0)
        // Watching changes nothing.
        #expect(try result.alpha.bits == certain.matte(image).alpha.bits)
    }

    @Test func layersSayWhatTheyAre() throws {
        let layers = try certain.profile(.ball()).layers
        let convolutions = layers.filter { $0.kind == "convolution" }
        let weights = try MattingPipeline.defaultWeights()
        for layer in convolutions {
            #expect(weights.info("\(layer.name).weight") != nil, "\(layer.name)")
            #expect(layer.algorithm != nil && layer.multiplyAccumulates > 0)
            #expect(layer.work.hasPrefix("convolution ") && layer.work.contains("→\(layer.outputShape.channels)"))
        }
        // One a weight tensor, those that share their bands' time by their names: nothing is left out.
        let bands = layers.filter { $0.kind == "bands of rows" }
        let names = ["encoder.features.2.conv.{0.0,1.0,2}", "decoder.stage2.conv", "{decoder.stage1.conv,head}"]
        #expect(bands.map(\.name) == names)
        let count = convolutions.count + 3 + 1 + 2
        #expect(count == weights.tensors.count { $0.name.hasSuffix(".weight") && $0.shape.count == 4 })
        let others = Set(layers.map(\.kind)).subtracting(["convolution"])
        #expect(others.isSuperset(of: ["bilinear resize", "global average pool", "sigmoid"]))
        #expect(others.allSatisfy { !$0.contains(where: \.isNumber) })
    }

    @Test func timesOfSeveralCallsAddUp() throws {
        var profile = MattingProfile()
        let image = try RasterImage.ball()
        _ = try certain.matte(image, profile: &profile)
        let once = profile
        _ = try certain.matte(image, profile: &profile)
        for stage in [MattingProfile.Stage.input, .network, .refinement] { #expect(profile[stage] > once[stage]) }
        #expect(profile.layers.count == once.layers.count)
        #expect(profile.multiplyAccumulates == once.multiplyAccumulates)
    }

    @Test func whatFailsHasTakenTimeToo() throws {
        struct Failure: Error {}
        var profile = MattingProfile()
        #expect(throws: Failure.self) {
            try profile.measure(.writing) { () throws(Failure) in throw Failure() }
        }
        #expect(profile[.writing] > .zero)

        let failing = try MattingPipeline(weightFile: PlainUNet.overflowing(name: "too large"))
        var stopped = MattingProfile()
        #expect(throws: MattingError.self) { try failing.matte(.ball(), profile: &stopped) }
        #expect(stopped[.network] > .zero && stopped[.refinement] == .zero)
        #expect(stopped.layers.isEmpty)
    }

    @Test func aCancelledTaskDoesNotBegin() async throws {
        let image = try RasterImage.ball()
        let cancelled = Task { [certain] in
            withUnsafeCurrentTask { $0?.cancel() }
            var profile = MattingProfile()
            #expect(throws: MattingError.cancelled) { try certain.matte(image, profile: &profile) }
            return profile
        }
        let stopped = await cancelled.value
        #expect(stopped[.input] == .zero && stopped[.network] == .zero)
    }

    @Test func pictureByFormulaHasASubject() throws {
        let image = try RasterImage.synthetic(width: 400, height: 300)
        #expect(image.width == 400 && image.height == 300)
        #expect(try SharedPipeline.standard.get().matte(image).hasSubject)
        #expect(try RasterImage.synthetic(width: 400, height: 300).samples == image.samples)
        for (width, height) in [(1, 1), (1, 9), (7, 2)] {
            #expect(try RasterImage.synthetic(width: width, height: height).samples.count == 3 * width * height)
        }
        #expect(throws: RasterError.self) { try RasterImage.synthetic(width: 0, height: 1) }
    }
}

extension MattingPipeline {
    /// The profile of one call.
    func profile(_ image: RasterImage) throws -> MattingProfile {
        var profile = MattingProfile()
        _ = try matte(image, profile: &profile)
        return profile
    }
}
