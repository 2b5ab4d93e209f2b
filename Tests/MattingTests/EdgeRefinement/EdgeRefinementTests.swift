import MatteRefinement
import MattingNetworks
import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport
import Threads
import WeightFiles

@testable import Matting

/// The edge network along the uncertain band, on the embedded weights.
@Suite struct EdgeRefinementTests {
    private let model: EdgeModel
    private let pool = ThreadPool(threadCount: 2)

    init() throws { model = try EdgeModel(MattingPipeline.defaultEdgeWeights()) }

    // MARK: Sizes

    @Test(arguments: [
        (320, 320, 100, 100, [100]), (320, 320, 320, 320, [320]), (320, 320, 400, 400, [320, 400]),
        (320, 320, 1280, 1280, [905, 1280]), (320, 320, 1300, 1300, [645, 1300]),
        (320, 213, 3840, 2560, [1108, 3840]), (320, 240, 8660, 5773, [961, 2884, 8660]), (320, 320, 1, 1, [1]),
    ])
    func stepsAreAtLeastTwoAndAtMostFourfold(
        coarseWidth: Int, coarseHeight: Int, width: Int, height: Int, expected: [Int]
    ) throws {
        let shape = try TensorShape(height: coarseHeight, width: coarseWidth, channels: 1)
        let sizes = EdgeRefinement.sizes(from: shape, toWidth: width, height: height)
        #expect(sizes.map(\.width) == expected)
        #expect(sizes[sizes.count - 1].height == height)
    }

    // MARK: The band

    @Test func certainMatteHasNoBand() throws {
        for value: Float in [0, 0.02, 0.98, 1] {
            let level = try level(matte: Self.plain(value), width: 640, height: 480)
            #expect(level.crops().isEmpty, "\(value)")
        }
    }

    @Test func doubtMakesABand() throws {
        let shape = try TensorShape(height: 40, width: 40, channels: 1)
        var values = [Float](repeating: 0, count: 1600)
        values[20 * 40 + 20] = 0.5
        let doubt = try Tensor(shape: shape, values: values)
        let band = try UncertainBand(Self.plain(1), doubt: doubt)
        // The doubted pixel and four around it on every side.
        #expect(band.map.values.count { $0 == 1 } == 81)
        #expect(band.map.values.allSatisfy { $0 == 0 || $0 == 1 })
    }

    @Test func onlyCropsOnTheBandAreWanted() throws {
        // Uncertain in the upper left corner alone.
        var values = [Float](repeating: 0, count: 1600)
        values[0] = 0.5
        let matte = try Tensor(shape: TensorShape(height: 40, width: 40, channels: 1), values: values)
        let crops = try level(matte: matte, width: 640, height: 640).crops()
        #expect(crops.map(\.column) == [0] && crops.map(\.row) == [0])
    }

    // MARK: Results

    /// Nothing uncertain, nothing computed: the guided filter's matte, bit for bit.
    @Test func certainPictureIsGuidedOnly() throws {
        let image = try RasterImage.noise(width: 150, height: 90, seed: 7)
        let certain = try Self.plain(1)
        let refined = try refine(certain, image: image, EdgeRefinement())
        let guided = try image.withGuideRows { try GuidedUpsampling()(certain, guide: $0, pool: pool) }
        let isSame = refined.values == guided.values
        #expect(isSame)
    }

    @Test func limitOfZeroIsGuidedOnly() throws {
        let image = try RasterImage.ball(width: 300, height: 260)
        let matte = try Self.ramp()
        let refined = try refine(matte, image: image, EdgeRefinement(cropLimit: 0))
        let guided = try image.withGuideRows { try GuidedUpsampling()(matte, guide: $0, pool: pool) }
        let isSame = refined.values == guided.values
        #expect(isSame)
        let isOther = try refine(matte, image: image, EdgeRefinement()).values != guided.values
        #expect(isOther)
    }

    @Test func limitKeepsTheSoftestCrops() throws {
        let image = try RasterImage.noise(width: 560, height: 420, seed: 11)
        // A sharp edge at the left, a soft one at the right; of the picture's width, so that there is one size.
        let matte = try Tensor(
            shape: TensorShape(height: 420, width: 560, channels: 1),
            values: (0..<420 * 560).map { index in
                let x = Float(index % 560)
                return min(max((x - 101) / 2, 0), 1) * min(max((525 - x) / 175, 0), 1)
            })
        let none = try refine(matte, image: image, EdgeRefinement(cropLimit: 0)).values
        let one = try refine(matte, image: image, EdgeRefinement(cropLimit: 1)).values
        let all = try refine(matte, image: image, EdgeRefinement(cropLimit: 1000)).values
        func changed(_ values: [Float]) -> [Int] { values.indices.filter { values[$0] != none[$0] }.map { $0 % 560 } }
        #expect((changed(all).min() ?? 560) < 150)
        #expect((changed(one).min() ?? 0) > 250)
    }

