import ImageCodecs
import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Gradients, backdrops, the blurred original, colour matching.
@Suite struct BackgroundTests {
    private func empty(
        _ width: Int, _ height: Int, model: RasterImage.ColorModel = .rgb, depth: RasterImage.BitDepth = .eight
    ) throws -> MattingResult {
        try MattingResult(
            image: RasterImage(width: width, height: height, colorModel: model, bitDepth: depth),
            alpha: AlphaMatte(width: width, height: height, values: .init(repeating: 0, count: width * height)))
    }

    // MARK: Gradients

    @Test(arguments: [0.0, 37, 90, 180, 225, 359]) func linearGradients(angle: Double) throws {
        let (width, height) = (41, 23)
        let (first, last) = (try RasterColor("#204080"), try RasterColor("#f0e0d0"))
        let ground = Background.gradient(.linear(first, last, angle: angle))
        let samples = try empty(width, height, depth: .sixteen).composite(over: ground).samples
        let (sine, cosine) = (NaiveAngle.sine(angle), NaiveAngle.cosine(angle))
        // CSS: the line is as long as the canvas is wide in its direction.
        let length = abs(Double(width) * sine) + abs(Double(height) * cosine)
        for y in 0..<height {
            for x in 0..<width {
                let along =
                    (Double(x) + 0.5 - Double(width) / 2) * sine - (Double(y) + 0.5 - Double(height) / 2) * cosine
                let t = min(max(along / length + 0.5, 0), 1)
                for (c, parts) in [(first.red, last.red), (first.green, last.green), (first.blue, last.blue)]
                    .enumerated()
                {
                    let light = NaiveCurve.light(parts.0) * (1 - t) + NaiveCurve.light(parts.1) * t
                    let expected = NaiveCurve.encoded(light) * 65_535
                    #expect(abs(Double(samples[(y * width + x) * 3 + c]) - expected) <= 1.5)
                }
            }
        }
    }

