import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Frames around subjects: where the subject comes to stand, which pixels are copied, and what is refused.
@Suite struct FramingTests {
    /// A disc with soft edges in noise, and a speck of one pixel in a corner.
    static func scene(
        width: Int = 61, height: Int = 47, kind: PixelKind = PixelKind.all[4], radius: Double = 14,
        hasSpeck: Bool = true
    ) throws -> MattingResult {
        let (x0, y0) = (Double(width) * 0.45, Double(height) * 0.55)
        var values = (0..<width * height).map { index -> Float in
            let (x, y) = (Double(index % width) + 0.5 - x0, Double(index / width) + 0.5 - y0)
            return Float(min(max(radius - (x * x + y * y).squareRoot() + 0.5, 0), 1))
        }
        if hasSpeck { values[0] = 1 }
        return try MattingResult(
            image: kind.noise(width: width, height: height, seed: 8),
            alpha: AlphaMatte(width: width, height: height, values: values))
    }

    private func box(_ image: RasterImage, over level: Int = 9) -> PixelRect {
        let (samples, channels) = (image.samples, image.colorModel.channelCount)
        var box = PixelRect(x: 0, y: 0, width: 0, height: 0)
        for index in 0..<image.width * image.height where samples[(index + 1) * channels - 1] > level {
            box = box.union(PixelRect(x: index % image.width, y: index / image.width, width: 1, height: 1))
        }
        return box
    }

    @Test(arguments: PixelKind.all) func cropsAreCopies(kind: PixelKind) throws {
        let result = try Self.scene(kind: kind)
        let box = try #require(try result.alpha.subjectBox())
        let crop = try result.cutout(framed: .subject(margin: .pixels(3)))
        #expect(crop.width == box.width + 6 && crop.height == box.height + 6)
        let whole = try result.cutout()
        let part = try whole.part(
            columns: box.x - 3..<box.x + box.width + 3, rows: box.y - 3..<box.y + box.height + 3)
        #expect(crop.samples == part.samples)
        #expect(crop.exif == whole.exif)

        let over = try result.composite(over: .color(.chromaGreen), framed: .subject(margin: .pixels(3)))
        let overPart = try result.composite(over: .color(.chromaGreen)).part(
            columns: box.x - 3..<box.x + box.width + 3, rows: box.y - 3..<box.y + box.height + 3)
        #expect(over.samples == overPart.samples)
        let mask = try result.mask(framed: .subject(margin: .pixels(3)))
        let maskPart = try result.mask().part(
            columns: box.x - 3..<box.x + box.width + 3, rows: box.y - 3..<box.y + box.height + 3)
        #expect(mask.samples == maskPart.samples)
    }

    /// A canvas that is larger than the picture shows the background there.
    @Test func marginsBeyondThePicture() throws {
        let result = try Self.scene()
        let box = try #require(try result.alpha.subjectBox())
        let margins = Framing.Margins(top: .pixels(40), left: .share(1), bottom: .zero, right: .pixels(2))
        let framing = Framing(margins: margins)
        let crop = try result.composite(over: .color(.white), framed: framing)
        let longer = max(box.width, box.height)
        #expect(crop.width == longer + box.width + 2 && crop.height == 40 + box.height)
        let shift = (x: longer - box.x, y: 40 - box.y)
        let whole = try result.composite(over: .color(.white)).samples
        let samples = crop.samples
        for y in 0..<crop.height {
            for x in 0..<crop.width {
                let (u, v) = (x - shift.x, y - shift.y)
                let inside = u >= 0 && v >= 0 && u < result.image.width && v < result.image.height
                let expected = inside ? Array(whole[(v * 61 + u) * 3..<(v * 61 + u) * 3 + 3]) : [255, 255, 255]
                #expect(Array(samples[(y * crop.width + x) * 3..<(y * crop.width + x) * 3 + 3]) == expected)
            }
        }
        // The speck is not framed, but shows where it lies on the canvas.
        #expect(shift.x > 0 && shift.y > 0 && samples[(shift.y * crop.width + shift.x) * 3] == whole[0])
    }