    @Test func limitIsKept() throws {
        let image = try RasterImage.noise(width: 560, height: 420, seed: 11)
        let matte = try Self.ramp(side: 560)
        let all = try refine(matte, image: image, EdgeRefinement(cropLimit: 1000))
        let one = try refine(matte, image: image, EdgeRefinement(cropLimit: 1))
        let none = try refine(matte, image: image, EdgeRefinement(cropLimit: 0))
        let changed = zip(one.values, none.values).enumerated().filter { $0.element.0 != $0.element.1 }.map(\.offset)
        let columns = changed.map { $0 % 560 }
        let rows = changed.map { $0 / 560 }
        // One crop of 192 pixels, and what it says there is what it says among the others, but for their overlaps.
        let isMore = zip(all.values, none.values).contains { $0 != $1 }
        #expect(!changed.isEmpty && isMore)
        #expect((columns.max() ?? 0) - (columns.min() ?? 0) < 192 && (rows.max() ?? 0) - (rows.min() ?? 0) < 192)
    }

    @Test(arguments: [(1, 1), (3, 200), (7, 5), (191, 193), (640, 417)])
    func sizesAndRanges(width: Int, height: Int) throws {
        for colorModel in [RasterImage.ColorModel.rgb, .gray, .rgba] {
            let image = try RasterImage.noise(width: width, height: height, colorModel: colorModel, seed: 13)
            let refined = try refine(Self.ramp(), image: image, EdgeRefinement())
            #expect(refined.shape.width == width && refined.shape.height == height)
            let isAlpha = refined.values.allSatisfy { $0 >= 0 && $0 <= 1 }
            #expect(isAlpha, "\(width)×\(height) \(colorModel)")
        }
    }

    @Test func sameBitsOnAnyNumberOfThreads() throws {
        let image = try RasterImage.noise(width: 700, height: 300, seed: 17)
        let refinement = EdgeRefinement(cropLimit: 6)
        let expected = try refine(Self.ramp(), image: image, refinement).values
        for pool in Pools.all {
            let values = try refinement(Self.ramp(), doubt: nil, image: image, model: model, pool: pool).values
            let isSame = values == expected
            #expect(isSame, "\(pool.threadCount) threads")
        }
    }

    /// Between crops, of which there may be many.
    @Test func cancellationStopsIt() async throws {
        let image = try RasterImage.noise(width: 800, height: 600, seed: 19)
        let level = try level(matte: Self.ramp(), width: 800, height: 600)
        let cancelled = Task { [model, pool] in
            withUnsafeCurrentTask { $0?.cancel() }
            try image.withGuideRows { guide in
                var matte = try Tensor(zeros: TensorShape(height: 600, width: 800, channels: 1))
                #expect(throws: MattingError.cancelled) {
                    try level.refine(level.crops(), guide: guide, into: &matte, model: model, pool: pool)
                }
            }
        }
        try await cancelled.value
    }

    // MARK: Weights

    @Test func otherWeightsAreRefusedByName() throws {
        let coarse = try MattingPipeline.defaultWeights()
        let error = #expect(throws: WeightError.self) { try EdgeModel(coarse) }
        #expect(error == .notEdgeNetwork(file: coarse.name, architecture: "mobilenetv2-unet"))
        let bytes = try WeightFileWriter(metadata: ["architecture": "other"]).bytes(includingChecksum: false)
        let unknown = try bytes.withUnsafeBytes { try WeightFile(copying: $0, name: "w") }
        let known = [EdgeModel.architecture]
        #expect(throws: WeightError.unknownArchitecture(file: "w", stated: "other", known: known)) {
            try EdgeModel(unknown)
        }
        let edges = try MattingPipeline.defaultEdgeWeights()
        #expect(throws: WeightError.edgeNetwork(file: edges.name)) { try Architecture(of: edges) }
    }

    // MARK: Helpers

    private func refine(_ matte: Tensor, image: RasterImage, _ refinement: EdgeRefinement) throws -> Tensor {
        try refinement(matte, doubt: nil, image: image, model: model, pool: pool)
    }

    private func level(matte: Tensor, width: Int, height: Int) throws -> EdgeLevel {
        EdgeLevel(width: width, height: height, matte: matte, band: try UncertainBand(matte, doubt: nil))
    }

    private static func plain(_ value: Float) throws -> Tensor {
        try Tensor(
            shape: TensorShape(height: 40, width: 40, channels: 1), values: [Float](repeating: value, count: 1600))
    }

    /// Rises from 0 at the left to 1 at the right.
    private static func ramp(side: Int = 40) throws -> Tensor {
        try Tensor(
            shape: TensorShape(height: side, width: side, channels: 1),
            values: (0..<side * side).map { Float($0 % side) / Float(side - 1) })
    }
}
