import ImageCodecs
import MatteRefinement
import MattingNetworks
import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport

@testable import Matting

/// Crops around small subjects: where they are, how they are merged, and what comes of it.
@Suite struct SubjectCropTests {
    /// A matte of zeros but for a box of ones.
    private static func matte(_ width: Int, _ height: Int, _ columns: Range<Int>, _ rows: Range<Int>) throws -> Tensor {
        try .plane(width, height) { x, y in columns.contains(x) && rows.contains(y) ? 1 : 0.4 }
    }

    /// The crop around the largest part of a matte.
    private static func crop(
        at matte: Tensor, width: Int, height: Int, largestShare: Float
    ) throws -> SubjectCrop? {
        guard let part = try MatteParts(of: matte, leastArea: 16).parts.first else { return nil }
        return SubjectCrop(
            around: part, of: matte.shape, width: width, height: height, largestShare: largestShare)
    }

    // MARK: The frame

    @Test func frameHasAMarginOfTheLongerSide() throws {
        // 32 × 16 of 384 × 256 cells, each of 10 pixels.
        let matte = try Self.matte(384, 256, 200..<232, 100..<116)
        let look = try #require(try Self.crop(at: matte, width: 3840, height: 2560, largestShare: 0.75))
        // At least a quarter of the picture's longer side.
        #expect(look.columns == 1680..<2640 && look.rows == 600..<1560)
        let large = try Self.matte(384, 256, 100..<200, 100..<150)
        let wider = try #require(try Self.crop(at: large, width: 3840, height: 2560, largestShare: 0.75))
        #expect(wider.columns == 600..<2400 && wider.rows == 350..<2150)
    }

    @Test func frameStaysInThePicture() throws {
        let corner = try Self.matte(384, 256, 374..<384, 0..<10)
        let look = try #require(try Self.crop(at: corner, width: 3840, height: 2560, largestShare: 0.75))
        #expect(look.columns == 2880..<3840 && look.rows == 0..<960)
    }

    @Test func frameOfAStripHasAllOfItsShortSide() throws {
        let strip = try Self.matte(384, 32, 190..<200, 10..<20)
        let look = try #require(try Self.crop(at: strip, width: 3840, height: 320, largestShare: 0.75))
        #expect(look.columns == 1470..<2430 && look.rows == 0..<320)
    }

    @Test func largeSubjectsSpecksAndTinyPicturesAreNotLookedAtAgain() throws {
        func look(_ matte: Tensor, _ width: Int, _ height: Int, _ share: Float = 0.75) throws -> SubjectCrop? {
            try Self.crop(at: matte, width: width, height: height, largestShare: share)
        }
        let large = try Self.matte(96, 96, 20..<70, 40..<50)
        #expect(try look(large, 960, 960) == nil)
        #expect(try look(large, 960, 960, 1) != nil)
        let small = try Self.matte(96, 96, 40..<50, 40..<50)
        #expect(try look(small, 960, 960) != nil)
        #expect(try look(small, 960, 960, 0) == nil)
        #expect(try look(small, 40, 40) == nil)
        #expect(try look(Self.matte(96, 96, 40..<43, 40..<45), 960, 960) == nil)
        #expect(try look(Self.matte(96, 96, 0..<0, 0..<0), 960, 960) == nil)
    }

    // MARK: Putting it in place

    /// Naive: each value of the plane inside the frame, in double precision.
    @Test(arguments: [(150, 120, 150, 120), (150, 120, 75, 60), (150, 120, 39, 171), (99, 291, 40, 40)])
    func mergedValues(width: Int, height: Int, planeWidth: Int, planeHeight: Int) throws {
        let first = try Self.matte(width, height, 4..<24, 30..<45)
        let look = try #require(try Self.crop(at: first, width: width, height: height, largestShare: 1))
        var random = SeededGenerator(seed: 7)
        let before = try Tensor.plane(planeWidth, planeHeight) { _, _ in random.value() }
        let closer = try Tensor.plane(34, 21) { _, _ in random.value() }
        var after = before
        try look.merge(closer, into: &after, pool: Pools.all[1])
        #expect(look.columns.lowerBound == 0 && look.rows.lowerBound > 0)
        let fade = 0.4 * 20 / 2
        for y in 0..<planeHeight {
            for x in 0..<planeWidth {
                let (px, wx) = Self.place(x, planeWidth, look.columns, width, fade)
                let (py, wy) = Self.place(y, planeHeight, look.rows, height, fade)
                let old = Double(before.values[y * planeWidth + x])
                let new = Self.sample(closer, px, py)
                let expected = old + wx * wy * (new - old)
                #expect(abs(Double(after.values[y * planeWidth + x]) - expected) < 1e-4, "(\(x), \(y))")
            }
        }
        for pool in Pools.all {
            var again = before
            try look.merge(closer, into: &again, pool: pool)
            #expect(again.values.map(\.bitPattern) == after.values.map(\.bitPattern))
        }
    }

