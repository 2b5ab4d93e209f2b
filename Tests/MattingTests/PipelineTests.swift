import ImageCodecs
import PictureTestSupport
import Raster
import Synchronization
import Testing
import TestSupport

@testable import Matting

/// The pipeline on the embedded weights.
@Suite struct PipelineTests {
    private let standard: MattingPipeline
    private let certain: MattingPipeline
    private let coarse: MattingPipeline

    init() throws {
        standard = try SharedPipeline.standard.get()
        certain = try SharedPipeline.certain.get()
        coarse = try SharedPipeline.coarse.get()
    }

    // MARK: Results

    @Test(arguments: [(1, 1), (1, 37), (53, 1), (3, 5), (31, 33), (97, 64), (321, 219)])
    func alphaHasThePicturesSize(width: Int, height: Int) throws {
        let image = try RasterImage.noise(width: width, height: height, seed: 61)
        #expect(try coarse.matte(image).alpha.values.allSatisfy { $0 > 0 && $0 <= 1 })
        let result = try certain.matte(image)
        #expect(result.alpha.width == width && result.alpha.height == height)
        #expect(result.alpha.values.allSatisfy { (0...1).contains($0) })
        #expect(result.image.samples == image.samples)
        let cutout = try result.cutout()
        #expect(cutout.width == width && cutout.height == height)
    }

    @Test(arguments: PixelKind.all) func maskHasThePicturesDepth(kind: PixelKind) throws {
        let mask = try certain.matte(kind.noise(width: 40, height: 30)).mask()
        #expect(mask.bitDepth == kind.bitDepth)
        #expect(mask.colorModel == .gray)
    }

    @Test(arguments: [[0, 0, 0], [255, 255, 255], [128, 128, 128], [40, 90, 200]])
    func flatPictureHasNoSubject(color: [Int]) throws {
        try expectNoSubject(.plain(width: 120, height: 90, color))
    }

    @Test func gradientHasNoSubject() throws {
        try expectNoSubject(.drawn(width: 160, height: 120) { x, _ in [0.2 + 0.6 * Double(x) / 160, 0.5, 0.6] })
        try expectNoSubject(.drawn(width: 120, height: 160) { _, y in [0.7, 0.7, 0.9 - 0.5 * Double(y) / 160] })
    }

    private func expectNoSubject(_ image: RasterImage, sourceLocation: SourceLocation = #_sourceLocation) throws {
        let result = try standard.matte(image)
        #expect(!result.hasSubject && result.warnings == [.noSubject], sourceLocation: sourceLocation)
        #expect(result.alpha.coverage == 0, sourceLocation: sourceLocation)
        #expect(result.alpha.values.allSatisfy { $0 == 0 }, sourceLocation: sourceLocation)
        #expect(try result.cutout().samples.allSatisfy { $0 == 0 }, sourceLocation: sourceLocation)
    }

    @Test func thresholdDecidesWhatIsASubject() throws {
        let image = try RasterImage.ball()
        let never = try MattingPipeline(options: MattingOptions(subjectThreshold: 1))
        let result = try never.matte(image)
        #expect(result.warnings == [.noSubject])
        #expect(result.alpha.values.allSatisfy { $0 == 0 })
        #expect(try certain.matte(image).hasSubject)
    }

    @Test func warningsOfDecodingAreCarried() throws {
        let file = try RasterImage.ball().encoded(as: .jpeg).withBytes { Array($0) }
        let image = try RasterImage(decoding: Array(file.prefix(file.count * 2 / 3)), lenient: true)
        try #require(!image.warnings.isEmpty)
        let result = try certain.matte(image)
        #expect(result.warnings == image.warnings.map { .decoding($0) })
        #expect(result.hasSubject)
    }

    // MARK: Alpha of the picture

    @Test(arguments: RasterImage.BitDepth.allCases) func opaqueAlphaChangesNothing(depth: RasterImage.BitDepth) throws {
        let image = try RasterImage.ball().converted(to: depth)
        let samples = image.samples
        let opaque = (0..<image.width * image.height).flatMap { Array(samples[$0 * 3..<$0 * 3 + 3]) + [image.maximum] }
        let covered = try RasterImage(
            width: image.width, height: image.height, colorModel: .rgba, bitDepth: depth, samples: opaque)
        #expect(try certain.matte(covered).alpha.bits == certain.matte(image).alpha.bits)
    }

    @Test func existingAlphaIsMultiplied() throws {
        // Colours and alphas whose mixture with mid-grey is a whole sample, so that an opaque picture can show the
        // network the same.
        var random = SeededGenerator(seed: 71)
        var transparent: [Int] = []
        var flattened: [Int] = []
        var alphas: [Double] = []
        for _ in 0..<40 * 30 {
            let alpha = random.pick([51, 153, 255])
            let color = (0..<3).map { _ in 5 * Int.random(in: 0...51, using: &random) }
            transparent += color + [alpha]
            flattened += color.map { $0 * (alpha / 51) / 5 + (255 - alpha) / 2 }
            alphas.append(Double(alpha) / 255)
        }
        let image = try RasterImage(width: 40, height: 30, colorModel: .rgba, samples: transparent)
        let flat = try RasterImage(width: 40, height: 30, colorModel: .rgb, samples: flattened)
        let expected = try zip(coarse.matte(flat).alpha.values, alphas).map { Double($0) * $1 }
        // The two inputs differ by roundings, which the network may make a little larger.
        try expectClose(coarse.matte(image).alpha.values, expected, absolute: 1e-3, relative: 0)
    }

