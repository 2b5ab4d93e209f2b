import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// Layers that cannot be written: each is refused by name, and nothing is left behind.
@Suite struct PhotoshopErrorTests {
    private func image(_ change: (inout LayeredImage.Layer) throws -> Void) throws -> LayeredImage {
        var layer = LayeredImage.Layer(name: "a", image: try RasterImage(width: 4, height: 3, colorModel: .rgb))
        try change(&layer)
        return LayeredImage(width: 4, height: 3, layers: [layer])
    }

    private func reason(_ image: LayeredImage, as format: ImageFormat = .psd) -> String? {
        do throws(ImageCodecError) {
            _ = try image.encoded(as: format)
            return nil
        } catch {
            guard case .invalidLayer(_, let reason) = error else { return "\(error)" }
            return reason
        }
    }

    @Test func masksOfAnotherSizeOrKind() throws {
        for (width, height, model) in [(4, 4, RasterImage.ColorModel.gray), (3, 3, .gray), (4, 3, .rgb)] {
            let image = try image { $0.mask = try RasterImage(width: width, height: height, colorModel: model) }
            #expect(reason(image) == "its mask must be a grey picture of the layer's 4 x 3 pixels")
        }
    }

    @Test(arguments: [-0.1, 1.1, .nan, .infinity]) func opacitiesThatAreNone(opacity: Double) throws {
        #expect(try reason(image { $0.opacity = opacity })?.hasPrefix("its opacity is") == true)
    }

    @Test(arguments: [Int.max, .min, 30_001, -30_001]) func placesFarAway(place: Int) throws {
        #expect(try reason(image { $0.x = place })?.hasPrefix("its corner") == true)
        #expect(try reason(image { $0.y = place })?.hasPrefix("its corner") == true)
    }

    @Test func longNames() throws {
        #expect(try reason(image { $0.name = String(repeating: "é", count: 256) })?.hasPrefix("its name") == true)
        #expect(try reason(image { $0.name = String(repeating: "é", count: 255) }) == nil)
    }

    @Test func noLayers() {
        #expect(reason(LayeredImage(width: 2, height: 2)) == "there is none; give the picture at least one")
    }

    @Test func tooManyLayers() throws {
        var image = try image { _ in }
        image.layers = [LayeredImage.Layer](repeating: image.layers[0], count: LayeredImage.maxLayers + 1)
        #expect(throws: ImageCodecError.invalidOption(name: "the number of layers", value: 8_001, allowed: 1...8_000)) {
            try image.encoded()
        }
    }

    @Test(arguments: [(0, 1), (1, 0), (-1, 5), (Int.min, Int.max)]) func canvasesThatAreNone(width: Int, height: Int)
        throws
    {
        var image = try image { _ in }
        (image.width, image.height) = (width, height)
        #expect(throws: ImageCodecError.picture(.emptyPicture(width: width, height: height))) {
            try image.encoded()
        }
    }

    @Test func canvasesBeyondTheFormats() throws {
        var image = try image { _ in }
        (image.width, image.height) = (30_001, 1)
        #expect(
            throws: ImageCodecError.tooLarge(width: 30_001, height: 1, maxPixels: 900_000_000, maxSide: 30_000)
        ) { try image.encoded(as: .psd) }
        let large = try PhotoshopFile(image.encoded(as: .psb).array)
        #expect(large.width == 30_001 && large.version == 2)
        image.width = 300_001
        #expect(
            throws: ImageCodecError.tooLarge(
                width: 300_001, height: 1, maxPixels: 90_000_000_000, maxSide: 300_000)
        ) { try image.encoded(as: .psb) }
        image.width = Int.max
        #expect(throws: ImageCodecError.self) { try image.encoded(as: .psb) }
    }

    @Test func layersBeyondTheFormat() throws {
        let wide = try RasterImage(width: 30_001, height: 1, colorModel: .gray)
        let image = LayeredImage(width: 4, height: 3, layers: [.init(name: "wide", image: wide)])
        #expect(reason(image) == "it has 30001 x 1 pixels, and PSD allows 30000 a side")
        #expect(reason(image, as: .psb) == nil)
    }

    @Test func formatsWithoutLayers() throws {
        let (image, folder) = (try image { _ in }, try TemporaryFolder())
        #expect(throws: ImageCodecError.notWritten(format: .png)) { try image.encoded(as: .png) }
        let path = folder.path("a.png")
        #expect(throws: ImageCodecError.notWritten(format: .png, path: path)) { try image.write(to: path) }
        let other = folder.path("a.xyz")
        #expect(throws: ImageCodecError.unknownExtension(path: other)) { try image.write(to: other) }
        #expect(folder.names.isEmpty)
    }

    @Test func placesThatCannotBeWritten() throws {
        let path = try TemporaryFolder().path("missing/a.psd")
        #expect(throws: ImageCodecError.self) { try image { _ in }.write(to: path) }
    }

    @Test func numbersOfThreadsThatCannotBe() throws {
        #expect(throws: ImageCodecError.invalidOption(name: "the number of threads", value: 0, allowed: 1...1024)) {
            try image { _ in }.encoded(options: EncodingOptions(threadCount: 0))
        }
    }

    @Test func packBitsGoesBothWays() throws {
        var generator = SeededGenerator(seed: 9)
        for count in Array(0...20) + [127, 128, 129, 130, 255, 256, 257, 1_000] {
            for alphabet: UInt8 in [1, 2, 3, 255] {
                let bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) % alphabet }
                var packed = [UInt8](repeating: 0, count: PackBits.bound(count))
                let length = bytes.withUnsafeBufferPointer { source in
                    packed.withUnsafeMutableBufferPointer { target -> Int in
                        guard let from = source.baseAddress, let to = target.baseAddress else { return 0 }
                        return PackBits.pack(from, count: count, to: to)
                    }
                }
                #expect(length <= PackBits.bound(count))
                #expect(try PhotoshopFile.unpacked(Array(packed.prefix(length))) == bytes)
            }
        }
    }
}
