import Files
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

@Suite struct PhotoshopTests {
    typealias Layer = LayeredImage.Layer

    /// Original, cut-out, shadow and one that reaches over the edge.
    static func layers(_ depth: RasterImage.BitDepth, isGray: Bool = false) throws -> [Layer] {
        let (opaque, translucent): (RasterImage.ColorModel, RasterImage.ColorModel) =
            isGray ? (.gray, .grayAlpha) : (.rgb, .rgba)
        return [
            Layer(
                name: "original", image: try .noise(width: 37, height: 21, colorModel: opaque, bitDepth: depth),
                isVisible: false),
            Layer(
                name: "Schatten — 影",
                image: try .noise(width: 9, height: 8, colorModel: .grayAlpha, bitDepth: depth, seed: 2),
                x: 3, y: 5, opacity: 0.5, blendMode: .multiply),
            Layer(
                name: "cut-out",
                image: try .noise(width: 37, height: 21, colorModel: translucent, bitDepth: depth, seed: 3),
                mask: try .noise(width: 37, height: 21, colorModel: .gray, bitDepth: depth, seed: 4)),
            Layer(
                name: "", image: try .noise(width: 40, height: 10, colorModel: translucent, bitDepth: depth, seed: 5),
                x: -8, y: 15, opacity: 0.8),
        ]
    }

    /// Samples of one channel of a picture in the document's depth.
    private func plane(_ image: RasterImage, _ channel: Int, _ depth: RasterImage.BitDepth) throws -> [Int] {
        let samples = try image.converted(to: depth).samples
        return stride(from: channel, to: samples.count, by: image.colorModel.channelCount).map { samples[$0] }
    }

    @Test(arguments: RasterImage.BitDepth.allCases, [false, true])
    func layersAreWhatTheyWere(depth: RasterImage.BitDepth, isGray: Bool) throws {
        for format in [ImageFormat.psd, .psb] { try expectLayers(depth, format, isGray) }
    }

