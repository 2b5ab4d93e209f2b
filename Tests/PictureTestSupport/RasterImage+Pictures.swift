import Matting
import Raster
import Testing
import TestSupport

extension RasterImage {
    /// The largest sample: 255 or 65535.
    package var maximum: Int { bitDepth == .eight ? 255 : 65535 }

    /// All samples, row by row, whatever their depth.
    package var samples: [Int] {
        switch bitDepth {
        case .eight: withSamples8 { $0.map(Int.init) }
        case .sixteen: withSamples16 { $0.map(Int.init) }
        }
    }

    /// A picture of the given samples, row by row.
    package init(
        width: Int, height: Int, colorModel: ColorModel, bitDepth: BitDepth = .eight, samples: [Int],
        iccProfile: [UInt8]? = nil, exif: [UInt8]? = nil
    ) throws {
        try self.init(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, iccProfile: iccProfile,
            exif: exif)
        precondition(samples.count == sampleCount, "\(samples.count) samples for \(sampleCount)")
        switch bitDepth {
        case .eight: try withMutableSamples8 { for index in $0.indices { $0[index] = UInt8(samples[index]) } }
        case .sixteen: try withMutableSamples16 { for index in $0.indices { $0[index] = UInt16(samples[index]) } }
        }
    }

    /// A picture whose pixels `color` computes, as fractions of full scale.
    package static func drawn(
        width: Int, height: Int, colorModel: ColorModel = .rgb, bitDepth: BitDepth = .eight,
        color: (_ x: Int, _ y: Int) -> [Double]
    ) throws -> RasterImage {
        let scale = bitDepth == .eight ? 255.0 : 65535.0
        var samples: [Int] = []
        for y in 0..<height {
            for x in 0..<width { samples += color(x, y).map { Int(($0 * scale).rounded()) } }
        }
        return try RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, samples: samples)
    }

    /// A picture of seeded noise in all channels, with many samples at either end of the range.
    package static func noise(
        width: Int, height: Int, colorModel: ColorModel = .rgb, bitDepth: BitDepth = .eight, seed: UInt64 = 1,
        iccProfile: [UInt8]? = nil, exif: [UInt8]? = nil
    ) throws -> RasterImage {
        var random = SeededGenerator(seed: seed)
        let maximum = bitDepth == .eight ? 255 : 65535
        let samples = (0..<width * height * colorModel.channelCount).map { _ in
            switch random.next() % 8 {
            case 0: 0
            case 1: maximum
            default: Int(truncatingIfNeeded: random.next() % UInt64(maximum + 1))
            }
        }
        return try RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, samples: samples,
            iccProfile: iccProfile, exif: exif)
    }

    /// A picture of one colour, given in samples.
    package static func plain(
        width: Int, height: Int, colorModel: ColorModel = .rgb, bitDepth: BitDepth = .eight, _ color: [Int]
    ) throws -> RasterImage {
        try RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth,
            samples: Array(repeatElement(color, count: width * height).joined()))
    }

    /// A shaded orange ball in the middle of a plain blue-grey ground, its radius a share of the shorter side.
    package static func ball(width: Int = 96, height: Int = 80, radius share: Double = 0.32) throws -> RasterImage {
        let radius = Double(min(width, height)) * share
        return try drawn(width: width, height: height) { x, y in
            let dx = (Double(x) + 0.5 - Double(width) / 2) / radius
            let dy = (Double(y) + 0.5 - Double(height) / 2) / radius
            let square = dx * dx + dy * dy
            guard square < 1 else { return [0.72, 0.78, 0.84] }
            let light = 0.35 + 0.65 * max(0, (1 - square).squareRoot() * 0.7 - dx * 0.35 - dy * 0.5)
            return [0.95 * light, 0.45 * light, 0.1 * light]
        }
    }
}

/// All kinds of pixels, for parameterised tests.
package struct PixelKind: Sendable, CustomTestStringConvertible {
    package let colorModel: RasterImage.ColorModel
    package let bitDepth: RasterImage.BitDepth

    package static let all = RasterImage.ColorModel.allCases.flatMap { model in
        RasterImage.BitDepth.allCases.map { PixelKind(colorModel: model, bitDepth: $0) }
    }

    package var testDescription: String { "\(colorModel), \(bitDepth.rawValue) bits" }

    /// Seeded noise of this kind.
    package func noise(width: Int, height: Int, seed: UInt64 = 1) throws -> RasterImage {
        try .noise(width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, seed: seed)
    }
}