    @Test(arguments: [0.5, 0.85, 1.0]) func theSubjectFillsItsShare(fill: Double) throws {
        for side in [20, 97, 200] {
            let result = try Self.scene(hasSpeck: false)
            let canvas = try result.cutout(framed: .product(side: side, fill: fill))
            #expect(canvas.width == side && canvas.height == side)
            let box = self.box(canvas)
            let wanted = Int((Double(side) * fill).rounded(.down))
            // Where the box ends alpha is just above its threshold; averaged with what is outside it may fall below, for up
            // to a pixel of the picture on either side.
            let slack = 2 + 2 * wanted / 29
            #expect(abs(max(box.width, box.height) - wanted) <= slack, "\(box) of \(wanted)")
            #expect(abs(2 * box.x + box.width - side) <= slack && abs(2 * box.y + box.height - side) <= slack)
            let isEnlarged = canvas.warnings.contains { if case .subjectEnlarged = $0 { true } else { false } }
            #expect(isEnlarged == (wanted > 29))
        }
    }

    @Test func alignmentAndAspect() throws {
        let result = try Self.scene(hasSpeck: false)
        let low = try result.cutout(framed: .product(width: 200, height: 100, fill: 0.5, alignment: .bottom))
        let lowBox = box(low)
        // Scaled, the edge of a box's threshold is a pixel or two softer.
        #expect(abs(lowBox.y + lowBox.height - 75) <= 2 && abs(2 * lowBox.x + lowBox.width - 200) <= 3)
        let left = try result.cutout(framed: .product(width: 200, height: 100, fill: 0.5, alignment: .left))
        #expect(abs(self.box(left).x - 50) <= 2)
        let wide = try result.cutout(framed: Framing(canvas: .aspect(2), margins: .init(.pixels(5))))
        #expect(wide.width == 2 * wide.height && wide.height == box(of: result).height + 10)
        let tall = try result.cutout(framed: Framing(canvas: .aspect(0.5), alignment: .bottom))
        #expect(tall.height == 2 * tall.width)
        #expect(self.box(tall).y + self.box(tall).height == tall.height)
    }

    private func box(of result: MattingResult) -> PixelRect {
        (try? result.alpha.subjectBox()) ?? nil ?? PixelRect(x: 0, y: 0, width: 0, height: 0)
    }

    @Test func specksAndResidueDoNotWiden() throws {
        let result = try Self.scene()
        let box = try #require(try result.alpha.subjectBox())
        #expect(box.x > 5 && box.y > 5)
        #expect(try result.alpha.subjectBox(speckShare: 0)?.x == 0)
        var values = result.alpha.values
        values[60] = 8 / 255
        let residue = try AlphaMatte(width: 61, height: 47, values: values)
        #expect(try residue.subjectBox() == box)
        #expect(try residue.subjectBox(threshold: 1 / 255, speckShare: 0)?.width == 61)
    }

    /// Scaled composites against light resampled in double precision.
    @Test(arguments: [37, 150]) func scaledComposites(side: Int) throws {
        for kind in [PixelKind.all[0], PixelKind.all[4], PixelKind.all[7]] {
            let result = try Self.scene(kind: kind)
            let framing = Framing.product(width: side, height: side + 11, fill: 0.8)
            let box = self.box(of: result)
            // By the definition of a frame: scaled to fit, rounded but not beyond its margins, in the middle.
            let scale = min(0.8 * Double(side) / Double(box.width), 0.8 * Double(side + 11) / Double(box.height))
            func length(_ pixels: Int, _ free: Double) -> Int {
                min(Int((Double(pixels) * scale).rounded()), Int((free + 1e-6).rounded(.down)))
            }
            let size = (length(box.width, 0.8 * Double(side)), length(box.height, 0.8 * Double(side + 11)))
            let x = (0.1 * Double(side) + (0.8 * Double(side) - Double(size.0)) / 2).rounded()
            let y = (0.1 * Double(side + 11) + (0.8 * Double(side + 11) - Double(size.1)) / 2).rounded()
            let step = (Double(box.width) / Double(size.0), Double(box.height) / Double(size.1))
            let light = NaiveLight(result.image, alpha: result.alpha.values).resampled(
                width: side, height: side + 11, x: (Double(box.x) - x * step.0, step.0),
                y: (Double(box.y) - y * step.1, step.1))
            let color = try RasterColor("#3060c0")
            let expected = light.over(.plain(width: side, height: side + 11, color)).encoded()
            let composite = try result.composite(over: .color(color), framed: framing)
            let scaleOf = Double(result.image.maximum)
            let worst = zip(composite.samples, expected).map { abs(Double($0) - $1 * scaleOf) }.max() ?? 1e9
            // Half a step is rounding; sums of floats, encoded near black.
            #expect(worst <= 0.5 + 3e-5 * scaleOf, "\(kind) off by \(worst)")
            let cut = try result.cutout(framed: framing).samples
            let straight = light.encoded(colors: kind.colorModel.colorChannelCount, withAlpha: true)
            let channels = kind.colorModel.colorChannelCount + 1
            for pixel in 0..<side * (side + 11) {
                let alpha = straight[pixel * channels + channels - 1] * scaleOf
                #expect(abs(Double(cut[pixel * channels + channels - 1]) - alpha) <= 0.52 + 3e-6 * scaleOf)
                guard alpha > scaleOf / 20 else { continue }
                for c in 0..<channels - 1 {
                    let off = abs(Double(cut[pixel * channels + c]) - straight[pixel * channels + c] * scaleOf)
                    #expect(off <= 0.52 + 1e-3 * scaleOf)
                }
            }
        }
    }