    /// Where a position of a side lies in the frame, as a share of it, and the weight of the crop there.
    private static func place(
        _ index: Int, _ count: Int, _ frame: Range<Int>, _ length: Int, _ fade: Double
    ) -> (share: Double, weight: Double) {
        let pixel = (Double(index) + 0.5) * Double(length) / Double(count)
        let share = (pixel - Double(frame.lowerBound)) / Double(frame.count)
        guard (0..<1).contains(share) else { return (share, 0) }
        let before = frame.lowerBound == 0 ? 1 : (pixel - Double(frame.lowerBound)) / fade
        let after = frame.upperBound == length ? 1 : (Double(frame.upperBound) - pixel) / fade
        return (share, min(before, after, 1))
    }

    private static func sample(_ plane: Tensor, _ x: Double, _ y: Double) -> Double {
        let (width, height) = (plane.shape.width, plane.shape.height)
        let u = min(max(x * Double(width) - 0.5, 0), Double(width - 1))
        let v = min(max(y * Double(height) - 0.5, 0), Double(height - 1))
        let (i, j) = (Int(u), Int(v))
        func value(_ i: Int, _ j: Int) -> Double {
            Double(plane.values[min(j, height - 1) * width + min(i, width - 1)])
        }
        let (a, b) = (u - Double(i), v - Double(j))
        return (1 - b) * ((1 - a) * value(i, j) + a * value(i + 1, j))
            + b * ((1 - a) * value(i, j + 1) + a * value(i + 1, j + 1))
    }

    /// At the picture's own size nothing is interpolated.
    @Test func ownSizeIsExact() throws {
        let first = try Self.matte(60, 60, 20..<35, 21..<30)
        let look = try #require(try Self.crop(at: first, width: 120, height: 120, largestShare: 0.75))
        var random = SeededGenerator(seed: 8)
        let closer = try Tensor.plane(look.columns.count, look.rows.count) { _, _ in random.value() }
        var plane = try Tensor(zeros: TensorShape(height: 120, width: 120, channels: 1))
        try look.merge(closer, into: &plane, pool: Pools.all[0])
        let (x, y) = (look.columns.count / 2, look.rows.count / 2)
        let middle = plane.values[(look.rows.lowerBound + y) * 120 + look.columns.lowerBound + x]
        #expect(middle == closer.values[y * look.columns.count + x])
    }

    // MARK: Pictures

