import Raster
import Testing

@testable import ImageCodecs

@Suite struct OrientationTests {
    /// Where the upright picture's pixel comes from, straight from EXIF's table: row 0 and column 0 of the stored
    /// picture are, for 1: top, left; 2: top, right; 3: bottom, right; 4: bottom, left; 5: left, top; 6: right, top;
    /// 7: right, bottom; 8: left, bottom.
    static func source(_ orientation: Orientation, x: Int, y: Int, width: Int, height: Int) -> (x: Int, y: Int) {
        switch orientation {
        case .upright: (x, y)
        case .mirrored: (width - 1 - x, y)
        case .upsideDown: (width - 1 - x, height - 1 - y)
        case .flipped: (x, height - 1 - y)
        case .transposed: (y, x)
        case .turnedLeft: (y, height - 1 - x)
        case .transversed: (width - 1 - y, height - 1 - x)
        case .turnedRight: (width - 1 - y, x)
        }
    }

    /// Sizes around the tile of 16 x 64; pixels of 1, 2, 3, 4, 6 and 8 bytes.
    @Test(arguments: Orientation.allCases, [(1, 1), (1, 40), (33, 1), (64, 16), (67, 45)])
    func everyPixelSizeTurns(orientation: Orientation, size: (width: Int, height: Int)) throws {
        for colorModel in RasterImage.ColorModel.allCases {
            for bitDepth in RasterImage.BitDepth.allCases {
                let image = try RasterImage.noise(
                    width: size.width, height: size.height, colorModel: colorModel, bitDepth: bitDepth)
                let turned = try Self.turn(image, orientation)
                let channels = colorModel.channelCount
                let (before, after) = (image.samples, turned.samples)
                var differences = 0
                for y in 0..<turned.height {
                    for x in 0..<turned.width {
                        let from = Self.source(orientation, x: x, y: y, width: size.width, height: size.height)
                        let (target, source) = (y * turned.width + x, from.y * size.width + from.x)
                        for channel in 0..<channels
                        where after[target * channels + channel] != before[source * channels + channel] {
                            differences += 1
                        }
                    }
                }
                #expect(differences == 0, "\(orientation), \(colorModel), \(bitDepth)")
            }
        }
    }

    static func turn(_ image: RasterImage, _ orientation: Orientation) throws -> RasterImage {
        let storage = try OrientationTransform.apply(
            orientation, to: image.storage.copy(), width: image.width, height: image.height,
            bytesPerPixel: image.colorModel.channelCount * image.bitDepth.rawValue / 8)
        let (width, height) = orientation.swapsSides ? (image.height, image.width) : (image.width, image.height)
        return RasterImage(
            width: width, height: height, colorModel: image.colorModel, bitDepth: image.bitDepth, iccProfile: nil,
            metadata: ImageMetadata(), warnings: [], storage: storage)
    }
}
