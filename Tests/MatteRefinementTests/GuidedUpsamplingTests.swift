import MatteRefinement
import Synchronization
import TensorCore
import Testing
import Threads

@Suite struct GuidedUpsamplingTests {
    /// A picture that cancels the task once its 300th row is read, and counts what is read.
    private final class CancellingRows: GuideRows {
        let (width, height, channels) = (64, 6000, 3)
        let rowCount = Atomic<Int>(0)

        func read(row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int) {
            for channel in 0..<channels { (planes + channel * stride).update(repeating: 0.5, count: columns.count) }
            if rowCount.add(1, ordering: .relaxed).newValue == 300 { withUnsafeCurrentTask { $0?.cancel() } }
        }
    }

    /// What a picture of 50 megapixels takes must not be waited for.
    @Test func aCancelledTaskIsNotLeftWaiting() async throws {
        let rows = try await Task {
            let guide = CancellingRows()
            let matte = try Tensor.picture(16, 1500) { x, _, _ in Float(x) / 15 }
            _ = try ThreadPool.endingLoopsOfCancelledTask {
                try GuidedUpsampling()(matte, guide: guide, pool: ThreadPool(threadCount: 1))
            }
            return guide.rowCount.load(ordering: .relaxed)
        }.value
        // The chunk of rows that is begun is finished.
        #expect(rows >= 300 && rows < 300 + 64)
    }

    /// A disc of one colour on a chequered ground, eight samples a pixel and side so that its rim is exact.
    struct DiscScene {
        let size: Int
        let guide: Tensor
        let alpha: Tensor

        init(size: Int, channels: Int) throws {
            self.size = size
            let alpha = try Tensor.picture(size, size) { x, y, _ in
                var inside = 0
                for j in 0..<8 {
                    for i in 0..<8 {
                        let dx = Float(x) + (Float(i) + 0.5) / 8 - Float(size) / 2
                        let dy = Float(y) + (Float(j) + 0.5) / 8 - Float(size) / 2
                        if dx * dx + dy * dy < Float(size * size) / 9 { inside += 1 }
                    }
                }
                return Float(inside) / 64
            }
            let subject: [Float] = [0.75, 0.2, 0.15]
            self.alpha = alpha
            guide = try Tensor.picture(size, size, channels: channels) { x, y, channel in
                let ground: Float = (x / 5 + y / 5) % 2 == 0 ? 0.35 : 0.45
                let coverage = alpha.at(x, y)
                return coverage * (channels == 1 ? 0.9 : subject[channel]) + (1 - coverage) * ground
            }
        }

        /// Means of alpha over blocks: what a good network would say.
        func coarse(_ count: Int) throws -> Tensor {
            let means = NaivePlane(alpha).reduced(by: size / count)
            return try Tensor(
                shape: TensorShape(height: count, width: count, channels: 1), values: means.values.map { Float($0) })
        }
    }

    /// Sizes: cells that divide the picture and that do not, a matte of another proportion, one larger than its picture,
    /// one row, windows that reach beyond the picture.
    @Test(
        arguments: [
            (width: 64, height: 48, coarseWidth: 16, coarseHeight: 12), (61, 47, 13, 9), (53, 31, 9, 20),
            (30, 22, 48, 40),
            (40, 1, 10, 3), (90, 75, 7, 6),
        ], [1, 3])
    func agreesWithItsDescription(
        size: (width: Int, height: Int, coarseWidth: Int, coarseHeight: Int), channels: Int
    ) throws {
        var numbers = SeededNumbers(seed: 21)
        // A slanted edge with a soft rim, textured on both sides, of a subject that differs in colour.
        let guide = try Tensor.picture(size.width, size.height, channels: channels) { x, y, channel in
            let inside = min(max((Float(x) - 0.4 * Float(size.width) - 0.3 * Float(y)) / 2, 0), 1)
            return 0.3 + 0.1 * Float(channel) + inside * (0.4 - 0.25 * Float(channel)) + 0.06 * numbers.next()
        }
        let coarse = try Tensor.picture(size.coarseWidth, size.coarseHeight) { x, y, _ in
            let (u, v) = (Float(x) / Float(size.coarseWidth), Float(y) / Float(size.coarseHeight))
            let rim = (u - 0.42 - 0.3 * v * Float(size.height) / Float(size.width)) * 6 + 0.5
            return min(max(rim + 0.1 * (numbers.next() - 0.5), 0), 1)
        }
        for options in [GuidedUpsampling(), GuidedUpsampling(radius: 2, secondRadius: 0, reach: 1, deadZone: 0)] {
            let result = try options(coarse, guide: TensorRows(guide)).values
            let expected = NaiveGuidedUpsampling(options: options)(
                NaivePlane(coarse), guide: (0..<channels).map { NaivePlane(guide, channel: $0) })
            let worst = zip(result, expected.values).map { abs(Double($0) - $1) }.max() ?? 1
            // Single precision in regressions whose pivots may be as small as 1e-5; measured up to 8e-5.
            #expect(result.count == expected.values.count && worst < 3e-4, "\(worst)")
        }
    }

