import PictureTestSupport
import Raster
import Testing
import TestSupport
import Threads

@testable import Matting

/// Estimated foreground colours in results: what changes, what must not, and how near they come to the truth.
@Suite struct DecontaminationTests {
    @Test(arguments: PixelKind.all, [(1, 1), (1, 9), (33, 17)]) func changesSoftPixelsOnly(
        kind: PixelKind, size: (Int, Int)
    ) throws {
        let image = try kind.noise(width: size.0, height: size.1, seed: 21)
        let alpha = try AlphaMatte.random(width: size.0, height: size.1, seed: 22)
        let result = try MattingResult(image: image, alpha: alpha)
        for mixing in ForegroundEstimation.Mixing.allCases {
            let clean = try result.decontaminated(by: ForegroundEstimation(mixing: mixing))
            #expect(clean.image.colorModel == image.colorModel && clean.image.bitDepth == image.bitDepth)
            #expect(clean.alpha.bits == alpha.bits)
            let (before, after) = (image.samples, clean.image.samples)
            let channels = image.colorModel.channelCount
            var wrong: [Int] = []
            for (pixel, value) in alpha.values.enumerated() {
                let samples = pixel * channels..<(pixel + 1) * channels
                if value <= 0 || value >= 1, !before[samples].elementsEqual(after[samples]) { wrong.append(pixel) }
                if image.colorModel.hasAlpha, before[samples.upperBound - 1] != after[samples.upperBound - 1] {
                    wrong.append(pixel)
                }
            }
            #expect(wrong.isEmpty)
        }
        // The result it was made of is untouched.
        #expect(result.image.samples == image.samples)
    }

    @Test func matteThatIsNoneOfItsOwnChangesNothing() throws {
        let image = try RasterImage.noise(width: 40, height: 30, seed: 23)
        for value in [0, 1] as [Float] {
            let alpha = try AlphaMatte(width: 40, height: 30, values: Array(repeating: value, count: 1200))
            #expect(try MattingResult(image: image, alpha: alpha).decontaminated().image.samples == image.samples)
        }
        let strange = try AlphaMatte(
            unchecked: [.nan, -1, 2, .infinity, -.infinity, 0.5], width: 6, height: 1)
        let row = try RasterImage.noise(width: 6, height: 1, seed: 24)
        let clean = try MattingResult(image: row, alpha: strange).decontaminated().image
        #expect(clean.samples.prefix(15).elementsEqual(row.samples.prefix(15)))
    }

    @Test func metadataAndWarningsStay() throws {
        var image = try RasterImage.noise(width: 20, height: 10, iccProfile: [1, 2, 3], exif: [4, 5])
        image.warnings = [.backgroundNotConverted(reason: "of something")]
        let alpha = try AlphaMatte.random(width: 20, height: 10, seed: 1)
        let result = MattingResult(
            image: image, alpha: alpha, confidence: nil,
            warnings: [.noSubject, .decoding(.backgroundNotConverted(reason: "x"))],
            pool: ThreadPool(threadCount: 2))
        let clean = try result.decontaminated()
        #expect(clean.image.iccProfile == [1, 2, 3] && clean.image.exif == [4, 5])
        #expect(clean.image.warnings == image.warnings && clean.warnings == result.warnings)
    }