    private func expectLayers(_ depth: RasterImage.BitDepth, _ format: ImageFormat, _ isGray: Bool) throws {
        let image = LayeredImage(width: 37, height: 21, layers: try Self.layers(depth, isGray: isGray))
        let file = try image.encoded(as: format)
        #expect(file.warnings.isEmpty && file.format == format && ImageFormat.detect(file.array) == format)
        let read = try PhotoshopFile(file.array)
        #expect(read.version == (format == .psb ? 2 : 1) && read.width == 37 && read.height == 21)
        #expect(read.depth == depth.rawValue && read.mode == (isGray ? 1 : 3) && read.hasMergedAlpha)
        #expect(read.channelCount == (isGray ? 2 : 4) && read.layers.count == 4)
        for (layer, found) in zip(image.layers, read.layers) {
            let picture = layer.image
            #expect(found.unicodeName == layer.name)
            #expect(
                found.rectangle == [layer.y, layer.x, layer.y + picture.height, layer.x + picture.width])
            #expect(found.blend == (layer.blendMode == .multiply ? "mul " : "norm"))
            #expect(found.opacity == Int((layer.opacity * 255).rounded()) && found.isHidden == !layer.isVisible)
            let model = picture.colorModel
            for channel in 0..<(isGray ? 1 : 3) {
                let source = model.colorChannelCount == 1 ? 0 : channel
                #expect(try found.channels[channel] == plane(picture, source, depth))
            }
            let white = depth == .eight ? 255 : 65_535
            let alpha =
                model.hasAlpha
                ? try plane(picture, model.channelCount - 1, depth)
                : [Int](repeating: white, count: picture.width * picture.height)
            #expect(found.channels[-1] == alpha)
            #expect((found.maskRectangle == nil) == (layer.mask == nil))
            if let mask = layer.mask {
                #expect(found.maskRectangle == found.rectangle && found.channels[-2] == mask.samples)
            }
        }
        #expect(read.layers[1].name == "Schatten ? ?")
        try expectMerged(read, image, depth, isGray)
    }

    /// The whole against a plain computation in double precision.
    private func expectMerged(
        _ read: PhotoshopFile, _ image: LayeredImage, _ depth: RasterImage.BitDepth, _ isGray: Bool
    ) throws {
        let full = depth == .eight ? 255.0 : 65_535.0
        let colors = isGray ? 1 : 3
        var largest = 0.0
        let pictures = image.layers.map { (layer: $0, samples: $0.image.samples, mask: $0.mask?.samples) }
        for y in 0..<image.height {
            for x in 0..<image.width {
                var (color, alpha) = ([Double](repeating: 0, count: colors), 0.0)
                for (layer, samples, mask) in pictures where layer.isVisible {
                    let (lx, ly) = (x - layer.x, y - layer.y)
                    guard (0..<layer.image.width).contains(lx), (0..<layer.image.height).contains(ly) else { continue }
                    let model = layer.image.colorModel
                    let index = (ly * layer.image.width + lx)
                    let pixel = samples[
                        index * model.channelCount..<(index + 1) * model.channelCount
                    ].map { Double($0) / full }
                    var cover = (layer.opacity * 255).rounded() / 255
                    if model.hasAlpha { cover *= pixel[model.channelCount - 1] }
                    if let mask { cover *= Double(mask[index]) / full }
                    for channel in 0..<colors {
                        let own = pixel[model.colorChannelCount == 1 ? 0 : channel]
                        let under = alpha > 0 ? color[channel] / alpha : 0
                        let mixed =
                            layer.blendMode == .multiply ? (1 - alpha) * own + alpha * own * under : own
                        color[channel] = cover * mixed + (1 - cover) * color[channel]
                    }
                    alpha = cover + alpha - cover * alpha
                }
                let position = y * image.width + x
                for channel in 0..<colors {
                    let value = (color[channel] + 1 - alpha) * full
                    largest = max(largest, abs(value - Double(read.merged[channel][position])))
                }
                largest = max(largest, abs(alpha * full - Double(read.merged[colors][position])))
            }
        }
        // Rounding to whole numbers, and a few units of single precision's last bit.
        #expect(largest <= 0.5 + full * 1e-6)
    }

    /// Where a layer covers everything, nothing is transparent and its pixels are the whole's.
    @Test(arguments: RasterImage.ColorModel.allCases, RasterImage.BitDepth.allCases)
    func aPictureAloneComesOutAsItIs(model: RasterImage.ColorModel, depth: RasterImage.BitDepth) throws {
        for (width, height) in [(1, 1), (3, 2), (130, 5), (257, 3)] {
            var image = try RasterImage.noise(width: width, height: height, colorModel: model, bitDepth: depth)
            image.iccProfile = ProfileBuilder.profile(space: model.colorChannelCount == 1 ? "GRAY" : "RGB ")
            image.resolution = RasterImage.Resolution(horizontal: 300, vertical: 150)
            let read = try PhotoshopFile(image.encoded(as: .psd).array)
            #expect(read.hasMergedAlpha == model.hasAlpha && read.channelCount == model.channelCount)
            #expect(read.resources[1_039] == image.iccProfile)
            #expect(read.resources[1_005] == [1, 44, 0, 0, 0, 1, 0, 1, 0, 150, 0, 0, 0, 1, 0, 1])
            for channel in 0..<model.colorChannelCount {
                #expect(try read.layers[0].channels[channel] == plane(image, channel, depth))
                if !model.hasAlpha { #expect(try read.merged[channel] == plane(image, channel, depth)) }
            }
            if model.hasAlpha {
                #expect(try read.merged[model.colorChannelCount] == plane(image, model.channelCount - 1, depth))
            }
        }
    }

    @Test func depthsAndColoursMeetInTheLarger() throws {
        let image = LayeredImage(
            width: 5, height: 4,
            layers: [
                Layer(name: "a", image: try .noise(width: 5, height: 4, colorModel: .gray)),
                Layer(name: "b", image: try .noise(width: 5, height: 4, colorModel: .rgba, bitDepth: .sixteen)),
            ])
        let read = try PhotoshopFile(image.encoded().array)
        #expect(read.depth == 16 && read.mode == 3 && !read.hasMergedAlpha)
        #expect(try read.layers[0].channels[2] == plane(image.layers[0].image, 0, .sixteen))
    }

    @Test func metadataFollowsThePolicy() throws {
        let jpeg = JPEGEditor.inserting(exif: SafeMetadataTests.wanted.bytes(), into: try SafeMetadataTests.jpeg())
        let image = try RasterImage(decoding: jpeg)
        let safe = try image.encoded(as: .psd)
        let read = try PhotoshopFile(safe.array)
        #expect(read.resources[1_060] == nil && read.resources[1_028] == nil)
        let exif = try #require(read.resources[1_058])
        #expect(exif.firstRange(of: Array("(c) Ann".utf8)) != nil && exif.firstRange(of: Array("serial".utf8)) == nil)
        #expect(safe.warnings == [.metadataLeftOut(kinds: ["XMP", "IPTC and Photoshop's data", "texts (Comment)"])])
        let whole = try PhotoshopFile(image.encoded(as: .psd, options: ExifTests.whole).array)
        #expect(whole.resources[1_060] == SafeMetadataTests.xmp)
        #expect(whole.resources[1_028] == [0x1C, 2, 5, 0, 0])
        #expect(whole.resources[1_058] == image.exif)
        let none = try PhotoshopFile(image.encoded(as: .psd, options: EncodingOptions(metadata: .none)).array)
        #expect(none.resources.keys.sorted() == [1_057])
    }

    @Test(arguments: [1, 2, 5]) func theSameBytesFromAnyNumberOfThreads(count: Int) throws {
        let image = LayeredImage(
            width: 300, height: 1_500,
            layers: [Layer(name: "a", image: try .waves(width: 300, height: 1_500, colorModel: .rgba))])
        let expected = try image.encoded().array
        #expect(try image.encoded(options: EncodingOptions(threadCount: count)).array == expected)
        let folder = try TemporaryFolder()
        try image.write(to: folder.path("a.psd"), options: EncodingOptions(threadCount: count))
        #expect(try folder.bytes("a.psd") == expected && folder.names == ["a.psd"])
    }

    @Test func asynchronousFormsDoTheSame() async throws {
        let image = LayeredImage(width: 37, height: 21, layers: try Self.layers(.eight))
        #expect(try await image.encoded(as: .psb).array == image.encodedNow(as: .psb).array)
        let folder = try TemporaryFolder()
        try await image.write(to: folder.path("a.psb"))
        #expect(try folder.bytes("a.psb") == image.encodedNow(as: .psb).array)
    }
}

extension LayeredImage {
    func encodedNow(as format: ImageFormat) throws -> EncodedImage { try encoded(as: format) }
}