    private func absoluteDifferences(_ a: [Float], _ b: [Float]) -> Float {
        zip(a, b).reduce(0) { $0 + abs($1.0 - $1.1) }
    }

    @Test(arguments: [1, 3]) func edgesAreSharperThanInterpolated(channels: Int) throws {
        let scene = try DiscScene(size: 256, channels: channels)
        let coarse = try scene.coarse(32)
        let result = try GuidedUpsampling()(coarse, guide: TensorRows(scene.guide)).values
        let interpolated = NaivePlane(coarse).enlarged(by: 8, width: 256, height: 256).values.map { Float($0) }
        let error = absoluteDifferences(result, scene.alpha.values)
        let plain = absoluteDifferences(interpolated, scene.alpha.values)
        // Measured: a ninth with colour, a seventh with grey.
        #expect(error < plain / 6, "\(error), interpolated \(plain)")
    }

    /// White on white, with noise as large as the contrast: colours say nothing, so the coarse matte has to stay.
    @Test func noContrastIsNoWorseThanInterpolated() throws {
        let scene = try DiscScene(size: 256, channels: 1)
        let coarse = try scene.coarse(32)
        var numbers = SeededNumbers(seed: 6)
        let guide = try Tensor.picture(256, 256, channels: 3) { x, y, _ in
            0.9 + 0.01 * scene.alpha.at(x, y) + 0.02 * (numbers.next() - 0.5)
        }
        let result = try GuidedUpsampling()(coarse, guide: TensorRows(guide)).values
        let interpolated = NaivePlane(coarse).enlarged(by: 8, width: 256, height: 256).values.map { Float($0) }
        let error = absoluteDifferences(result, scene.alpha.values)
        let plain = absoluteDifferences(interpolated, scene.alpha.values)
        // Noise still moves what little is fitted, a few hundredths of the whole.
        #expect(error < plain * 1.1, "\(error), interpolated \(plain)")
    }