    /// Subjects of smooth colours before a ground of others: the mean error in soft pixels is at most a quarter of what it is
    /// if nothing is done, mixed as stored and in light, in 8 and 16 bits, in colour and grey.
    @Test(arguments: ForegroundEstimation.Mixing.allCases, PixelKind.all.filter { !$0.colorModel.hasAlpha })
    func removesThreeQuartersOfTheHalo(mixing: ForegroundEstimation.Mixing, kind: PixelKind) throws {
        let (width, height) = (240, 180)
        let colors = kind.colorModel.colorChannelCount
        func light(_ value: Double) -> Double { mixing == .stored ? value : ToneCurve.sRGB.light(value) }
        func stored(_ value: Double) -> Double { mixing == .stored ? value : ToneCurve.sRGB.encoded(value) }
        func subject(_ x: Int, _ y: Int, _ c: Int) -> Double {
            [0.75, 0.35, 0.2][c] + Double(x) / 2400 + 0.05 * Double(y % 60) / 60
        }
        func ground(_ x: Int, _ y: Int, _ c: Int) -> Double {
            [0.1, 0.45, 0.6][c] + 0.12 * Double((x / 31 + y / 23) % 2) + Double(y) / 1800
        }
        // A blurred disc with strands.
        func alpha(_ x: Int, _ y: Int) -> Double {
            let (dx, dy) = (Double(x) - 120, Double(y) - 90)
            let distance = (dx * dx + dy * dy).squareRoot()
            let strand = (x + y * 2) % 11 < 3 ? 14.0 : 0
            return min(max((62 + strand - distance) / 9, 0), 1)
        }
        let image = try RasterImage.drawn(
            width: width, height: height, colorModel: kind.colorModel, bitDepth: kind.bitDepth
        ) { x, y in
            (0..<colors).map { c in
                let a = alpha(x, y)
                return stored(a * light(subject(x, y, c)) + (1 - a) * light(ground(x, y, c)))
            }
        }
        let values = (0..<width * height).map { Float(alpha($0 % width, $0 / width)) }
        let result = try MattingResult(image: image, alpha: AlphaMatte(width: width, height: height, values: values))
        let clean = try result.decontaminated(by: ForegroundEstimation(mixing: mixing)).image
        func error(_ picture: RasterImage) -> Double {
            let samples = picture.samples
            return values.indices.filter { values[$0] > 0 && values[$0] < 1 }.reduce(0) { sum, pixel in
                (0..<colors).reduce(sum) { sum, c in
                    let value = Double(samples[pixel * colors + c]) / Double(picture.maximum)
                    return sum + abs(value - subject(pixel % width, pixel / width, c))
                }
            }
        }
        #expect(error(clean) <= error(image) / 4, "\(error(clean)) of \(error(image))")
        let back = try result.estimatedGround(by: ForegroundEstimation(mixing: mixing)).samples
        // The ground shines through soft pixels: it is known there too.
        let errorOfGround = values.indices.filter { values[$0] > 0 && values[$0] < 0.9 }.map { pixel in
            (0..<colors).reduce(0.0) { sum, c in
                let value = Double(back[pixel * colors + c]) / Double(image.maximum)
                return sum + abs(value - ground(pixel % width, pixel / width, c)) / Double(colors)
            }
        }
        #expect(errorOfGround.reduce(0, +) / Double(errorOfGround.count) < 0.04)
    }

    @Test func doesNotDependOnThreads() throws {
        let image = try RasterImage.noise(width: 300, height: 130, bitDepth: .sixteen, seed: 25)
        let alpha = try AlphaMatte.random(width: 300, height: 130, seed: 26)
        let pictures = try [1, 2, 3].map { threads in
            try MattingResult(
                image: image, alpha: alpha, confidence: nil, warnings: [], pool: ThreadPool(threadCount: threads)
            ).decontaminated().image.samples
        }
        #expect(pictures.allSatisfy { $0 == pictures[0] })
    }

    /// A picture's own transparency is no mixture: under an opaque matte its colours are its own.
    @Test func ownTransparencyIsNoMixture() throws {
        let image = try RasterImage.drawn(width: 30, height: 20, colorModel: .rgba) { x, _ in
            [0.8, 0.3, 0.1, Double(x) / 29]
        }
        let alpha = try AlphaMatte(
            width: 30, height: 20, values: (0..<600).map { Float((Double($0 % 30) / 29 * 255).rounded() / 255) })
        #expect(try MattingResult(image: image, alpha: alpha).decontaminated().image.samples == image.samples)
    }

