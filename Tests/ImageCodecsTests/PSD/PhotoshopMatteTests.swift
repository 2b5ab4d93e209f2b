import Files
import Foundation
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// The matte of a Photoshop file, against what the parts of the file say, sample by sample.
@Suite struct PhotoshopMatteTests {
    typealias Layer = PhotoshopBuilder.Layer
    typealias Mask = PhotoshopBuilder.Mask
    typealias Rectangle = PhotoshopBuilder.Rectangle

    static func noise(_ count: Int, depth: Int = 8, seed: UInt64) -> [Int] {
        var generator = SeededGenerator(seed: seed)
        return (0..<count).map { _ in Int.random(in: 0..<1 << depth, using: &generator) }
    }

    static func matte(_ bytes: [UInt8], limits: DecodingLimits = .default) throws(ImageCodecError) -> RasterImage {
        try RasterImage(matteDecoding: bytes, limits: limits)
    }

    static func error(_ bytes: [UInt8], limits: DecodingLimits = .default) -> ImageCodecError? {
        do throws(ImageCodecError) {
            _ = try matte(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    /// A subject whose mask lies partly outside of the canvas, and whose pixels do too.
    static func subject(mask: Rectangle, outside: Int, alpha: Rectangle, depth: Int) -> Layer {
        Layer(
            rectangle: alpha, alpha: noise(alpha.width * alpha.height, depth: depth, seed: 1),
            mask: Mask(
                rectangle: mask, samples: noise(mask.width * mask.height, depth: depth, seed: 2), outside: outside))
    }

    /// Mask times transparency, pixel by pixel, in double precision.
    static func expected(_ file: PhotoshopBuilder, _ layer: Layer) -> [Int] {
        func sample(_ rectangle: Rectangle, _ samples: [Int]?, _ x: Int, _ y: Int) -> Int? {
            guard x >= rectangle.left, x < rectangle.right, y >= rectangle.top, y < rectangle.bottom else { return nil }
            return samples.map { $0[(y - rectangle.top) * rectangle.width + x - rectangle.left] } ?? 1 << file.depth - 1
        }
        let full = Double(1 << file.depth - 1)
        return (0..<file.width * file.height).map { index in
            let (x, y) = (index % file.width, index / file.width)
            var mask = full
            if let own = layer.mask {
                mask = sample(own.rectangle, own.samples, x, y).map(Double.init) ?? (own.outside == 0 ? 0 : full)
            }
            let alpha = Double(sample(layer.rectangle, layer.alpha, x, y) ?? 0)
            return Int((mask * alpha / full).rounded())
        }
    }

    static let rectangles = [
        Rectangle(top: 0, left: 0, bottom: 5, right: 7), Rectangle(top: 1, left: 2, bottom: 3, right: 5),
        Rectangle(top: -2, left: -3, bottom: 4, right: 1), Rectangle(top: 4, left: 6, bottom: 11, right: 20),
        Rectangle(top: -1, left: -1, bottom: 6, right: 8), Rectangle(top: 20, left: 20, bottom: 22, right: 25),
        Rectangle(top: -9, left: 2, bottom: -7, right: 4), Rectangle(),
    ]

    @Test(arguments: PhotoshopBuilder.Compression.allCases, [8, 16])
    func everyCompressionAndRectangle(compression: PhotoshopBuilder.Compression, depth: Int) throws {
        for mask in Self.rectangles {
            for alpha in Self.rectangles {
                for (isLarge, outside) in [(false, 0), (true, 255)] {
                    let layer = Self.subject(mask: mask, outside: outside, alpha: alpha, depth: depth)
                    let file = PhotoshopBuilder(
                        isLarge: isLarge, depth: depth, mode: isLarge ? 1 : 3, compression: compression, layers: [layer]
                    )
                    let matte = try Self.matte(file.bytes())
                    #expect(matte.width == 7 && matte.height == 5 && matte.colorModel == .gray)
                    #expect(matte.bitDepth.rawValue == depth)
                    #expect(matte.samples == Self.expected(file, layer), "\(mask) \(alpha) \(isLarge)")
                }
            }
        }
    }

    /// All that `LayeredImage` writes, back again.
    @Test(arguments: [ImageFormat.psd, .psb], RasterImage.BitDepth.allCases)
    func whatIsWrittenComesBack(format: ImageFormat, depth: RasterImage.BitDepth) throws {
        for model in [RasterImage.ColorModel.rgb, .rgba, .gray, .grayAlpha] {
            let picture = try RasterImage.noise(width: 31, height: 17, colorModel: model, bitDepth: depth, seed: 5)
            let mask = try RasterImage.noise(width: 31, height: 17, colorModel: .gray, bitDepth: depth, seed: 6)
            let layers = LayeredImage(
                like: picture,
                layers: [
                    .init(name: "Original", image: picture, isVisible: false), .init(name: "Shadow", image: picture),
                    .init(name: LayeredImage.subjectName, image: picture, mask: mask),
                ])
            let matte = try Self.matte(layers.encoded(as: format).array)
            let full = Double(1 << depth.rawValue - 1)
            let alpha = stride(
                from: model.channelCount - 1, to: picture.sampleCount, by: model.channelCount
            ).map { model.hasAlpha ? picture.samples[$0] : Int(full) }
            let expected = zip(mask.samples, alpha).map { Int((Double($0 * $1) / full).rounded()) }
            #expect(matte.samples == expected)
        }
    }

    @Test func namesInUnicodeCountMore() throws {
        let full = Rectangle(top: 0, left: 0, bottom: 5, right: 7)
        var layer = Self.subject(mask: full, outside: 0, alpha: full, depth: 8)
        let expected = Self.expected(PhotoshopBuilder(), layer)
        for padding in [1, 2, 4] {
            layer.unicodeName = "Subject"
            layer.blocks = [("lyid", [0, 0, 0, 3, 9]), ("lsct", [0, 0, 0, 0])]
            #expect(try Self.matte(PhotoshopBuilder(layers: [layer], padding: padding).bytes()).samples == expected)
            layer.unicodeName = "Subject copy"
            #expect(Self.error(PhotoshopBuilder(layers: [layer], padding: padding).bytes()) != nil)
        }
        // Ended as some programs end texts.
        layer.unicodeName = "Subject\0"
        #expect(try Self.matte(PhotoshopBuilder(layers: [layer]).bytes()).samples == expected)
    }

    @Test(arguments: 1...3) func groupsOfThatNameAreNoLayers(kind: UInt8) throws {
        let full = Rectangle(top: 0, left: 0, bottom: 5, right: 7)
        let layer = Self.subject(mask: full, outside: 0, alpha: full, depth: 8)
        let group = Layer(rectangle: Rectangle(), blocks: [("lsct", [0, 0, 0, kind])])
        let file = PhotoshopBuilder(layers: [group, layer, group])
        #expect(try Self.matte(file.bytes()).samples == Self.expected(file, layer))
    }

    /// Where there is a vector mask too, or a density that changes nothing.
    @Test func masksThatSayMore() throws {
        let full = Rectangle(top: 0, left: 0, bottom: 5, right: 7)
        var layer = Self.subject(mask: full, outside: 0, alpha: full, depth: 8)
        let expected = Self.expected(PhotoshopBuilder(), layer)
        let real = [UInt8](repeating: 0, count: 18)
        for (flags, rest) in [(8, real), (16, real + [1, 255, 0, 0]), (16, [2] + [UInt8](repeating: 0, count: 8))] {
            layer.mask?.flags = flags
            layer.mask?.rest = rest
            #expect(try Self.matte(PhotoshopBuilder(layers: [layer]).bytes()).samples == expected)
        }
    }

    @Test func withoutMaskTransparencyCounts() throws {
        let part = Rectangle(top: 1, left: 1, bottom: 4, right: 6)
        for alpha in [Self.noise(15, seed: 3), nil] {
            let layer = Layer(rectangle: part, alpha: alpha)
            let file = PhotoshopBuilder(layers: [layer])
            #expect(try Self.matte(file.bytes()).samples == Self.expected(file, layer))
        }
    }

    @Test(arguments: PhotoshopBuilder.Compression.allCases, [8, 16])
    func withoutTheLayerTheMergedPictureCounts(compression: PhotoshopBuilder.Compression, depth: Int) throws {
        let (alpha, other) = (Self.noise(35, depth: depth, seed: 4), Self.noise(35, depth: depth, seed: 5))
        let full = Rectangle(top: 0, left: 0, bottom: 5, right: 7)
        for layers in [[], [Layer(name: "Layer 1", rectangle: full, alpha: other)]] {
            for mode in [1, 3] {
                let file = PhotoshopBuilder(
                    depth: depth, mode: mode, compression: compression, layers: layers, extraChannels: [alpha, other],
                    resources: PhotoshopBuilder.resource(1_057, [0, 0, 0, 1, 1]))
                #expect(try Self.matte(file.bytes()).samples == alpha)
            }
        }
    }

    @Test func theSizeOfLayersIsLimited() throws {
        let wide = Rectangle(top: 0, left: 0, bottom: 5, right: 40)
        let layer = Self.subject(mask: wide, outside: 0, alpha: wide, depth: 8)
        let bytes = PhotoshopBuilder(layers: [layer]).bytes()
        var limits = DecodingLimits()
        limits.maxPixels = 200
        #expect(Self.error(bytes, limits: limits) == nil)
        limits.maxPixels = 199
        let expected = ImageCodecError.tooLarge(width: 40, height: 5, maxPixels: 199, maxSide: 32_768)
        #expect(Self.error(bytes, limits: limits) == expected)
        limits.maxPixels = 34
        #expect(
            Self.error(bytes, limits: limits) == .tooLarge(width: 7, height: 5, maxPixels: 34, maxSide: 32_768))
        limits = DecodingLimits()
        limits.maxSide = 6
        #expect(
            Self.error(bytes, limits: limits)
                == .tooLarge(width: 7, height: 5, maxPixels: limits.maxPixels, maxSide: 6))
    }

    /// Other files are what they are.
    @Test func picturesAreReadAsPictures() throws {
        let file = PNGBuilder.plain()
        #expect(try Self.matte(file.bytes()).samples == file.samples)
        #expect(Self.error([]) == .unrecognizedFormat(leadingBytes: []))
    }

    @Test func filesAreNamed() throws {
        let folder = try TemporaryFolder()
        let full = Rectangle(top: 0, left: 0, bottom: 5, right: 7)
        let layer = Self.subject(mask: full, outside: 0, alpha: full, depth: 8)
        let path = folder.path("a.psd")
        try Data(PhotoshopBuilder(layers: [layer]).bytes()).write(to: URL(fileURLWithPath: path))
        #expect(try RasterImage(matteIn: BytePath(path)).samples == Self.expected(PhotoshopBuilder(), layer))
        try Data(PhotoshopBuilder(mode: 4).bytes()).write(to: URL(fileURLWithPath: path))
        #expect(throws: ImageCodecError.unsupported(format: .psd, feature: "CMYK", path: path)) {
            try RasterImage(matteIn: BytePath(path))
        }
    }
}