    /// Away from the rim nothing of the chequered ground may show, not even a thousandth.
    @Test func flatAreasStayExact() throws {
        let scene = try DiscScene(size: 256, channels: 3)
        let result = try GuidedUpsampling()(try scene.coarse(32), guide: TensorRows(scene.guide))
        // The bounds reach two coarse pixels from a soft rim one coarse pixel wide, and one more by interpolation.
        let margin: Float = 4 * 8 + 8
        for y in 0..<256 {
            for x in 0..<256 {
                let (dx, dy) = (Float(x) + 0.5 - 128, Float(y) + 0.5 - 128)
                let distance = (dx * dx + dy * dy).squareRoot() - 256 / 3
                if distance > margin { #expect(result.at(x, y) == 0) }
                if distance < -margin { #expect(result.at(x, y) == 1) }
            }
        }
    }

    @Test(arguments: [0, 0.5, 1] as [Float]) func constantMatteStays(value: Float) throws {
        let coarse = try Tensor.picture(9, 6) { _, _, _ in value }
        let guide = try Tensor.noise(91, 57, channels: 3, seed: 3)
        let result = try GuidedUpsampling()(coarse, guide: TensorRows(guide)).values
        #expect(result.count == 91 * 57)
        // Bounds are equal, so only the rounding of the dead zone's two stretches is left.
        #expect(result.allSatisfy { abs($0 - value) < 1e-6 })
    }

    /// Any size against any size: smaller than the network's, one pixel wide, wider than tall.
    @Test(arguments: [(1, 1), (1, 40), (40, 1), (3, 2), (17, 31), (64, 5), (200, 3)], [1, 3])
    func anySizeGivesValuesInRange(size: (width: Int, height: Int), channels: Int) throws {
        let guide = try Tensor.noise(size.width, size.height, channels: channels, seed: 11)
        for (width, height) in [(1, 1), (2, 1), (1, 9), (32, 32), (50, 20)] {
            let coarse = try Tensor.noise(width, height, seed: 12)
            for radius: Float in [0.01, 4, 1024] {
                let upsampling = GuidedUpsampling(radius: radius, secondRadius: radius / 4)
                let result = try upsampling(coarse, guide: TensorRows(guide))
                #expect(result.shape == guide.shape.with(channels: 1))
                #expect(result.values.allSatisfy { $0 >= 0 && $0 <= 1 })
            }
        }
    }

    @Test func matteOfTheGuidesSizeStays() throws {
        let coarse = try Tensor.noise(37, 23, seed: 7)
        let result = try GuidedUpsampling()(coarse, guide: TensorRows(try Tensor.noise(37, 23, channels: 3, seed: 8)))
        #expect(result.values.map(\.bitPattern) == coarse.values.map(\.bitPattern))
    }

    @Test func emptyPictureGivesEmptyMatte() throws {
        let coarse = try Tensor(zeros: TensorShape(height: 4, width: 4, channels: 1))
        let guide = try Tensor(zeros: TensorShape(height: 0, width: 7, channels: 3))
        #expect(try GuidedUpsampling()(coarse, guide: TensorRows(guide)).values.isEmpty)
    }

    /// The result lies between the least and greatest coarse value around a pixel, so also between those of all.
    @Test func resultKeepsWithinTheMattesValues() throws {
        var numbers = SeededNumbers(seed: 4)
        let coarse = try Tensor.picture(20, 20) { _, _, _ in 0.3 + 0.4 * numbers.next() }
        let guide = try Tensor.noise(160, 160, channels: 3, seed: 5)
        let result = try GuidedUpsampling(deadZone: 0)(coarse, guide: TensorRows(guide)).values
        #expect(result.allSatisfy { $0 >= 0.3 - 1e-6 && $0 <= 0.7 + 1e-6 })
    }

    @Test(arguments: [1, 3]) func threadCountsAgreeToTheBit(channels: Int) throws {
        let guide = try Tensor.noise(613, 401, channels: channels, seed: 13)
        let coarse = try Tensor.noise(60, 40, seed: 14)
        let expected = try GuidedUpsampling()(
            coarse, guide: TensorRows(guide), pool: ThreadPool(threadCount: 1)
        ).values
        for threads in [2, 3, 5] {
            let values = try GuidedUpsampling()(
                coarse, guide: TensorRows(guide), pool: ThreadPool(threadCount: threads)
            ).values
            #expect(values.elementsEqual(expected) { $0.bitPattern == $1.bitPattern }, "\(threads) threads")
        }
    }

    /// A fine grid's own samples: 8-bit, 16-bit and float guides of the same picture give the same matte.
    @Test(arguments: [1, 2, 3, 4]) func sampleFormatsAgree(samples: Int) throws {
        let (width, height) = (83, 47)
        var numbers = SeededNumbers(seed: UInt64(samples))
        let bytes = (0..<width * height * samples).map { _ in UInt8(numbers.next() * 255) }
        let words = bytes.map { UInt16($0) * 257 }
        let channels = samples < 3 ? 1 : 3
        let guide = try Tensor.picture(width, height, channels: channels) { x, y, channel in
            Float(bytes[(y * width + x) * samples + channel]) / 255
        }
        let coarse = try Tensor.noise(10, 6, seed: 15)
        let expected = try GuidedUpsampling()(coarse, guide: TensorRows(guide)).values.map { Double($0) }
        let from8 = try bytes.withUnsafeBytes { raw in
            let base = try #require(raw.baseAddress)
            let rows = PixelRows(base: base, width: width, height: height, samplesPerPixel: samples)
            return try GuidedUpsampling()(coarse, guide: rows).values
        }
        let from16 = try words.withUnsafeBytes { raw in
            let base = try #require(raw.baseAddress)
            let rows = PixelRows(
                base: base, width: width, height: height, samplesPerPixel: samples, bytesPerSample: 2)
            return try GuidedUpsampling()(coarse, guide: rows).values
        }
        // A sample times 1/255 and a sample over 255 differ by a rounding, 6·10⁻⁸; slopes of some hundreds magnify it.
        #expect(greatestDifference(from8, expected) < 1e-4)
        #expect(greatestDifference(from16, expected) < 1e-4)
    }
}