    @Test func profileWithoutCurvesIsSaid() throws {
        let image = try RasterImage.noise(
            width: 8, height: 8, seed: 27, iccProfile: CompositeColorTests.tables)
        let result = try MattingResult(image: image, alpha: AlphaMatte.random(width: 8, height: 8, seed: 28))
        #expect(try result.decontaminated().warnings.isEmpty)
        let inLight = try result.decontaminated(by: ForegroundEstimation(mixing: .light))
        #expect(inLight.warnings.count == 1)
        guard case .assumedToneCurve(let reason)? = inLight.warnings.first else {
            Issue.record("\(inLight.warnings)")
            return
        }
        let message = MattingWarning.assumedToneCurve(reason: reason).description
        #expect(message.contains(reason) && message.contains("sRGB"))
        #expect(try inLight.decontaminated(by: ForegroundEstimation(mixing: .light)).warnings == inLight.warnings)
    }

    @Test func optionsAreRefusedByName() throws {
        let result = try MattingResult(
            image: RasterImage.noise(width: 3, height: 3), alpha: AlphaMatte.random(width: 3, height: 3, seed: 1))
        #expect {
            _ = try result.decontaminated(by: ForegroundEstimation(regularization: .nan))
        } throws: { error in
            if case .invalidOption("estimation.regularization", _, _)? = error as? MattingError { true } else { false }
        }
    }

    /// Clean colours are the subject's: what lies behind it stays the photograph's ground.
    @Test func theGroundIsThatOfThePhotograph() throws {
        // Hair: every second column is half a subject of another colour.
        let image = try RasterImage.drawn(width: 60, height: 48) { x, y in
            let part = (20..<40).contains(x) ? 0.5 * Double(1 + x % 2) : 0
            return [0.2 + 0.7 * part, 0.6 - 0.5 * part, 0.3 + 0.004 * Double(y)]
        }
        let alpha = try drawnMatte(60, 48) { x, _ in (20..<40).contains(x) ? 0.5 * Float(1 + x % 2) : 0 }
        let result = try MattingResult(image: image, alpha: alpha)
        let clean = try result.decontaminated()
        #expect(clean.image.samples != image.samples)
        let tables = try LightTables.tables(of: .sRGB, .eight)
        func ground(_ result: MattingResult) throws -> [Float] {
            try result.withRows(tables) { parts in
                var row = [Float](repeating: 0, count: 240)
                var scratch = [Float](repeating: 0, count: 240)
                parts(.ground).add(row: 20, columns: 0..<60, weight: 1, into: &row, scratch: &scratch)
                return row
            }
        }
        #expect(try ground(clean) == ground(result))
        // Whatever is done to the matte, or taken of it.
        #expect(try ground(clean.applying(.invert, .invert)) == ground(result))
        #expect(try ground(clean.subjects()[0].result()) == ground(result))
        let behind = Background.blurredOriginal(radius: .pixels(6))
        let finish = Finish(foregroundColors: ForegroundEstimation(), background: behind)
        let picture = try finish.picture(of: result).samples
        let plain = try result.composite(over: behind).samples
        for (pixel, value) in alpha.values.enumerated() where value == 0 {
            #expect(picture[3 * pixel..<3 * pixel + 3] == plain[3 * pixel..<3 * pixel + 3])
        }
        #expect(try finish.layers(of: result).layers[0].image.samples == image.samples)
    }

    @Test func asynchronousFormIsTheSameAndCanBeCancelled() async throws {
        let image = try RasterImage.noise(width: 90, height: 70, seed: 29)
        let result = try MattingResult(image: image, alpha: AlphaMatte.random(width: 90, height: 70, seed: 30))
        let samples = try { try result.decontaminated().image.samples }()
        #expect(try await result.decontaminated().image.samples == samples)
        let task = Task { try await Self.clean(result) }
        task.cancel()
        await #expect(throws: CancellationError.self) { _ = try await task.value }
        let inside = Task { () throws -> MattingResult in
            while !Task.isCancelled { await Task.yield() }
            return try { try result.decontaminated() }()
        }
        inside.cancel()
        await #expect(throws: MattingError.cancelled) { _ = try await inside.value }
    }

    /// By the asynchronous form, in a task that is cancelled.
    private static func clean(_ result: MattingResult) async throws -> MattingResult {
        while !Task.isCancelled { await Task.yield() }
        return try await result.decontaminated()
    }
}
