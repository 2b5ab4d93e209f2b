import Matting
import PictureTestSupport
import Raster
import Testing

/// A red disc before green, with a soft rim of 3 pixels, and its alpha.
struct DiscScene {
    let image: RasterImage
    let truth: AlphaMatte
    let trimap: Trimap

    init(width: Int = 96, height: Int = 80) throws {
        func alpha(_ x: Int, _ y: Int) -> Double {
            let (dx, dy) = (Double(x) - Double(width) / 2, Double(y) - Double(height) / 2)
            return min(max(0.5 - ((dx * dx + dy * dy).squareRoot() - Double(height) / 4) / 3, 0), 1)
        }
        image = try RasterImage.drawn(width: width, height: height) { x, y in
            let a = alpha(x, y)
            return [0.2 + 0.6 * a, 0.7 - 0.5 * a, 0.2]
        }
        truth = try drawnMatte(width, height) { x, y in Float(alpha(x, y)) }
        trimap = try Trimap(truth, band: TrimapBand(leastRadius: 4, greatestRadius: 4))
    }

    func error(of alpha: AlphaMatte) -> Float {
        zip(alpha.values, truth.values).map { abs($0 - $1) }.reduce(0, +) / Float(truth.width * truth.height)
    }
}

struct ClosedFormRefinementTests {
    @Test func trimapsAloneGiveTheMatte() throws {
        let scene = try DiscScene()
        let result = try MattingResult(image: scene.image, trimap: scene.trimap)
        #expect(result.warnings.isEmpty)
        // Two colours that do not vary, in 8 bits: alpha within a level or two of the rim's pixels.
        #expect(scene.error(of: result.alpha) < 0.002)
    }

    @Test func trimapsOfAnotherSizeAreRefused() throws {
        let scene = try DiscScene()
        let other = try Trimap(width: 2, height: 2, values: [.background, .foreground, .unknown, .unknown])
        let error = MattingError.differentSizes(
            of: "trimap", width: 2, height: 2, expectedWidth: 96, expectedHeight: 80)
        #expect(throws: error) { try MattingResult(image: scene.image, trimap: other) }
        let result = try MattingResult(image: scene.image, alpha: scene.truth)
        #expect(throws: error) { try result.corrected(by: Corrections(other)) }
    }

    @Test func trimapsWithoutAnythingKnownAreRefused() throws {
        let scene = try DiscScene()
        let unknown = try Trimap(width: 96, height: 80, values: [Trimap.Value](repeating: .unknown, count: 96 * 80))
        #expect(throws: MattingError.nothingKnown) { try MattingResult(image: scene.image, trimap: unknown) }
    }

    /// Whoever draws nothing, or takes everything away, has a result that says so, as the network's does.
    @Test func emptyCorrectionsHaveNoSubject() throws {
        let scene = try DiscScene()
        let nothing = try Trimap(
            width: 96, height: 80, values: [Trimap.Value](repeating: .background, count: 96 * 80))
        let drawn = try MattingResult(image: scene.image, trimap: nothing)
        #expect(!drawn.hasSubject && drawn.alpha.coverage == 0)
        #expect(try !MattingRefiner().refine(drawn.alpha, of: scene.image).hasSubject)
        let found = try MattingResult(image: scene.image, alpha: scene.truth)
        #expect(try found.corrected(by: Corrections(nothing)).warnings == [.noSubject])
        let again = try drawn.corrected(by: Corrections(scene.trimap))
        #expect(again.hasSubject && again.alpha.coverage > 0.1)
    }

    @Test func solversAreChecked() throws {
        let scene = try DiscScene()
        for solver in [
            ClosedFormMatting(epsilon: 0), ClosedFormMatting(epsilon: .nan), ClosedFormMatting(tolerance: 1),
            ClosedFormMatting(iterationLimit: 0), ClosedFormMatting(prior: 0), ClosedFormMatting(prior: 11),
        ] {
            #expect(throws: MattingError.self) {
                try MattingResult(image: scene.image, trimap: scene.trimap, solver: solver)
            }
            #expect(throws: MattingError.self) {
                try MattingRefiner(.closedForm(ClosedFormRefinement(solver: solver)))
            }
        }
    }

    @Test func stoppingEarlyIsAWarning() throws {
        let scene = try DiscScene()
        let result = try MattingResult(
            image: scene.image, trimap: scene.trimap, solver: ClosedFormMatting(tolerance: 1e-6, iterationLimit: 1))
        #expect(result.warnings == [.unsolved(pixels: scene.trimap.unknownCount)])
    }

    @Test func refinersMendMattesOfTheirOwnSize() throws {
        let scene = try DiscScene()
        // Blurred: a rim of 10 pixels instead of 3.
        let soft = try drawnMatte(96, 80) { x, y in
            let (dx, dy) = (Float(x) - 48, Float(y) - 40)
            return min(max(0.5 - ((dx * dx + dy * dy).squareRoot() - 20) / 10, 0), 1)
        }
        let before = scene.error(of: soft)
        let guided = try MattingRefiner().refine(soft, of: scene.image)
        let solved = try MattingRefiner(.closedForm(ClosedFormRefinement())).refine(soft, of: scene.image)
        #expect(scene.error(of: guided.alpha) < 0.7 * before)
        #expect(scene.error(of: solved.alpha) < 0.2 * before)
        let same = try MattingRefiner(.bilinear).refine(soft, of: scene.image)
        #expect(same.alpha.values == soft.values)
    }

    @Test func refinersTakeMattesOfAnotherSize() throws {
        let scene = try DiscScene()
        let small = try drawnMatte(24, 20) { x, y in scene.truth[4 * x + 2, 4 * y + 2] ?? 0 }
        let result = try MattingRefiner().refine(small, of: scene.image)
        #expect(result.alpha.width == 96 && result.alpha.height == 80)
        let wide = try drawnMatte(24, 10) { _, _ in 0 }
        #expect(throws: MattingError.self) { try MattingRefiner().refine(wide, of: scene.image) }
    }

    @Test func everyNumberOfThreadsGivesTheSameBits() throws {
        let scene = try DiscScene(width: 203, height: 177)
        let soft = try drawnMatte(51, 44) { x, y in scene.truth[4 * x + 2, 4 * y + 2] ?? 0 }
        let refinement = MattingOptions.Refinement.closedForm(ClosedFormRefinement())
        let one = try MattingRefiner(refinement, threadCount: 1).refine(soft, of: scene.image)
        let three = try MattingRefiner(refinement, threadCount: 3).refine(soft, of: scene.image)
        #expect(one.alpha.values == three.alpha.values)
    }
}