    @Test func invisibleStaysInvisible() throws {
        let image = try RasterImage.drawn(width: 50, height: 40, colorModel: .rgba) { x, y in
            [Double(x) / 50, Double(y) / 40, 0.3, x < 25 ? 0 : 1]
        }
        for pipeline in [certain, coarse] {
            let alpha = try pipeline.matte(image).alpha
            #expect((0..<40).allSatisfy { y in (0..<25).allSatisfy { alpha[$0, y] == 0 } })
        }
        let alpha = try coarse.matte(image).alpha
        #expect((0..<40).allSatisfy { (alpha[49, $0] ?? 0) > 0 })
    }

    @Test func invisibleColoursDoNotMatter() throws {
        // The same ball in a window of full alpha; around it, colours that nobody can see.
        let ball = try RasterImage.ball()
        let (width, samples) = (ball.width, ball.samples)
        let mattes = try [UInt64(1), 2].map { seed in
            let hidden = try RasterImage.noise(width: width, height: ball.height, seed: seed).samples
            let image = try RasterImage(
                width: width, height: ball.height, colorModel: .rgba,
                samples: (0..<width * ball.height).flatMap { pixel in
                    let isVisible = (20..<70).contains(pixel % width) && (10..<70).contains(pixel / width)
                    return (isVisible ? samples : hidden)[pixel * 3..<pixel * 3 + 3] + [isVisible ? 255 : 0]
                })
            return try certain.matte(image).alpha
        }
        #expect(mattes[0].values.contains { $0 > 0.5 })
        let isSame = mattes[0].bits == mattes[1].bits
        #expect(isSame)
    }

    // MARK: The same bits

    @Test func sameBitsOnAnyNumberOfThreadsWithEdges() throws {
        let image = try RasterImage.ball(width: 203, height: 147)
        var options = MattingOptions(refinement: .edges(EdgeRefinement()), threadCount: 1, subjectThreshold: 0)
        let expected = try MattingPipeline(options: options).matte(image).alpha.bits
        for count in [2, 3] {
            options.threadCount = count
            #expect(try MattingPipeline(options: options).matte(image).alpha.bits == expected, "\(count) threads")
        }
    }

    @Test(arguments: [false, true], [false, true])
    func sameBitsOnAnyNumberOfThreads(isBall: Bool, isGuided: Bool) throws {
        let image =
            try
            (isBall
            ? RasterImage.ball(width: 203, height: 147) : RasterImage.noise(width: 203, height: 147, seed: 81))
        var options = MattingOptions(subjectThreshold: 0)
        if !isGuided { options.refinement = .bilinear }
        let expected = try (isGuided ? certain : coarse).matte(image).alpha.bits
        for count in [1, 2, 3] {
            options.threadCount = count
            let pipeline = try MattingPipeline(options: options)
            #expect(try pipeline.matte(image).alpha.bits == expected, "\(count) threads")
            // Again, on working memory that has been used.
            #expect(try pipeline.matte(image).alpha.bits == expected, "\(count) threads, second time")
        }
    }

    @Test func sameBitsForConcurrentCallers() throws {
        let images = try [
            RasterImage.ball(), .noise(width: 70, height: 90, colorModel: .rgba, seed: 82),
            .noise(width: 333, height: 40, bitDepth: .sixteen, seed: 83),
        ]
        let expected = try images.map { try certain.matte($0).alpha.bits }
        let problems = Mutex<[String]>([])
        concurrently(6) { [certain] caller in
            for turn in 0..<3 {
                let index = (caller + turn) % images.count
                let bits = try? certain.matte(images[index]).alpha.bits
                if bits != expected[index] {
                    problems.withLock {
                        $0.append("caller \(caller), picture \(index): \(bits == nil ? "failed" : "other bits")")
                    }
                }
            }
        }
        #expect(problems.withLock { $0 } == [])
    }

    @Test func asynchronousCallGivesTheSame() async throws {
        let image = try RasterImage.ball()
        let bits = try await Task { [certain] in try await certain.matte(image).alpha.bits }.value
        let expected = try blocking(certain, image).alpha.bits
        #expect(bits == expected)
    }

    // MARK: Cancellation

    @Test func cancelledTaskThrows() async throws {
        let image = try RasterImage.ball()
        let asynchronous = Task { [certain] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try await certain.matte(image).alpha.coverage
        }
        await #expect(throws: CancellationError.self) { try await asynchronous.value }
        let synchronous = Task { [certain] in
            withUnsafeCurrentTask { $0?.cancel() }
            return try blocking(certain, image).alpha.coverage
        }
        await #expect(throws: MattingError.cancelled) { try await synchronous.value }
        // The pipeline is as good as before.
        #expect(try blocking(certain, image).hasSubject)
    }
}

/// The synchronous call, from where the asynchronous one would be preferred.
private func blocking(_ pipeline: MattingPipeline, _ image: RasterImage) throws -> MattingResult {
    try pipeline.matte(image)
}
