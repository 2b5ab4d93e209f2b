import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

/// A finish as layers shows what it shows as one picture.
struct FinishLayersTests {
    private func finish(_ background: String, framed: Bool) throws -> Finish {
        let behind: Background =
            switch background {
            case "colour": .color(RasterColor(red: 0.2, green: 0.5, blue: 0.8))
            case "gradient": .gradient(.linear(.white, .black, angle: 90))
            case "blurred": .blurredOriginal(radius: .share(0.05))
            default: .backdrop(Backdrop(try .noise(width: 33, height: 21, seed: 5)))
            }
        return Finish(background: behind, framing: framed ? .product(side: 150) : nil)
    }

    /// Where the subject is not, the picture is the background layer.
    @Test(arguments: ["colour", "gradient", "blurred", "backdrop"], [false, true])
    func theBackgroundLayerIsWhatIsSeenBesideTheSubject(background: String, framed: Bool) throws {
        let scene = try DiscScene()
        let result = try MattingResult(image: scene.image, alpha: scene.truth)
        let finish = try finish(background, framed: framed)
        let picture = try finish.picture(of: result)
        let layers = try finish.layers(of: result).layers
        #expect(layers.map(\.name) == (framed ? [] : ["Original"]) + ["Background", "Subject"])
        let ground = try #require(layers.first { $0.name == "Background" }).image
        let mask = try #require(layers.last?.mask)
        #expect(ground.width == picture.width && ground.height == picture.height)
        let (behind, all, alpha) = (ground.samples, picture.samples, mask.samples)
        var seen = 0
        // Soft pixels below half a level are nothing in the mask, and something in the composite's light.
        let reach = (-4...4).flatMap { y in (-4...4).map { x in y * mask.width + x } }
        for index in alpha.indices
        where reach.allSatisfy({ !alpha.indices.contains(index + $0) || alpha[index + $0] == 0 }) {
            for c in 3 * index..<3 * index + 3 where abs(behind[c] - all[c]) > 1 {
                Issue.record("pixel \(index): \(behind[c]) instead of \(all[c])")
            }
            seen += 1
        }
        #expect(seen > 1000)
        // Behind the subject there is something too.
        let middle = 3 * (ground.height / 2 * ground.width + ground.width / 2)
        #expect(behind[middle..<middle + 3] != all[middle..<middle + 3])
    }

    // MARK: All layers together

    /// What the visible layers show together, by the numbers as they are, on an opaque lowest layer.
    private func flattened(_ image: LayeredImage) -> [Double] {
        var canvas = [Double](repeating: 0, count: 3 * image.width * image.height)
        for layer in image.layers where layer.isVisible {
            let (model, samples) = (layer.image.colorModel, layer.image.samples)
            let mask = layer.mask?.samples
            for pixel in 0..<image.width * image.height {
                let first = pixel * model.channelCount
                var cover = model.hasAlpha ? Double(samples[first + model.channelCount - 1]) / 255 : 1
                if let mask { cover *= Double(mask[pixel]) / 255 }
                for c in 0..<3 {
                    let own = Double(samples[first + (model.colorChannelCount == 1 ? 0 : c)])
                    let under = canvas[3 * pixel + c]
                    let shown = layer.blendMode == .multiply ? own * under / 255 : own
                    canvas[3 * pixel + c] = shown * cover + under * (1 - cover)
                }
            }
        }
        return canvas
    }

