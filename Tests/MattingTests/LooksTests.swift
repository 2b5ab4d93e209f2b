import ImageCodecs
import MattingNetworks
import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport
import Threads

@testable import Matting

/// How often the network looks at a picture, and what comes of it.
@Suite struct LooksTests {
    /// As the embedded weight file has it.
    private static let larger: [String: String] = [:]

    private static func pipeline(_ recipe: [String: String], threads: Int? = nil) throws -> MattingPipeline {
        try MattingPipeline(options: MattingOptions(threadCount: threads, recipe: recipe))
    }

    /// Runs of the network.
    private static func passes(_ image: RasterImage, _ recipe: [String: String] = larger) throws -> Int {
        var profile = MattingProfile()
        _ = try pipeline(recipe).matte(image, profile: &profile)
        return profile.layers.count { $0.name == "encoder.features.0.0" }
    }

    // MARK: How often

    @Test func theEmbeddedFileAsksForAllLooks() throws {
        let recipe = try MattingPipeline().recipe
        #expect(recipe.rule == .area && recipe.closerLook > 0 && recipe.largerLook > recipe.width)
    }

    @Test func aLargeSubjectIsLookedAtOnce() throws {
        #expect(try Self.passes(RasterImage(contentsOf: Fixtures.path("../Scenes/shoe.jpg"))) == 1)
    }

    @Test func anEmptyPictureIsLookedAtTwice() throws {
        let image = try RasterImage(contentsOf: Fixtures.path("../Scenes/sweep.jpg"))
        #expect(try Self.passes(image) == 2)
        #expect(try Self.passes(image, ["input.larger_look": "0"]) == 1)
    }

    /// Each is surely found at once; that there are two is reason enough for a larger look.
    @Test func severalSubjectsAreShownLarger() throws {
        let one = try RasterImage(contentsOf: Fixtures.path("../Scenes/plush.jpg")).fromAfar(step: 4, times: 1)
        let two = try RasterImage.drawn(width: 2 * one.width, height: one.height) { x, y in
            let first = (y * one.width + x % one.width) * 3
            return one.samples[first..<first + 3].map { Double($0) / 255 }
        }
        #expect(try Self.passes(two) > Self.passes(two, ["input.larger_look": "0"]))
        let confidence = try #require(try Self.pipeline(["input.larger_look": "0"]).matte(two).confidence)
        #expect(try #require(confidence.expectedOverlap) > 0.9)
    }

    /// A picture of no more pixels than the first look has nothing more to show.
    @Test func aSmallPictureIsNotEnlargedAgain() throws {
        let image = try RasterImage.drawn(width: 200, height: 150) { _, _ in [0.6, 0.6, 0.6] }
        #expect(try Self.passes(image) == 1)
    }

    // MARK: What for

    /// A plush animal that has an eighth of its picture's sides.
    @Test func whatIsFarAwayIsFound() throws {
        func far(_ name: String) throws -> RasterImage {
            try RasterImage(contentsOf: Fixtures.path("../Scenes/\(name)")).fromAfar(step: 8, times: 8)
        }
        let (image, truth) = try (far("plush.jpg"), far("plush.alpha.png"))
        func overlap(_ result: MattingResult) -> Double {
            let (both, either) = zip(result.alpha.values, truth.samples).reduce(into: (0, 0)) { sums, pixel in
                let (found, isTrue) = (pixel.0 > 0.5, pixel.1 > 127)
                sums.0 += found && isTrue ? 1 : 0
                sums.1 += found || isTrue ? 1 : 0
            }
            return Double(both) / Double(max(either, 1))
        }
        let once = try Self.pipeline(["input.larger_look": "0", "input.closer_look": "0"]).matte(image)
        let result = try Self.pipeline(Self.larger, threads: 1).matte(image)
        #expect(overlap(result) > 0.9, "\(overlap(result)), at one look \(overlap(once))")
        #expect(overlap(result) > overlap(once))
        let confidence = try #require(result.confidence)
        #expect(confidence.expectedOverlap ?? 0 > once.confidence?.expectedOverlap ?? 0)
        #expect(confidence.emptiness == nil)
        let again = try Self.pipeline(Self.larger, threads: 3).matte(image)
        #expect(again.alpha.values == result.alpha.values)
        #expect(again.confidence?.expectedErrors == confidence.expectedErrors)
    }

