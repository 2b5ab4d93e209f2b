import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Shadows: where they lie, how dark they are, and that the rest stays clean.
@Suite struct ShadowTests {
    private static let white = RasterColor.white

    /// A box standing in a picture of 120 × 100, opaque: columns 40..<70, rows 30..<80.
    func standing(_ color: [Int] = [200, 30, 30], ground: [Int] = [240, 240, 240]) throws -> MattingResult {
        let isBox = { (x: Int, y: Int) in (40..<70).contains(x) && (30..<80).contains(y) }
        var samples: [Int] = []
        var alpha: [Float] = []
        for y in 0..<100 {
            for x in 0..<120 {
                samples += isBox(x, y) ? color : ground
                alpha.append(isBox(x, y) ? 1 : 0)
            }
        }
        return try MattingResult(
            image: RasterImage(width: 120, height: 100, colorModel: .rgb, samples: samples),
            alpha: AlphaMatte(width: 120, height: 100, values: alpha))
    }

    private func level(_ image: RasterImage, _ x: Int, _ y: Int, _ channel: Int = 0) -> Int {
        image.samples[(y * image.width + x) * image.colorModel.channelCount + channel]
    }

    /// Without blur a drop shadow is the silhouette, moved: black of an opacity as image editors mean it.
    @Test(arguments: [Blending.linearLight, .encoded]) func aHardDropShadow(blending: Blending) throws {
        let shadow = Shadow.drop(across: .pixels(20), down: .pixels(10), blur: .pixels(0), opacity: 0.4)
        let image = try standing().composite(over: .color(.white), shadow: shadow, blending: blending)
        #expect(level(image, 80, 85) == 153 && level(image, 89, 60) == 153)
        #expect(level(image, 91, 60) == 255 && level(image, 80, 91) == 255 && level(image, 50, 20) == 255)
        #expect(level(image, 50, 50) == 200)
        // Over a grey ground it is darker by the same share, whatever the numbers colours are mixed in.
        let gray = RasterColor(red: 0.5, green: 0.5, blue: 0.5)
        let dark = try standing().composite(over: .color(gray), shadow: shadow, blending: blending)
        #expect(abs(level(dark, 80, 85) - 76) <= (blending == .encoded ? 1 : 3))
    }

    /// Blurred, it is a Gaussian's integral across an edge.
    @Test func aSoftDropShadow() throws {
        let shadow = Shadow.drop(across: .pixels(40), down: .zero, blur: .pixels(12), opacity: 1)
        let layer = try #require(try standing().shadowLayer(shadow))
        #expect(layer.colorModel == .grayAlpha && layer.width == 120)
        for x in 72..<100 {
            // The edge is at 80, the standard deviation 6; far from the corners.
            let t = (Double(x) + 0.5 - 80) / 6
            let opposite = (110 - Double(x) - 0.5) / 6
            let expected = 255 * (NaiveNormal.integral(t) + NaiveNormal.integral(opposite) - 1)
            // Cells of a third of the deviation, interpolated.
            #expect(abs(Double(level(layer, x, 55, 1)) - expected) <= 4, "\(x)")
            #expect(level(layer, x, 55) == 0)
        }
    }