    @Test func stopsAndRadii() throws {
        let stops = [
            Background.Gradient.Stop(.white, at: 0.2), .init(.black, at: 0.5), .init(.chromaGreen, at: 0.5),
            .init(.chromaGreen, at: 0.9),
        ]
        let ground = Background.gradient(.init(.linear(angle: 90), stops: stops))
        let row = try empty(100, 1).composite(over: ground)
        #expect(row.samples.prefix(3 * 20).allSatisfy { $0 == 255 })
        #expect(Array(row.samples[3 * 50..<3 * 51]) == [0, 177, 64] && Array(row.samples.suffix(3)) == [0, 177, 64])
        #expect(row.samples[3 * 49] < 50)
        let radial = try empty(51, 51, model: .gray).composite(over: .gradient(.radial(.white, .black)))
        #expect(radial.colorModel == .gray)
        #expect(
            radial.samples[25 * 51 + 25] > 250 && radial.samples[0] < 40 && radial.samples[25 * 51] > radial.samples[0])
    }

    /// Between two greys of 8 bits that are next to each other the share of either follows the gradient: no bands.
    @Test func eightBitsAreDithered() throws {
        let (dark, light) = (
            RasterColor(red: 0.4, green: 0.4, blue: 0.4), RasterColor(red: 0.42, green: 0.42, blue: 0.42)
        )
        let (width, height) = (640, 64)
        let samples = try empty(width, height, model: .gray)
            .composite(over: .gradient(.linear(dark, light, angle: 90))).samples
        for column in stride(from: 0, to: width - 40, by: 40) {
            let block = (0..<height).flatMap { y in samples[y * width + column..<y * width + column + 40] }
            let mean = Double(block.reduce(0, +)) / Double(block.count)
            let t = (Double(column) + 20) / Double(width)
            let exact = NaiveCurve.encoded(NaiveCurve.light(0.4) * (1 - t) + NaiveCurve.light(0.42) * t) * 255
            // The mean of a block is as exact as 12 bits.
            #expect(abs(mean - exact) < 0.06, "\(column)")
        }
        // What is exactly a step stays one colour.
        let flat = try empty(64, 64).composite(over: .gradient(.linear(.white, .white)))
        #expect(flat.samples.allSatisfy { $0 == 255 })
    }

    @Test func translucentGradients() throws {
        var clear = RasterColor.white
        clear.alpha = 0
        let image = try empty(100, 1).composite(over: .gradient(.linear(.white, clear, angle: 90)))
        #expect(image.colorModel == .rgba)
        #expect(image.samples[3] > 250 && image.samples[4 * 99 + 3] < 5 && abs(image.samples[4 * 50 + 3] - 127) <= 2)
        #expect(image.samples[4 * 50] == 255)
    }

    // MARK: Backdrops

    private func expect(
        _ backdrop: Backdrop, _ expected: NaiveLight, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let made = try empty(expected.width, expected.height).composite(over: .backdrop(backdrop))
        let values = expected.over(.plain(width: expected.width, height: expected.height, backdrop.surround)).encoded()
        let worst = zip(made.samples, values).map { abs(Double($0) - $1 * 255) }.max() ?? 1e9
        // Rounded twice, the first time to 16 bits.
        #expect(worst <= 0.52, "off by \(worst)", sourceLocation: sourceLocation)
    }

    @Test(arguments: [RasterImage.ColorModel.rgb, .rgba, .gray]) func scalings(model: RasterImage.ColorModel) throws {
        let picture = try RasterImage.noise(width: 20, height: 10, colorModel: model, seed: 4)
        let light = NaiveLight(picture)
        // Contained in 30 × 30: 30 × 15 in the middle.
        try expect(
            Backdrop(picture, scaling: .contain, surround: .chromaGreen),
            light.resampled(width: 30, height: 30, x: (0, 20.0 / 30), y: (-7 * 10.0 / 15, 10.0 / 15)))
        // Once at half its size, at the lower right.
        try expect(
            Backdrop(picture, scaling: .factor(0.5), position: CanvasPosition(x: 1, y: 1)),
            light.resampled(width: 13, height: 11, x: (-6, 2), y: (-12, 2)))
        // Larger than the canvas: cut.
        try expect(
            Backdrop(picture, scaling: .factor(2), position: .left),
            light.resampled(width: 9, height: 8, x: (0, 0.5), y: (6 * 0.5, 0.5)))
        // Covering 8 × 8 from the right.
        try expect(
            Backdrop(picture, position: .right), light.resampled(width: 8, height: 8, x: (10, 1.25), y: (0, 1.25)))
    }

    @Test func tiles() throws {
        let picture = try RasterImage.noise(width: 6, height: 4, seed: 4)
        let made = try empty(17, 11).composite(
            over: .backdrop(Backdrop(picture, scaling: .tile(1), position: .init(x: 0, y: 0))))
        for y in 0..<11 {
            for x in 0..<17 {
                let from = (y % 4 * 6 + x % 6) * 3
                #expect(
                    Array(made.samples[(y * 17 + x) * 3..<(y * 17 + x) * 3 + 3])
                        == Array(picture.samples[from..<from + 3]))
            }
        }
        let large = try empty(5, 5).composite(over: .backdrop(Backdrop(picture, scaling: .tile(50))))
        #expect(large.width == 5)
    }

    /// A JPEG behind a small canvas is decoded small, turned as it says, and once.
    @Test func filesAreDecodedNoLargerThanNeeded() throws {
        let picture = try RasterImage.drawn(width: 640, height: 400) { x, y in
            [Double(x) / 640, Double(y) / 400, 0.5]
        }
        var options = EncodingOptions()
        options.jpegQuality = 95
        let bytes = try picture.encoded(as: .jpeg, options: options).bytes.withBytes { Array($0) }
        let whole = try RasterImage(decoding: bytes)
        for (size, expected) in [
            ((320, 200), (320, 200)), ((100, 90), (160, 100)), ((321, 10), (640, 400)), ((1, 1), (80, 50)),
        ] {
            let small = try RasterImage(decoding: bytes, atLeast: size)
            #expect(small.width == expected.0 && small.height == expected.1)
        }
        let backdrop = try Backdrop(decoding: bytes)
        #expect(backdrop.store.width == 640 && backdrop.store.height == 400)
        let made = try empty(80, 50).composite(over: .backdrop(backdrop))
        #expect(try backdrop.store.picture(width: 1, height: 1).width == 80)
        let exact = try empty(80, 50).composite(over: .image(whole))
        #expect(zip(made.samples, exact.samples).allSatisfy { abs($0 - $1) <= 3 })
        // The same again, and larger: decoded again, once.
        #expect(try empty(80, 50).composite(over: .backdrop(backdrop)).samples == made.samples)
        _ = try empty(300, 200).composite(over: .backdrop(backdrop))
        #expect(try backdrop.store.picture(width: 1, height: 1).width == 320)
        // Another way of lying, with what is decoded.
        #expect(try empty(80, 50).composite(over: .backdrop(backdrop.with(scaling: .contain))).width == 80)
    }

    /// Of a JPEG it is noticed when it is decoded, which is when it is first needed.
    @Test func whatIsWrongWithAFileIsSaid() throws {
        let bytes = try RasterImage.noise(width: 64, height: 64).encoded(as: .jpeg).bytes.withBytes { Array($0) }
        let backdrop = try Backdrop(decoding: bytes.dropLast(2))
        for _ in 0..<2 {
            let composite = try empty(32, 32).composite(over: .backdrop(backdrop))
            #expect(composite.warnings == [.background(.endMarkMissing)])
        }
        #expect(try empty(32, 32).composite(over: .backdrop(Backdrop(decoding: bytes))).warnings.isEmpty)
    }

    @Test func filesThatAreNoPictures() throws {
        #expect(throws: ImageCodecError.self) { try Backdrop(decoding: [1, 2, 3, 4, 5, 6, 7, 8]) }
        let bytes = try RasterImage.noise(width: 64, height: 64).encoded(as: .jpeg).bytes.withBytes { Array($0) }
        let cut = try Backdrop(decoding: Array(bytes.prefix(bytes.count / 2)))
        #expect("said when it is needed") {
            _ = try empty(64, 64).composite(over: .backdrop(cut))
        } throws: { error in
            if case .image(.truncated)? = error as? MattingError { true } else { false }
        }
    }

    @Test func concurrentCallsShareABackdrop() async throws {
        let backdrop = Backdrop(try .noise(width: 200, height: 100, seed: 3))
        let result = try empty(64, 48)
        let expected = try await result.composite(over: .backdrop(backdrop)).samples
        try await withThrowingTaskGroup(of: [Int].self) { group in
            for index in 0..<6 {
                group.addTask {
                    if index % 2 == 0 {
                        _ = try await MattingResult(
                            image: .noise(width: 30 + index, height: 20),
                            alpha: AlphaMatte.random(width: 30 + index, height: 20, seed: 1)
                        ).composite(over: .backdrop(backdrop))
                    }
                    return try await result.composite(over: .backdrop(backdrop)).samples
                }
            }
            for try await samples in group { #expect(samples == expected) }
        }
    }

    // MARK: Blurred original

    /// A red disc on a ground of one colour: blurred, the ground is that colour everywhere, without a halo of red.
    @Test func noHaloOfTheSubject() throws {
        let (width, height) = (90, 70)
        var alpha: [Float] = []
        let image = try RasterImage.drawn(width: width, height: height) { x, y in
            let (dx, dy) = (Double(x) - 45, Double(y) - 35)
            let a = min(max(20 - (dx * dx + dy * dy).squareRoot(), 0), 1)
            alpha.append(Float(a))
            return [0.2 + 0.8 * a, 0.4 * (1 - a), 0.6 * (1 - a)]
        }
        let result = try MattingResult(image: image, alpha: AlphaMatte(width: width, height: height, values: alpha))
        let blurred = try result.composite(over: .blurredOriginal(radius: .pixels(16)))
        let samples = blurred.samples
        for y in 0..<height {
            for x in 0..<width where alpha[y * width + x] == 0 {
                // The fringe of mixed pixels counts by what it has of the ground, and is redder than it.
                #expect(abs(samples[(y * width + x) * 3] - 51) <= 12, "\(x) \(y)")
            }
        }
        // The subject itself is untouched.
        #expect(Array(samples[(35 * width + 45) * 3..<(35 * width + 45) * 3 + 3]) == [255, 0, 0])
    }

    /// A ground that is red on the left and blue on the right of the subject: a canvas that reaches beyond the photograph goes
    /// on in the colour of each side, and not in the mean of both.
    @Test(arguments: [2.0, 12]) func aBlurredGroundGoesOnBeyondThePhotograph(radius: Double) throws {
        let (width, height) = (60, 40)
        let image = try RasterImage.drawn(width: width, height: height) { x, _ in
            x < 30 ? [0.8, 0.1, 0.1] : [0.1, 0.1, 0.8]
        }
        let alpha = (0..<width * height).map { index in
            (20..<40).contains(index % width) && (5..<35).contains(index / width) ? Float(1) : 0
        }
        let result = try MattingResult(image: image, alpha: AlphaMatte(width: width, height: height, values: alpha))
        let wide = try result.composite(
            over: .blurredOriginal(radius: .pixels(radius)), framed: .subject(margin: .pixels(38)))
        #expect(wide.width == 96 && wide.height == 106)
        let samples = wide.samples
        for y in 0..<106 {
            let (first, last) = (3 * 96 * y, 3 * 96 * y + 3 * 95)
            // A blur of two such colours has a little of the other one.
            #expect(abs(samples[first] - 204) <= 12 && samples[first + 2] <= 60, "row \(y)")
            #expect(abs(samples[last + 2] - 204) <= 12 && samples[last] <= 60, "row \(y)")
        }
    }

    @Test func aSharpGroundBecomesSoft() throws {
        let image = try RasterImage.drawn(width: 120, height: 60) { x, _ in x < 60 ? [0, 0, 0] : [1, 1, 1] }
        let result = try MattingResult(
            image: image, alpha: AlphaMatte(width: 120, height: 60, values: .init(repeating: 0, count: 7200)))
        let samples = try result.composite(over: .blurredOriginal(radius: .pixels(20))).samples
        for x in 40..<80 {
            // A Gaussian of a deviation of 10 across the edge, on cells of a quarter of that.
            let expected = NaiveCurve.encoded(NaiveNormal.integral((Double(x) + 0.5 - 60) / 10)) * 255
            #expect(abs(Double(samples[(30 * 120 + x) * 3]) - expected) <= 6, "\(x)")
        }
        let full = try MattingResult(
            image: image, alpha: AlphaMatte(width: 120, height: 60, values: .init(repeating: 1, count: 7200)))
        #expect(try full.composite(over: .blurredOriginal()).samples == image.samples)
    }

    /// The photograph out of focus has its own shadow in it; kept, too, it would be there twice.
    @Test func blurAndAKeptShadowAreRefused() throws {
        let result = try MattingResult(
            image: .noise(width: 20, height: 16), alpha: drawnMatte(20, 16) { x, _ in x < 10 ? 1 : 0 })
        let error = MattingError.invalidOption(
            name: "shadow", value: "kept",
            allowed: "none, drop or contact: the photograph out of focus has its own shadow in it")
        let behind = Background.blurredOriginal(radius: .zero)
        #expect(throws: error) { try result.composite(over: behind, shadow: .kept) }
        let finish = Finish(background: behind, shadow: .kept(strength: 0.5))
        #expect(throws: error) { try finish.validate() }
        #expect(throws: error) { try finish.picture(of: result) }
        #expect(throws: error) { try finish.layers(of: result) }
        try Finish(background: behind, shadow: .contact).validate()
        try Finish(background: .color(.white), shadow: .kept).validate()
    }

    // MARK: Matching

    @Test func matchingMovesTowardsTheGround() throws {
        let image = try RasterImage.drawn(width: 60, height: 40) { x, y in [0.45, 0.4 + Double(y) / 400, 0.35] }
        let result = try MattingResult(
            image: image, alpha: AlphaMatte(width: 60, height: 40, values: .init(repeating: 1, count: 2400)))
        let blue = Background.color(try RasterColor("#2040c0"))
        func mean(_ strength: Double) throws -> [Double] {
            let samples = try result.composite(over: blue, matching: ColorMatching(strength: strength)).samples
            return (0..<3).map { c in
                Double(stride(from: c, to: samples.count, by: 3).reduce(0) { $0 + samples[$1] }) / 2400
            }
        }
        #expect(try result.composite(over: blue, matching: ColorMatching(strength: 0)).samples == image.samples)
        let (none, half, all) = (try mean(0), try mean(0.5), try mean(1))
        #expect(half[2] / half[0] > none[2] / none[0] && all[2] / all[0] > half[2] / half[0])
        // Within its limits: light by at most a factor of 1.3, encoded by 1.13, and what colours do to it.
        for c in 0..<3 { #expect(all[c] / none[c] > 0.7 && all[c] / none[c] < 1.45) }
    }

    @Test func matchingAGroundOfItsOwnColoursChangesLittle() throws {
        let image = try RasterImage.noise(width: 50, height: 40, seed: 2)
        let result = try MattingResult(
            image: image, alpha: AlphaMatte(width: 50, height: 40, values: .init(repeating: 1, count: 2000)))
        let same = try result.composite(over: .image(image), matching: ColorMatching(strength: 1)).samples
        let worst = zip(same, image.samples).map { abs($0 - $1) }.max() ?? 255
        // The two are averaged over different cells.
        #expect(worst <= 24)
    }

    @Test(arguments: [Double.nan, -0.1, 1.1, .infinity]) func numbersThatMeanNothing(number: Double) throws {
        let result = try empty(4, 4)
        let picture = try RasterImage.noise(width: 3, height: 3)
        let cases: [(String, Background, ColorMatching?)] = [
            ("matching.strength", .color(.white), ColorMatching(strength: number)),
            ("matching.strength", .none, ColorMatching(strength: number)),
            ("background.radius.share", .blurredOriginal(radius: .share(number)), nil),
            ("gradient.stops.location", .gradient(.init(.linear(angle: 0), stops: [.init(.white, at: number)])), nil),
            ("gradient.angle", .gradient(.linear(.white, .black, angle: number * 1e9)), nil),
            ("gradient.radius", .gradient(.radial(.white, .black, radius: number * 1e9)), nil),
            ("gradient.stops.count", .gradient(.init(.linear(angle: 0), stops: [])), nil),
            ("backdrop.scaling", .backdrop(Backdrop(picture, scaling: .tile(number * 1e9))), nil),
            ("backdrop.position.x", .backdrop(Backdrop(picture, position: .init(x: number, y: 0))), nil),
        ]
        for (name, background, matching) in cases {
            #expect("\(name)") {
                _ = try result.composite(over: background, matching: matching)
            } throws: { error in
                if case .invalidOption(name, _, _)? = error as? MattingError { true } else { false }
            }
        }
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

enum NaiveAngle {
    static func sine(_ degrees: Double) -> Double { sin(degrees * .pi / 180) }
    static func cosine(_ degrees: Double) -> Double { cos(degrees * .pi / 180) }
}