    /// A white disc on black scaled over white leaves no trace of its old ground.
    @Test(arguments: [10, 33, 120]) func noDarkFringe(side: Int) throws {
        let scene = try Self.scene(hasSpeck: false)
        let image = try RasterImage.plain(width: 61, height: 47, [255, 255, 255])
        let result = try MattingResult(image: image, alpha: scene.alpha)
        let canvas = try result.composite(over: .color(.white), framed: .product(side: side))
        #expect(canvas.samples.allSatisfy { $0 == 255 })
    }

    @Test func resolutionIsNotClaimed() throws {
        let result = try Self.scene()
        var image = result.image
        image.resolution = RasterImage.Resolution(horizontal: 300, vertical: 300)
        let printed = try MattingResult(image: image, alpha: result.alpha)
        #expect(try printed.cutout(framed: .subject()).resolution == image.resolution)
        #expect(try printed.mask(framed: .subject()).resolution == image.resolution)
        #expect(try printed.composite(over: .color(.white), framed: .product(side: 50)).resolution == nil)
        #expect(try printed.composite(over: .color(.white)).resolution == image.resolution)
    }

    @Test func presetsAreWhatTheySay() throws {
        let amazon = try #require(Framing.preset(named: "Amazon"))
        #expect(amazon.width == 2000 && amazon.height == 2000 && amazon.fill == 0.85 && amazon.background == .white)
        #expect(Set(Framing.presets.map(\.name)).count == Framing.presets.count)
        for preset in Framing.presets {
            #expect(preset.name == preset.name.lowercased() && !preset.source.isEmpty)
            #expect(preset.framing == .product(width: preset.width, height: preset.height, fill: preset.fill))
        }
        #expect(Framing.preset(named: "bazaar") == nil)
        let result = try Self.scene(hasSpeck: false)
        let shop = try result.composite(over: .color(amazon.background), framed: amazon.framing)
        #expect(shop.width == 2000 && shop.height == 2000)
    }

    // MARK: Refusals

