import KernelDispatch
import Raster

/// A picture and its matte as rows of light: the subject, what is not the subject, its silhouette alone, or all of it.
struct SubjectRows: LightRows, @unchecked Sendable {
    // Unchecked: the pointers are only read, inside the call that was given them.
    enum Part {
        /// Colours by alpha.
        case subject
        /// Colours of the photograph by what alpha leaves.
        case ground
        /// Black by alpha.
        case silhouette
        /// Colours as they are, opaque.
        case whole
    }

    let part: Part
    let samples: Samples
    let alpha: UnsafePointer<Float>
    let width: Int
    /// Samples of a pixel, and how many of them are colours.
    let (stride, colors): (Int, Int)
    let light: UnsafePointer<Float>

    func add(
        row: Int, columns: Range<Int>, weight: Float, into sums: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let first = row * width + columns.lowerBound
        var alpha = alpha + first
        switch part {
        case .silhouette:
            kernels.addAlphaRow(alpha, weight: weight, into: sums, count: columns.count)
            return
        case .ground:
            kernels.complementRow(alpha, into: scratch, count: columns.count)
            alpha = UnsafePointer(scratch)
        case .whole:
            scratch.update(repeating: 1, count: columns.count)
            alpha = UnsafePointer(scratch)
        case .subject: break
        }
        switch samples {
        case .eight(let pixels):
            kernels.addLightRow8(
                pixels + first * stride, stride: stride, colors: colors, light: light, alpha: alpha, weight: weight,
                into: sums, count: columns.count)
        case .sixteen(let pixels):
            kernels.addLightRow16(
                pixels + first * stride, stride: stride, colors: colors, light: light, alpha: alpha, weight: weight,
                into: sums, count: columns.count)
        }
    }
}

extension MattingResult {
    /// Calls `body` with what makes rows of a part of the picture.
    func withRows<Result>(
        _ tables: LightTables, _ body: ((SubjectRows.Part) -> SubjectRows) throws -> Result
    ) throws -> Result {
        var result: Result?
        try photograph.withSamples { photographed in
            try image.withSamples { samples in
                result = try alpha.withValues { values in
                    guard let alpha = values.baseAddress else {
                        preconditionFailure("a picture has at least one pixel")
                    }
                    return try body { part in
                        SubjectRows(
                            part: part, samples: part == .ground ? photographed : samples, alpha: alpha,
                            width: image.width, stride: image.colorModel.channelCount,
                            colors: image.colorModel.colorChannelCount, light: tables.light)
                    }
                }
            }
        }
        guard let result else { preconditionFailure("a picture has at least one pixel") }
        return result
    }
}

/// A whole picture as rows of light, by its own alpha.
struct PictureRows: LightRows, @unchecked Sendable {
    // Unchecked: the pointers are only read, inside the call that was given them.
    let samples: Samples
    let width: Int
    let model: RasterImage.ColorModel
    let light: UnsafePointer<Float>

    func add(
        row: Int, columns: Range<Int>, weight: Float, into sums: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let (stride, colors) = (model.channelCount, model.colorChannelCount)
        let first = (row * width + columns.lowerBound) * stride
        scratch.update(repeating: 1, count: columns.count)
        switch samples {
        case .eight(let pixels):
            if model.hasAlpha {
                kernels.multiplyByAlpha8(scratch, pixels + first, channels: stride, count: columns.count)
            }
            kernels.addLightRow8(
                pixels + first, stride: stride, colors: colors, light: light, alpha: scratch, weight: weight,
                into: sums, count: columns.count)
        case .sixteen(let pixels):
            if model.hasAlpha {
                kernels.multiplyByAlpha16(scratch, pixels + first, channels: stride, count: columns.count)
            }
            kernels.addLightRow16(
                pixels + first, stride: stride, colors: colors, light: light, alpha: scratch, weight: weight,
                into: sums, count: columns.count)
        }
    }
}