    /// Crops keep their doubt for who reads it: the trimap of a closed-form matte is made of it.
    @Test(arguments: [false, true]) func cropsKeepTheirDoubtWhereItIsRead(keepsDoubt: Bool) throws {
        let image = try RasterImage(contentsOf: Fixtures.path("../Scenes/plush.jpg")).fromAfar(step: 8, times: 8)
        let model = try NetworkModel(MattingPipeline.defaultWeights())
        let coarse = CoarsePass(model: model, pool: .shared, memoryLimit: nil, clock: nil)
        var state = NetworkState()
        let looks = try Looks(
            at: image, first: try coarse(image, state: &state), by: coarse, keepsDoubt: keepsDoubt)
        #expect(!looks.crops.isEmpty && looks.crops.allSatisfy { ($0.prediction.doubt != nil) == keepsDoubt })
    }

    /// Frames of a video get one look each.
    @Test func framesAreLookedAtOnce() throws {
        let image = try RasterImage(contentsOf: Fixtures.path("../Scenes/plush.jpg")).fromAfar(step: 8, times: 8)
        let pipeline = try Self.pipeline(Self.larger)
        var state = NetworkState()
        let frame = try pipeline.matte(image, state: &state)
        let once = try Self.pipeline(["input.larger_look": "0", "input.closer_look": "0"]).matte(image)
        #expect(frame.alpha.values == once.alpha.values)
    }

    @Test(arguments: ["room", "sweep"]) func nothingIsInvented(name: String) throws {
        let result = try Self.pipeline(Self.larger).matte(
            RasterImage(contentsOf: Fixtures.path("../Scenes/\(name).jpg")))
        #expect(!result.hasSubject && result.alpha.coverage == 0)
        let confidence = try #require(result.confidence)
        #expect(confidence.expectedOverlap == nil)
        #expect(confidence.emptiness.map { (0...1).contains($0) } == true)
    }

    /// Strips and specks: the area rule and the larger look have a size for each.
    @Test(arguments: [(3000, 9), (9, 3000), (1, 1), (700, 500)]) func anySize(width: Int, height: Int) throws {
        let image = try RasterImage.drawn(width: width, height: height) { x, y in
            (abs(x - width / 2) < 20 && abs(y - height / 2) < 20) ? [0.9, 0.4, 0.1] : [0.7, 0.8, 0.8]
        }
        let alpha = try Self.pipeline(Self.larger).matte(image).alpha
        #expect(alpha.width == width && alpha.height == height && alpha.values.allSatisfy { (0...1).contains($0) })
    }

    // MARK: Expected overlap

    /// The smaller doubt of both looks, and nothing where that is a trace.
    @Test func doubtOfTwoLooks() throws {
        let matte = try Tensor.plane(4, 1) { _, _ in 0 }
        var larger = CoarseMatte(matte: matte, doubt: try Tensor.plane(4, 1) { x, _ in [0.5, 0.3, 0.09, 0.2][x] })
        let first = CoarseMatte(matte: matte, doubt: try Tensor.plane(4, 1) { x, _ in [0.4, 0.6, 0.5, 0.05][x] })
        try larger.doubtNoMore(than: first, pool: .shared)
        #expect(larger.doubt?.values == [0.4, 0.3, 0, 0])
        try larger.doubtNoMore(than: CoarseMatte(matte: matte), pool: .shared)
        #expect(larger.doubt?.values == [0.4, 0.3, 0, 0])
    }

    @Test func overlapThatDoubtLeadsToExpect() throws {
        let matte = try Tensor.plane(4, 1) { x, _ in [1, 0.6, 0.4, 0][x] }
        let doubt = try Tensor.plane(4, 1) { x, _ in [0, 0.2, 0.25, 0.25][x] }
        // Two cells of which 1.8 are expected to be right, and half a cell expected to be missing.
        #expect(abs(ExpectedOverlap(of: matte, doubt: doubt, scale: 1).value - 1.8 / 2.5) < 1e-6)
        #expect(abs(ExpectedOverlap(of: matte, doubt: doubt, scale: 2).value - 1.6 / 3) < 1e-6)
        #expect(abs(ExpectedOverlap(of: matte, doubt: doubt, scale: 100).value - 1.0 / 4) < 1e-6)
        #expect(abs(ExpectedOverlap(of: matte, doubt: doubt, scale: 1, columns: 0..<2).value - 0.9) < 1e-6)
        #expect(ExpectedOverlap(of: matte, doubt: doubt, scale: 1, columns: 2..<4).value == 0)
        #expect(ExpectedOverlap(of: matte, doubt: doubt, scale: 1, rows: 0..<0).value == 0)
    }
}
