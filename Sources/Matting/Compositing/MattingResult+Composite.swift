import KernelDispatch
import Raster
import TensorCore
import Threads

extension MattingResult {
    /// The subject over a colour or another picture: `alpha · picture + (1 − alpha) · background`, opaque unless the
    /// colour is translucent.
    ///
    /// Mixed in the picture's own encoding, as image editors do by default, not in linear light. The result has the
    /// picture's size, depth, profile and EXIF. The background's colours are converted into the picture's space: a colour
    /// is one of sRGB, a picture has its own profile, and no profile means sRGB. Where one of the profiles is more than
    /// tone curves and primaries, the colours stay as they are, which the result's ``RasterImage/warnings`` say. A grey
    /// picture over a neutral colour stays grey; over anything else it becomes RGB, which its grey profile does not
    /// describe: encoding leaves that out with a warning.
    ///
    /// - Throws: ``MattingError/image(_:)`` or ``MattingError/computation(_:)`` where memory is refused.
    public func composite(
        over background: Background, framed: Framing? = nil, shadow: Shadow = .none, blending: Blending = .linearLight,
        matching: ColorMatching? = nil
    ) throws(MattingError) -> RasterImage {
        guard framed == nil, shadow == .none, matching == nil else { throw .notMadeYet }
        if case .color(let color) = background, color.alpha < 1 { return try composite(overTranslucent: color) }
        return try MattingError.wrapping {
            let (width, stride) = (image.width, image.colorModel.channelCount)
            let colors = image.colorModel.colorChannelCount
            let isGray = if case .color(let color) = background { colors == 1 && color.isNeutral } else { false }
            let outputColors = isGray ? 1 : 3
            var composite = try RasterImage(
                width: width, height: image.height, colorModel: isGray ? .gray : .rgb, bitDepth: image.bitDepth,
                iccProfile: image.iccProfile)
            composite.metadata = image.metadata
            var conversion: ColorConversion?
            do {
                conversion = try background.conversion(to: composite)
            } catch let defect as ColorSpace.Defect {
                composite.warnings.append(.backgroundNotConverted(reason: defect.reason))
            }
            let backdrop = try GroundRows(
                background, conversion, width: width, height: image.height, colors: outputColors,
                scale: image.bitDepth == .eight ? 255 : 65535, pool: pool)
            try image.withSamples { source in
                try composite.withMutableSamples { target in
                    forEachRow { y, alpha in
                        let (first, output) = (y * width * stride, y * width * outputColors)
                        switch (source, target) {
                        case (.eight(let source), .eight(let target)):
                            kernels.compositeRow8(
                                source + first, stride: stride, colors: colors, alpha: alpha,
                                background: backdrop.row(y), backgroundStride: backdrop.stride, target + output,
                                outputColors: outputColors, count: width)
                        case (.sixteen(let source), .sixteen(let target)):
                            kernels.compositeRow16(
                                source + first, stride: stride, colors: colors, alpha: alpha,
                                background: backdrop.row(y), backgroundStride: backdrop.stride, target + output,
                                outputColors: outputColors, count: width)
                        default: preconditionFailure("a composite has its picture's depth")
                        }
                    }
                }
            }
            return composite
        }
    }
}

extension Background {
    /// From the background's colours to those of a picture that it is laid behind; nil where they are the same.
    ///
    /// - Throws: ``ColorSpace/Defect`` where one of them has a profile that cannot be converted, and it matters.
    fileprivate func conversion(to image: RasterImage) throws(ColorSpace.Defect) -> ColorConversion? {
        switch self {
        case .color(let color):
            // The ends of all channels are black and white in every space.
            if color == .white || color == .black { return nil }
            return ColorConversion(from: .sRGB, to: try ColorSpace(of: image))
        case .image(let picture):
            if picture.iccProfile == image.iccProfile { return nil }
            return ColorConversion(from: try ColorSpace(of: picture), to: try ColorSpace(of: image))
        default: return nil
        }
    }
}

/// A background as floats in the picture's sample range, at the picture's size or one colour repeated.
private struct GroundRows {
    private let pixels: Tensor
    /// Floats from pixel to pixel; 0 for one colour.
    let stride: Int

    init(
        _ background: Background, _ conversion: ColorConversion?, width: Int, height: Int, colors: Int, scale: Float,
        pool: ThreadPool
    ) throws(TensorError) {
        switch background {
        case .color(let color):
            let color = conversion?.converted(color) ?? color
            let values = [color.red, color.green, color.blue].prefix(colors).map { Float($0) * scale }
            self.pixels = try Tensor(shape: TensorShape(height: 1, width: 1, channels: colors), values: Array(values))
            self.stride = 0
        case .image(let image):
            self.pixels = try image.covering(
                width: width, height: height, conversion: conversion, scale: scale, pool: pool)
            self.stride = 3
        default: throw .outOfMemory(byteCount: 0, purpose: "a background that is not made yet")
        }
    }

    /// Valid as long as the backdrop lives.
    func row(_ y: Int) -> UnsafePointer<Float> {
        UnsafePointer(pixels.unsafeBase) + y * pixels.shape.width * stride
    }
}

extension RasterImage {
    /// The largest part in the middle that has the proportions of `width` × `height`, in whole pixels, at that size: RGB
    /// converted, times `scale`, transparency over white.
    fileprivate func covering(
        width: Int, height: Int, conversion: ColorConversion?, scale: Float, pool: ThreadPool
    ) throws(TensorError) -> Tensor {
        // Cut first, then scale: scaling all of a long narrow picture could take any amount of memory.
        let proportion = Double(width) / Double(height)
        let partWidth = min(max(Int((Double(self.height) * proportion).rounded()), 1), self.width)
        let partHeight = min(max(Int((Double(self.width) / proportion).rounded()), 1), self.height)
        let (left, top) = ((self.width - partWidth) / 2, (self.height - partHeight) / 2)
        let averaged = try areaAveraged(
            columns: left..<left + partWidth, rows: top..<top + partHeight, width: min(width, partWidth),
            height: min(height, partHeight), pool: pool)
        let cover = try averaged.resized(height: height, width: width, pool: pool)
        let channels = colorModel.channelCount
        let colorCount = colorModel.colorChannelCount
        return try Tensor(shape: TensorShape(height: height, width: width, channels: 3)) { target in
            guard let target = target.baseAddress else { return }
            pool.forEach(height) { y, _ in
                let row = target + y * width * 3
                for x in 0..<width {
                    let source = cover.unsafeBase + (y * width + x) * channels
                    let uncovered = colorModel.hasAlpha ? 1 - source[channels - 1] : 0
                    for c in 0..<3 {
                        // A mean of thousands of rows of white is a little more than white.
                        let value = source[colorCount == 1 ? 0 : c] + uncovered
                        row[x * 3 + c] = min(value, 1)
                    }
                }
                conversion?.convert(row, count: width)
                for index in 0..<width * 3 { row[index] *= scale }
            }
        }
    }
}

extension MattingError {
    /// While parts of this folder are being written.
    static let notMadeYet = MattingError.invalidOption(
        name: "framed, shadow, matching", value: "set", allowed: "none yet")
}