    /// A shoe in the middle of a wall three times as wide: what one look blurs, two make out.
    @Test(arguments: [false, true]) func aSmallSubjectGainsEdges(refinesEdges: Bool) throws {
        let (image, truth) = try (
            RasterImage(contentsOf: Fixtures.path("../Scenes/shoe.jpg")).fromAfar(),
            RasterImage(contentsOf: Fixtures.path("../Scenes/shoe.alpha.png")).fromAfar()
        )
        let refinement: MattingOptions.Refinement =
            refinesEdges ? .edges(EdgeRefinement()) : .guided(GuidedUpsampling())
        func result(_ recipe: [String: String]) throws -> MattingResult {
            try MattingPipeline(options: MattingOptions(refinement: refinement, recipe: recipe)).matte(image)
        }
        func error(_ result: MattingResult) -> Double {
            zip(result.alpha.values, truth.samples).reduce(0) { $0 + abs(Double($1.0) - Double($1.1) / 255) }
                / Double(truth.sampleCount)
        }
        let (once, twice) = try (
            result(["input.closer_look": "0", "input.larger_look": "0"]), result(["input.larger_look": "0"])
        )
        // The better the first look, the less it leaves: 0.68 of its error with weights of before, 0.80 with these.
        #expect(error(twice) < 0.85 * error(once), "\(error(twice)), \(error(once))")
        let (first, second) = try (#require(once.confidence), #require(twice.confidence))
        #expect(second.width == first.width && second.height == first.height)
        #expect(second.expectedErrors != first.expectedErrors)
    }

    /// A disc so plain that from close it might be the ground's pattern.
    @Test func whatTheSecondLookMissesStays() throws {
        let image = try RasterImage.drawn(width: 240, height: 240) { x, y in
            let (dx, dy) = (Double(x) - 119.5, Double(y) - 119.5)
            return dx * dx + dy * dy < 100 ? [0.32, 0.38, 0.44] : [0.72, 0.78, 0.84]
        }
        let once = try MattingPipeline(options: MattingOptions(recipe: ["input.closer_look": "0"]))
        let first = try once.matte(image)
        let frame = try #require(try Self.crop(at: first.alpha.tensor, width: 240, height: 240, largestShare: 0.75))
        let second = try once.matte(image.part(columns: frame.columns, rows: frame.rows))
        #expect(first.hasSubject && !second.hasSubject)
        let result = try SharedPipeline.standard.get().matte(image)
        #expect(result.hasSubject && result.alpha.values == first.alpha.values)
        #expect(result.confidence?.expectedErrors == first.confidence?.expectedErrors)
    }

    /// The share of the subject that the second look has is the agreement.
    @Test(arguments: [0, 0.2, 0.4, 1]) func agreement(share: Double) throws {
        let first = try Tensor.plane(96, 96) { x, y in (40..<50).contains(x) && (40..<50).contains(y) ? 1 : 0 }
        let look = try #require(try Self.crop(at: first, width: 960, height: 960, largestShare: 0.75))
        var whole = try Tensor(zeros: TensorShape(height: 960, width: 960, channels: 1))
        try whole.withMutableValues { values in
            for y in 400..<500 { for x in 400..<400 + Int(share * 100) { values[y * 960 + x] = 1 } }
        }
        let values = whole.values
        let second = try Tensor.plane(look.columns.count, look.rows.count) { x, y in
            values[(look.rows.lowerBound + y) * 960 + look.columns.lowerBound + x]
        }
        // The second look's edges fall between cells of the first one's.
        #expect(try abs(look.agreement(first, second, pool: Pools.all[1]) - share) < 0.02)
    }

    /// A subject that touches the picture's border may go on there, one that touches the frame's is another one.
    @Test(arguments: [(0, true), (1, true), (2, false), (3, false)])
    func subjectsThatLeaveTheFrame(side: Int, isPictures: Bool) throws {
        // In the picture's upper left corner.
        let first = try Tensor.plane(96, 96) { x, y in x < 40 && y < 40 ? 1 : 0 }
        let look = try #require(try Self.crop(at: first, width: 96, height: 96, largestShare: 0.85))
        #expect(look.columns == 0..<72 && look.rows == 0..<72)
        func second(reaching: Int) throws -> Tensor {
            try Tensor.plane(144, 144) { x, y in
                if x < 80 && y < 80 { return 1 }
                let along = [(y, x), (x, y), (y, 143 - x), (x, 143 - y)][side]
                return (20..<20 + reaching).contains(along.0) && along.1 < 70 ? 1 : 0
            }
        }
        #expect(try !look.isCrossed(by: second(reaching: 14)))
        #expect(try look.isCrossed(by: second(reaching: 30)) != isPictures)
    }

    @Test func layersOfBothLooksAreTold() throws {
        let pipeline = try SharedPipeline.standard.get()
        let once = try pipeline.profile(.ball(width: 200, height: 200))
        let twice = try pipeline.profile(.ball(width: 200, height: 200, radius: 0.1))
        #expect(twice.layers.map(\.name) == once.layers.map(\.name) + once.layers.map(\.name))
        #expect(twice.mapByteCount == once.mapByteCount && twice.scratchByteCount == once.scratchByteCount)
    }

    @Test func framesOfVideosAreLookedAtOnce() throws {
        let image = try RasterImage.ball(width: 200, height: 200, radius: 0.1)
        let once = try MattingPipeline(options: MattingOptions(recipe: ["input.closer_look": "0"]))
        let twice = try SharedPipeline.standard.get()
        var state = NetworkState()
        #expect(try twice.matte(image, state: &state).alpha.values == once.matte(image).alpha.values)
        #expect(try twice.matte(image).alpha.values != once.matte(image).alpha.values)
    }

    @Test(arguments: [(700, 9), (9, 700), (400, 1), (1, 400)]) func strips(width: Int, height: Int) throws {
        let image = try RasterImage.drawn(width: width, height: height) { x, y in
            (abs(x - width / 2) < 20 && abs(y - height / 2) < 20) ? [0.9, 0.4, 0.1] : [0.7, 0.8, 0.8]
        }
        let alpha = try SharedPipeline.certain.get().matte(image).alpha
        #expect(alpha.width == width && alpha.height == height && alpha.values.allSatisfy { (0...1).contains($0) })
    }

    /// An alpha that the picture has is multiplied in once.
    @Test func transparencyCountsOnce() throws {
        let ball = try RasterImage.ball(width: 200, height: 200, radius: 0.1).samples
        let image = try RasterImage.drawn(width: 200, height: 200, colorModel: .rgba) { x, y in
            (0..<3).map { Double(ball[(y * 200 + x) * 3 + $0]) / 255 } + [0.8]
        }
        let alpha = try SharedPipeline.standard.get().matte(image).alpha
        let largest = try #require(alpha.values.max())
        #expect(abs(largest - 0.8) < 1e-3)
    }
}