    @Test func nothingToFrame() throws {
        let image = try RasterImage.noise(width: 5, height: 4)
        let empty = try MattingResult(
            image: image, alpha: AlphaMatte(width: 5, height: 4, values: .init(repeating: 0, count: 20)))
        for framing in [Framing.subject(), .product(side: 100)] {
            #expect(throws: MattingError.nothingToFrame(threshold: 10.0 / 255)) { try empty.cutout(framed: framing) }
            #expect(throws: MattingError.nothingToFrame(threshold: 10.0 / 255)) { try empty.mask(framed: framing) }
            #expect(throws: MattingError.nothingToFrame(threshold: 10.0 / 255)) {
                try empty.composite(over: .color(.white), framed: framing)
            }
        }
        #expect(try empty.alpha.subjectBox() == nil)
        // A shadow of nothing is none.
        #expect(try empty.composite(over: .color(.white), shadow: .drop).samples.allSatisfy { $0 == 255 })
        #expect(try empty.shadowLayer(.contact) == nil)
    }

    private func expectRefusal(_ name: String, _ framing: Framing) throws {
        let result = try Self.scene()
        #expect("\(name)") {
            _ = try result.cutout(framed: framing)
        } throws: { error in
            guard case .invalidOption(name, let value, let allowed)? = error as? MattingError else { return false }
            return !value.isEmpty && !allowed.isEmpty
        }
    }

    @Test func canvasesThatAreTooLarge() throws {
        for (width, height) in [
            (100_000, 10), (10, 100_000), (0, 5), (5, -1), (20_000, 20_000), (.max, .max), (.min, 1),
        ] {
            try expectRefusal("framing.canvas", .product(width: width, height: height))
        }
        // A margin of that size is refused as such, and several that are allowed make a canvas that is not.
        try expectRefusal("framing.margins.top.pixels", .subject(margin: .pixels(100_000)))
        try expectRefusal("framing.canvas", .subject(margin: .pixels(20_000)))
    }

    @Test(arguments: [Double.nan, -1, -.infinity, .infinity, 1e300]) func numbersThatMeanNothing(number: Double) throws
    {
        try expectRefusal("framing.margins.top.pixels", .subject(margin: .pixels(number)))
        try expectRefusal("framing.margins.top.share", .subject(margin: .share(number)))
        try expectRefusal("framing.threshold", Framing(threshold: number))
        try expectRefusal("framing.speckShare", Framing(speckShare: number))
        try expectRefusal("framing.largestScale", Framing(largestScale: number))
        try expectRefusal("framing.aspect", Framing(canvas: .aspect(number)))
        try expectRefusal("framing.alignment.x", Framing(alignment: CanvasPosition(x: number, y: 0)))
        let result = try Self.scene()
        #expect(throws: MattingError.self) { try result.alpha.subjectBox(threshold: number) }
    }

    @Test func marginsThatLeaveNothing() throws {
        try expectRefusal("framing.margins", .product(side: 100, fill: 0))
        try expectRefusal(
            "framing.margins", Framing(canvas: .size(width: 50, height: 50), margins: .init(.pixels(25))))
        // A fill beyond all of it is a negative margin.
        try expectRefusal("framing.margins.top.share", .product(side: 100, fill: 1.5))
    }

    /// A picture that shrinks to a pixel on a wide canvas needs no weights for the rest of it.
    @Test func aPixelOnAWideCanvas() throws {
        let result = try MattingResult(
            image: RasterImage.plain(width: 3000, height: 2, [9, 99, 199]),
            alpha: AlphaMatte(width: 3000, height: 2, values: .init(repeating: 1, count: 6000)))
        let margins = Framing.Margins(top: .zero, left: .pixels(16_383), bottom: .zero, right: .pixels(16_384))
        let canvas = try result.composite(
            over: .color(.black), framed: Framing(canvas: .size(width: 32_768, height: 1), margins: margins))
        #expect(Array(canvas.samples[16_383 * 3..<16_384 * 3]) == [9, 99, 199])
        #expect(canvas.samples.lazy.filter { $0 > 0 }.count == 3)
    }

    @Test func onePixel() throws {
        let result = try MattingResult(
            image: RasterImage.plain(width: 1, height: 1, [9, 99, 199]),
            alpha: AlphaMatte(width: 1, height: 1, values: [1]))
        let canvas = try result.composite(
            over: .color(.black), framed: Framing(canvas: .size(width: 31, height: 7), largestScale: 64))
        #expect(Array(canvas.samples[(3 * 31 + 15) * 3..<(3 * 31 + 15) * 3 + 3]) == [9, 99, 199])
        #expect(try result.cutout(framed: .subject()).samples == [9, 99, 199, 255])
    }

    @Test func threadsDoNotMatter() throws {
        let scene = try Self.scene(width: 133, height: 97)
        let shots = try [1, 2, 3].map { count -> [Int] in
            let result = MattingResult(
                image: scene.image, alpha: scene.alpha, confidence: nil, warnings: [], pool: Pools.all[count - 1])
            return try result.composite(
                over: .gradient(.linear(.white, .chromaGreen, angle: 30)), framed: .product(side: 90), shadow: .drop,
                matching: ColorMatching()
            ).samples
        }
        #expect(shots[0] == shots[1] && shots[1] == shots[2])
    }

    @Test func asynchronousFormsAreTheSame() async throws {
        let result = try Self.scene()
        let framing = Framing.product(side: 64)
        let composite = try await result.composite(over: .color(.white), framed: framing, shadow: .contact)
        #expect(try composite.samples == Self.composite(result, framing).samples)
        #expect(try await result.mask(framed: framing).width == 64)
        #expect(try await result.cutout(framed: framing, shadow: .drop).height == 64)
        #expect(try await result.shadowLayer(.drop, framed: framing)?.width == 64)
    }

    private static func composite(_ result: MattingResult, _ framing: Framing) throws -> RasterImage {
        try result.composite(over: .color(.white), framed: framing, shadow: .contact)
    }
}