    @Test func contactShadowsLieOnTheGround() throws {
        let layer = try #require(try standing().shadowLayer(.contact(opacity: 0.8)))
        let alpha = { (x: Int, y: Int) in level(layer, x, y, 1) }
        #expect(alpha(55, 80) > 100)
        #expect(alpha(55, 80) > alpha(55, 82) && alpha(55, 82) > alpha(55, 88))
        #expect(alpha(36, 80) > 5 && alpha(36, 80) < alpha(42, 80))
        for (x, y) in [(55, 60), (55, 40), (10, 80), (110, 80), (55, 97), (20, 20)] { #expect(alpha(x, y) == 0) }
        let image = try standing().composite(over: .color(.white), shadow: .contact)
        #expect(level(image, 55, 80) < 220 && level(image, 55, 20) == 255 && level(image, 55, 60) == 200)
    }

    /// Colours, and the alpha of colours.
    @Test func colouredShadows() throws {
        let blue = RasterColor(red: 0, green: 0, blue: 1, alpha: 0.5)
        let shadow = Shadow.drop(across: .pixels(20), down: .pixels(10), blur: .zero, opacity: 0.8, color: blue)
        let image = try standing().composite(over: .color(.white), shadow: shadow, blending: .encoded)
        #expect((0..<3).map { level(image, 80, 85, $0) } == [153, 153, 255])
        let layer = try #require(try standing().shadowLayer(shadow))
        #expect((0..<4).map { level(layer, 80, 85, $0) } == [0, 0, 255, 102])
    }

    /// A cut-out with a shadow, laid over white as programs do, is the composite over white.
    @Test func cutoutsCarryShadows() throws {
        let result = try standing()
        let shadow = Shadow.drop(across: .pixels(15), blur: .pixels(9))
        let cutout = try result.cutout(shadow: shadow)
        let composite = try result.composite(over: .color(.white), shadow: shadow, blending: .encoded)
        let (cut, flat) = (cutout.samples, composite.samples)
        for pixel in 0..<120 * 100 {
            for c in 0..<3 {
                let a = Double(cut[4 * pixel + 3]) / 255
                let over = Double(cut[4 * pixel + c]) * a + 255 * (1 - a)
                #expect(abs(over - Double(flat[3 * pixel + c])) <= 2.1)
            }
        }
        // The subject is opaque and itself.
        #expect(cut[4 * (50 * 120 + 50)..<4 * (50 * 120 + 50) + 4] == [200, 30, 30, 255])
    }

    @Test func greyStaysGrey() throws {
        let image = try RasterImage.plain(width: 40, height: 30, colorModel: .gray, bitDepth: .sixteen, [40_000])
        let alpha = try AlphaMatte(
            width: 40, height: 30,
            values: (0..<1200).map { (10..<25).contains($0 % 40) && (5..<20).contains($0 / 40) ? 1 : 0 })
        let result = try MattingResult(image: image, alpha: alpha)
        #expect(try result.composite(over: .color(.white), shadow: .drop).colorModel == .gray)
        #expect(try result.cutout(shadow: .contact).colorModel == .grayAlpha)
        let red = Shadow.drop(color: RasterColor(red: 1, green: 0, blue: 0))
        #expect(try result.composite(over: .color(.white), shadow: red).colorModel == .rgb)
    }

    /// A crop grows by the shadow, a canvas of a given size does not.
    @Test func canvasesCountShadows() throws {
        let result = try standing()
        let shadow = Shadow.drop(across: .pixels(30), down: .pixels(8), blur: .pixels(4))
        let crop = try result.cutout(framed: .subject(), shadow: shadow)
        #expect(crop.width == 30 + 35 && crop.height == 50 + 13)
        let plain = try result.cutout(framed: .product(side: 100))
        let shadowed = try result.cutout(framed: .product(side: 100), shadow: shadow)
        #expect(shadowed.width == 100 && shadowed.height == 100)
        // The subject is where it is without a shadow.
        let (with, without) = (shadowed.samples, plain.samples)
        for pixel in 0..<10_000 where without[4 * pixel + 3] == 255 {
            #expect(Array(with[4 * pixel..<4 * pixel + 4]) == Array(without[4 * pixel..<4 * pixel + 4]))
        }
    }

    // MARK: Subjects that the frame cuts off

    /// A column cut off by the lower edge of a picture of 120 × 100: columns 40..<70, from row 30 on.
    private func cutOff() throws -> MattingResult {
        try MattingResult(
            image: .plain(width: 120, height: 100, [200, 30, 30]),
            alpha: drawnMatte(120, 100) { x, y in (40..<70).contains(x) && y >= 30 ? 1 : 0 })
    }

    /// Nobody sees that the subject ends at the picture's edge, and its shadow does not show it: it goes on there.
    @Test(arguments: [nil, .subject(), .product(side: 64), .product(side: 300)] as [Framing?])
    func dropShadowsGoOnBeyondTheFrame(framing: Framing?) throws {
        let shadow = Shadow.drop(across: .share(0.1), down: .share(-0.2), blur: .share(0.2), opacity: 1)
        let layer = try #require(try cutOff().shadowLayer(shadow, framed: framing))
        let (width, height) = (layer.width, layer.height)
        let middle = height * 3 / 4
        for x in 0..<width { #expect(abs(level(layer, x, height - 1, 1) - level(layer, x, middle, 1)) <= 2, "\(x)") }
        #expect((0..<width).contains { level(layer, $0, height - 1, 1) > 200 })
    }

    /// Where the canvas goes on the cut is seen, and the shadow is that of what is seen.
    @Test func shadowsOfAVisibleCutEndWithIt() throws {
        var framing = Framing.product(side: 100, fill: 0.5)
        framing.cutSides = .margin
        let result = try cutOff()
        let drop = try #require(
            try result.shadowLayer(.drop(down: .zero, blur: .pixels(2), opacity: 1), framed: framing))
        #expect(level(drop, 50, 70, 1) == 255 && level(drop, 50, 80, 1) == 0)
        let contact = try #require(try result.shadowLayer(.contact, framed: framing))
        #expect(level(contact, 50, 75, 1) > 50)
    }

    /// The ground that it would touch is not to be seen.
    @Test func contactShadowsBelowTheFrameAreNone() throws {
        let result = try cutOff()
        for framing in [nil, .subject(), .product(side: 64)] as [Framing?] {
            #expect(try result.shadowLayer(.contact, framed: framing) == nil)
            let picture = try result.composite(over: .color(.white), framed: framing, shadow: .contact)
            let plain = try result.composite(over: .color(.white), framed: framing)
            #expect(picture.width == plain.width && picture.samples == plain.samples)
            #expect(picture.warnings.contains { if case .noShadowDrawn = $0 { true } else { false } })
        }
        // Cut off beside, it stands on a ground that goes on there.
        let beside = try MattingResult(
            image: .plain(width: 120, height: 100, [200, 30, 30]),
            alpha: drawnMatte(120, 100) { x, y in x < 60 && (30..<80).contains(y) ? 1 : 0 })
        let layer = try #require(try beside.shadowLayer(.contact))
        for y in 0..<100 { #expect(abs(level(layer, 0, y, 1) - level(layer, 30, y, 1)) <= 2) }
        #expect(level(layer, 0, 80, 1) > 50)
    }

    // MARK: The picture's own

    /// A box on a sweep that grows darker downwards, with a shadow of a known depth to its right, and a little noise.
    private func photographed(
        depth: Double, noise: Double, shirt: Double = 0.05, floor: Double = 0, hasTuft: Bool = false
    ) throws -> MattingResult {
        let (width, height) = (400, 300)
        var random = SeededGenerator(seed: 4)
        var alpha = [Float](repeating: 0, count: width * height)
        let image = try RasterImage.drawn(width: width, height: height) { x, y in
            let inBox = (160..<220).contains(x) && (80..<230).contains(y)
            if inBox {
                alpha[y * width + x] = 1
                return [shirt, shirt, shirt]
            }
            var light = 0.75 - 0.35 * Double(y) / Double(height) + 0.05 * Double(x) / Double(width)
            light *= 1 - depth * Self.share(x, y)
            light *= 1 + floor * (((x / 20 + y / 20) & 1) == 0 ? 1 : -1)
            if hasTuft && (220..<245).contains(x) && (190..<230).contains(y) { light = 0.01 }
            light += noise * Double(random.value())
            return [Double](repeating: NaiveCurve.encoded(min(max(light, 0), 1)), count: 3)
        }
        return try MattingResult(image: image, alpha: AlphaMatte(width: width, height: height, values: alpha))
    }

    /// How much of a shadow there is: a soft ellipse at the box's foot.
    private static func share(_ x: Int, _ y: Int) -> Double {
        let (u, v) = ((Double(x) - 215) / 45, (Double(y) - 226) / 12)
        let distance = u * u + v * v
        return distance < 1 ? (1 - distance) * (1 - distance) : 0
    }

    @Test(arguments: [0.3, 0.6]) func theShadowOfASweepIsFound(depth: Double) throws {
        let result = try photographed(depth: depth, noise: 0.004)
        let layer = try #require(try result.shadowLayer(.kept))
        #expect(layer.warnings.isEmpty)
        let samples = layer.samples
        var (worst, clean) = (0.0, 0)
        for y in 0..<300 {
            for x in 0..<400 where !((156..<224).contains(x) && (76..<234).contains(y)) {
                let found = Double(samples[2 * (y * 400 + x) + 1]) / 255
                let expected = 1 - NaiveCurve.encoded(1 - depth * Self.share(x, y))
                worst = max(worst, abs(found - expected))
                if expected == 0, abs(x - 215) > 60 || abs(y - 226) > 26 {
                    clean = max(clean, samples[2 * (y * 400 + x) + 1])
                }
            }
        }
        // Means over nine cells of more than a pixel, and a soft threshold that leaves the faintest tenth out.
        #expect(worst < 0.08, "off by \(worst)")
        #expect(clean == 0)
        // The box is black, and yet none of the shadow.
        let kept = try result.composite(over: .color(.white), shadow: .kept)
        #expect(level(kept, 120, 150) == 255 && level(kept, 300, 100) == 255)
    }

    @Test func noShadowIsInvented() throws {
        let clean = try photographed(depth: 0, noise: 0.004)
        let composite = try clean.composite(over: .color(.white), shadow: .kept)
        #expect(composite.warnings.contains { if case .noShadowKept = $0 { true } else { false } })
        #expect(level(composite, 230, 228) == 255)
        #expect(try clean.shadowLayer(.kept) == nil)
    }

    /// Black hair that the matte missed would stay as a shadow beside the subject.
    @Test func whatIsTooDarkForAShadowGivesNone() throws {
        let result = try photographed(depth: 0.4, noise: 0.004, hasTuft: true)
        let composite = try result.composite(over: .color(.white), shadow: .kept)
        #expect(composite.warnings.contains { "\($0)".contains("too dark for a shadow") })
        for (x, y) in [(230, 210), (240, 226), (260, 228)] { #expect(level(composite, x, y) == 255) }
    }

    /// A chequered floor varies as much as a shadow: better none than its pattern.
    @Test func aRestlessGroundGivesNone() throws {
        let tiles = try photographed(depth: 0.4, noise: 0.004, floor: 0.3)
        let composite = try tiles.composite(over: .color(.white), shadow: .kept)
        #expect(composite.warnings.contains { if case .noShadowKept = $0 { true } else { false } })
        for (x, y) in [(100, 100), (230, 228), (300, 250)] { #expect(level(composite, x, y) == 255) }
    }

    @Test func aPictureWithoutGroundGivesNone() throws {
        let image = try RasterImage.noise(width: 20, height: 20)
        let full = try MattingResult(
            image: image, alpha: AlphaMatte(width: 20, height: 20, values: .init(repeating: 1, count: 400)))
        let composite = try full.composite(over: .color(.white), shadow: .kept)
        #expect(composite.samples == image.samples)
        #expect(composite.warnings.contains { if case .noShadowKept = $0 { true } else { false } })
        let one = try MattingResult(
            image: RasterImage.plain(width: 1, height: 1, [1, 2, 3]),
            alpha: AlphaMatte(width: 1, height: 1, values: [1]))
        for shadow in [Shadow.kept, .drop, .contact] {
            #expect(try one.composite(over: .color(.white), shadow: shadow).samples == [1, 2, 3])
        }
    }

    @Test(arguments: [Double.nan, .infinity, -1e9, 1e300]) func numbersThatMeanNothing(number: Double) throws {
        let result = try standing()
        for (name, shadow) in [
            ("shadow.opacity", Shadow.drop(opacity: number)), ("shadow.opacity", .contact(opacity: number)),
            ("shadow.blur.share", .drop(blur: .share(number))), ("shadow.blur.pixels", .contact(blur: .pixels(number))),
            ("shadow.across.pixels", .drop(across: .pixels(number))),
            ("shadow.down.share", .drop(down: .share(number))),
            ("shadow.strength", .kept(strength: number)), ("shadow.reach.share", .kept(reach: .share(number))),
        ] {
            #expect("\(name)") {
                _ = try result.cutout(shadow: shadow)
            } throws: { error in
                if case .invalidOption(name, _, _)? = error as? MattingError { true } else { false }
            }
        }
    }
}

extension ShadowTests {
    /// Parts of a colour can be set to anything.
    @Test func coloursThatMeanNothing() throws {
        for number in [Double.nan, -5, .infinity, 1e300] {
            var color = RasterColor.white
            (color.red, color.green) = (number, number)
            let result = try standing()
            for shadow in [Shadow.drop(color: color), .contact(color: color)] {
                #expect(try result.composite(over: .color(color), shadow: shadow).width == 120)
                #expect(try result.cutout(shadow: shadow).width == 120)
                #expect(try result.shadowLayer(shadow)?.width == 120)
            }
            #expect(try result.composite(over: .gradient(.linear(color, .white))).width == 120)
            color.alpha = number
            _ = try result.composite(over: .color(color), shadow: .drop(color: color))
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

enum NaiveNormal {
    static func integral(_ t: Double) -> Double { 0.5 * (1 + erf(t / 2.0.squareRoot())) }
}