    /// Expects layers of one size that show what the picture of the same finish shows.
    private func expectLayersOfThePicture(
        _ finish: Finish, of result: MattingResult, within tolerance: Double,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let picture = try finish.picture(of: result)
        let layers = try finish.layers(of: result)
        for image in layers.layers.flatMap({ [$0.image] + ($0.mask.map { [$0] } ?? []) }) {
            try #require(
                image.width == picture.width && image.height == picture.height, sourceLocation: sourceLocation)
        }
        try #require(layers.width == picture.width && layers.height == picture.height, sourceLocation: sourceLocation)
        let worst = zip(flattened(layers), picture.samples).map { abs($0 - Double($1)) }.max() ?? 0
        #expect(worst <= tolerance, sourceLocation: sourceLocation)
    }

    /// A canvas that grows with a shadow does so for every layer.
    @Test(arguments: [nil, .subject(), .subject(margin: .pixels(3)), .product(side: 70)] as [Framing?])
    func allLayersLieOnOneCanvas(framing: Framing?) throws {
        let scene = try DiscScene()
        let result = try MattingResult(image: scene.image, alpha: scene.truth)
        let shadows: [Shadow] = [
            .drop(across: .pixels(9), down: .pixels(6), blur: .pixels(5), opacity: 0.5),
            .contact(color: RasterColor(red: 0.3, green: 0, blue: 0.2)),
        ]
        for shadow in shadows {
            let finish = Finish(
                background: .color(RasterColor(red: 1, green: 0.4, blue: 0.2)), framing: framing, shadow: shadow,
                blending: .encoded)
            // A rounding for each of three layers.
            try expectLayersOfThePicture(finish, of: result, within: 2.5)
        }
        let crop = Finish(framing: .subject(), shadow: shadows[0])
        #expect(try crop.layers(of: result).width == crop.picture(of: result).width)
    }

    /// What is said of a picture is said of its layers.
    @Test func layersCarryThePicturesWarnings() throws {
        let image = try RasterImage.plain(width: 40, height: 30, [200, 120, 60])
        let alpha = try drawnMatte(40, 30) { x, y in (10..<30).contains(x) && (8..<26).contains(y) ? 1 : 0 }
        var strange = image
        strange.iccProfile = CompositeColorTests.tables
        let red = Background.color(RasterColor(red: 1, green: 0, blue: 0))
        for (picture, finish, count) in [
            (image, Finish(background: .color(.white), framing: .product(side: 120)), 1),
            (image, Finish(framing: .product(side: 120)), 1), (image, Finish(shadow: .kept), 1),
            (image, Finish(background: red, framing: .product(side: 120), shadow: .kept), 2),
            (strange, Finish(background: red), 1), (strange, Finish(framing: .product(side: 20)), 1),
            (image, Finish(background: red), 0),
        ] {
            let result = try MattingResult(image: picture, alpha: alpha)
            let warnings = try finish.layers(of: result).warnings
            #expect(try warnings == finish.picture(of: result).warnings)
            #expect(warnings.count == count)
        }
    }

    /// Colours that are matched to a background are so in layers.
    @Test(arguments: [nil, .subject(), .product(side: 70)] as [Framing?])
    func matchedColorsAreThoseOfThePicture(framing: Framing?) throws {
        let scene = try DiscScene()
        let result = try MattingResult(image: scene.image, alpha: scene.truth)
        var finish = Finish(
            background: .gradient(.linear(.white, RasterColor(red: 0.9, green: 0.2, blue: 0.1), angle: 90)),
            framing: framing, blending: .encoded)
        let plain = try finish.layers(of: result).layers.last?.image
        finish.matching = ColorMatching(strength: 1)
        try expectLayersOfThePicture(finish, of: result, within: 2.5)
        let matched = try #require(try finish.layers(of: result).layers.last?.image)
        #expect(matched.samples != plain?.samples)
        // Behind the mask there is what was behind the subject, but in a frame.
        #expect(matched.samples[0..<3].contains { $0 > 0 } == (framing == nil))
    }

    /// Colours under alpha 0 stay in a cropped layer where that is asked for.
    @Test func hiddenColorsOfACrop() throws {
        let image = try RasterImage.noise(width: 20, height: 16, seed: 3)
        let alpha = try drawnMatte(20, 16) { x, y in (6..<12).contains(x) && (5..<11).contains(y) ? 1 : 0 }
        let result = try MattingResult(image: image, alpha: alpha)
        for shadow in [Shadow.none, .drop(across: .pixels(3), down: .zero, blur: .pixels(1))] {
            var finish = Finish(framing: .subject(margin: .pixels(2)), shadow: shadow)
            func corner() throws -> [Int] {
                Array(try #require(try finish.layers(of: result).layers.last).image.samples[0..<3])
            }
            #expect(try corner() == [0, 0, 0])
            finish.keepsHiddenColors = true
            // The crop begins two pixels above and left of the box.
            let first = 3 * (3 * 20 + 4)
            #expect(try corner() == Array(image.samples[first..<first + 3]))
        }
    }
}
