import Files
import Foundation
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// Writes files of every format that this build writes, for other programs to read, and reads files that they wrote: see
/// `Tests/Formats/run`.
@Suite struct SampleFiles {
    static let folder = ProcessInfo.processInfo.environment["MATTING_FORMAT_SAMPLES"]

    /// A disc with a soft edge; colours under alpha 0 are 0.
    static func picture(_ model: RasterImage.ColorModel, _ depth: RasterImage.BitDepth) throws -> RasterImage {
        let (width, height) = (61, 47)
        var image = try RasterImage(width: width, height: height, colorModel: model, bitDepth: depth)
        let full = depth == .eight ? 255.0 : 65_535.0
        func value(_ index: Int) -> Double {
            let channels = model.channelCount
            let (x, y) = (index / channels % width, index / channels / width)
            let distance = (Double((x - 30) * (x - 30) + (y - 23) * (y - 23))).squareRoot()
            let alpha = min(max((22 - distance) / 9, 0), 1)
            if model.hasAlpha, index % channels == channels - 1 { return alpha }
            if model.hasAlpha, alpha == 0 { return 0 }
            return [Double(x) / 60, Double(y) / 46, 0.3][index % channels]
        }
        switch depth {
        case .eight:
            try image.withMutableSamples8 { pixels in
                for index in pixels.indices { pixels[index] = UInt8((value(index) * full).rounded()) }
            }
        case .sixteen:
            try image.withMutableSamples16 { pixels in
                for index in pixels.indices { pixels[index] = UInt16((value(index) * full).rounded()) }
            }
        }
        image.iccProfile = ProfileBuilder.profile(space: model.colorChannelCount == 1 ? "GRAY" : "RGB ")
        image.resolution = RasterImage.Resolution(horizontal: 300, vertical: 300)
        image.exif = TIFFBuilder(
            primary: [.text(0x010F, "Maker"), .text(0x8298, "(c) Ann")], exif: [.short(0x8827, 400)]
        ).bytes()
        return image
    }

    @Test(.enabled(if: folder != nil)) func areWritten() throws {
        let folder = try #require(Self.folder)
        for model in RasterImage.ColorModel.allCases {
            for depth in RasterImage.BitDepth.allCases {
                let image = try Self.picture(model, depth)
                let name = "\(folder)/\(model)-\(depth.rawValue)"
                try raw(image).write(to: URL(fileURLWithPath: name + ".raw"))
                for (compression, label) in [(TIFFCompression.deflate, "deflate"), (.lzw, "lzw"), (.none, "none")] {
                    try image.write(
                        to: "\(name)-\(label).tif", options: EncodingOptions(tiffCompression: compression))
                }
                try image.write(to: name + ".psd")
                try image.write(to: name + ".psb")
                guard ImageFormat.webp.canWrite, depth == .eight else { continue }
                try image.write(to: name + "-lossless.webp")
                try image.write(
                    to: name + "-lossy.webp", options: EncodingOptions(webpCompression: .lossy(quality: 90)))
            }
        }
        for depth in RasterImage.BitDepth.allCases {
            for format in [ImageFormat.psd, .psb] {
                try layers(depth).write(to: "\(folder)/layers-\(depth.rawValue).\(format.pathExtensions[0])")
            }
        }
    }

    /// Each file beside which no `.ours` lies becomes one: its pixels, and a line of what they are; of layers the matte.
    @Test(.enabled(if: folder != nil)) func areRead() throws {
        let folder = try #require(Self.folder) + "/foreign"
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() {
            guard let format = ImageFormat(path: name), format.canRead || format.supportsLayers else { continue }
            let image = try RasterImage(matteIn: BytePath("\(folder)/\(name)"))
            let head = "\(image.width) \(image.height) \(image.colorModel.channelCount) \(image.bitDepth.rawValue)"
            let warnings = image.warnings.map(\.description).joined(separator: "; ")
            try (Data("\(head) \(warnings)\n".utf8) + raw(image)).write(
                to: URL(fileURLWithPath: "\(folder)/\(name).ours"))
        }
    }

    private func raw(_ image: RasterImage) -> Data {
        switch image.bitDepth {
        case .eight: image.withSamples8 { Data($0) }
        case .sixteen: image.withSamples16 { Data(buffer: $0) }
        }
    }

    /// Original, shadow, and the cut-out by a mask.
    private func layers(_ depth: RasterImage.BitDepth) throws -> LayeredImage {
        let cutout = try Self.picture(.rgba, depth)
        let original = try Self.picture(.rgb, depth)
        var mask = try RasterImage(width: 61, height: 47, colorModel: .gray, bitDepth: depth)
        switch depth {
        case .eight:
            try mask.withMutableSamples8 { target in
                cutout.withSamples8 { source in for i in target.indices { target[i] = source[4 * i + 3] } }
            }
        case .sixteen:
            try mask.withMutableSamples16 { target in
                cutout.withSamples16 { source in for i in target.indices { target[i] = source[4 * i + 3] } }
            }
        }
        return LayeredImage(
            like: original,
            layers: [
                .init(name: "Original", image: original, isVisible: false),
                .init(
                    name: "Shadow", image: try Self.picture(.grayAlpha, depth), x: 7, y: -5, opacity: 0.5,
                    blendMode: .multiply),
                .init(name: "Ausschnitt ✂", image: original, mask: mask),
            ])
    }
}
