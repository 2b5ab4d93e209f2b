import ImageCodecs
import Raster

/// Repeatable numbers: SplitMix64 (Steele et al. 2014).
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

extension RasterImage {
    /// A picture of seeded noise in all channels.
    static func noise(
        width: Int, height: Int, colorModel: ColorModel, bitDepth: BitDepth = .eight, seed: UInt64 = 1
    ) throws -> RasterImage {
        var image = try RasterImage(width: width, height: height, colorModel: colorModel, bitDepth: bitDepth)
        var generator = SeededGenerator(seed: seed)
        switch bitDepth {
        case .eight:
            try image.withMutableSamples8 { pixels in
                for index in pixels.indices { pixels[index] = UInt8(truncatingIfNeeded: generator.next()) }
            }
        case .sixteen:
            try image.withMutableSamples16 { pixels in
                for index in pixels.indices { pixels[index] = UInt16(truncatingIfNeeded: generator.next()) }
            }
        }
        return image
    }

    /// A smooth picture with a little noise, as photographs are, and flat at its left edge.
    static func waves(
        width: Int, height: Int, colorModel: ColorModel, bitDepth: BitDepth = .eight
    ) throws -> RasterImage {
        var image = try RasterImage(width: width, height: height, colorModel: colorModel, bitDepth: bitDepth)
        let channels = colorModel.channelCount
        var generator = SeededGenerator(seed: 2)
        func value(_ index: Int) -> Int {
            let (pixel, channel) = (index / channels, index % channels)
            let (x, y) = (pixel % width, pixel / width)
            if x < width / 3 { return 0 }
            return 30 * channel + (x &* 3 ^ y) / 8 % 120 + Int(generator.next() % 4)
        }
        switch bitDepth {
        case .eight:
            try image.withMutableSamples8 { pixels in
                for index in pixels.indices { pixels[index] = UInt8(value(index)) }
            }
        case .sixteen:
            try image.withMutableSamples16 { pixels in
                for index in pixels.indices { pixels[index] = UInt16(value(index) * 257) }
            }
        }
        return image
    }

    /// Whether both have the same samples, compared at once.
    func isEqual(to other: RasterImage) -> Bool {
        guard width == other.width, height == other.height, colorModel == other.colorModel else { return false }
        return switch (bitDepth, other.bitDepth) {
        case (.eight, .eight): withSamples8 { mine in other.withSamples8 { mine.elementsEqual($0) } }
        case (.sixteen, .sixteen): withSamples16 { mine in other.withSamples16 { mine.elementsEqual($0) } }
        default: false
        }
    }

    /// All samples, whatever their depth.
    var samples: [Int] {
        switch bitDepth {
        case .eight: withSamples8 { $0.map(Int.init) }
        case .sixteen: withSamples16 { $0.map(Int.init) }
        }
    }
}

extension ImageFormat {
    /// Formats that this build reads and writes: PNG and JPEG, and what its traits bring.
    static let bothWays = allCases.filter { $0.canRead && $0.canWrite }
}

extension EncodedImage {
    var array: [UInt8] { withBytes { Array($0) } }
}
