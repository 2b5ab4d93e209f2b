import KernelDispatch
import Raster
import Threads

/// What a plan draws one by one: matte and shadow, each a picture of the canvas's size.
extension CompositePlan {
    /// The matte as a grey picture of the picture's own bit depth.
    func mask() throws -> RasterImage {
        guard !geometry.isWhole else {
            var mask = try result.alpha.image(bitDepth: image.bitDepth, pool: pool)
            mask.resolution = image.resolution
            return mask
        }
        var mask = try grayCanvas(.gray)
        mask.warnings = warnings
        let resampling = Resampling(columns: .resampling(geometry.columns), rows: .resampling(geometry.rows))
        try result.withRows(tables) { parts in
            try drawAlpha(of: parts(.silhouette), resampling, into: &mask, behind: 0)
        }
        return mask
    }

    /// The shadow's colour, and as alpha its opacity as image editors mean it; nil where there is none.
    func shadowLayer() throws -> RasterImage? {
        guard let layer = shadow else { return nil }
        let model: RasterImage.ColorModel = layer.color.isNeutral ? .grayAlpha : .rgba
        var picture = try grayCanvas(model)
        picture.warnings = warnings.filter { if case .blendedAsEncoded = $0 { false } else { true } }
        if model.colorChannelCount == image.colorModel.colorChannelCount {
            picture.iccProfile = image.iccProfile
        }
        let color = converted(layer.color)
        try picture.fill([color.red, color.green, color.blue], pool: pool)
        try drawAlpha(of: layer.grid, layer.resampling, into: &picture, behind: model.colorChannelCount)
        return picture
    }

    private func grayCanvas(_ model: RasterImage.ColorModel) throws(RasterError) -> RasterImage {
        var canvas = try RasterImage(
            width: geometry.width, height: geometry.height, colorModel: model, bitDepth: image.bitDepth)
        if geometry.isCopy { canvas.resolution = image.resolution }
        return canvas
    }

    /// The fourth number of rows of light, in the channel `behind` so many others.
    private func drawAlpha(
        of source: some LightRows & Sendable, _ resampling: Resampling, into target: inout RasterImage,
        behind colors: Int
    ) throws {
        let (width, height) = (target.width, target.height)
        let stride = target.colorModel.channelCount
        let bandRows = 16
        let each = resampling.scratchCount + 5 * width
        let scratch = try PixelStorage(
            byteCount: each * pool.threadCount * MemoryLayout<Float>.stride, purpose: "rows of a matte")
        let floats = scratch.base.bindMemory(to: Float.self, capacity: each * pool.threadCount)
        try target.withMutableSamples { output in
            pool.forEach((height + bandRows - 1) / bandRows) { band, slot in
                let row = floats + slot * each
                let alpha = row + 4 * width
                var state = Resampling.State(resampling, scratch: alpha + width)
                for y in band * bandRows..<min((band + 1) * bandRows, height) {
                    resampling.fill(y, from: source, into: row, state: &state)
                    kernels.alphaOfRow(row, into: alpha, count: width)
                    let first = y * width * stride + colors
                    switch output {
                    case .eight(let output):
                        kernels.quantizeChannel8(alpha, output + first, stride: stride, count: width)
                    case .sixteen(let output):
                        kernels.quantizeChannel16(alpha, output + first, stride: stride, count: width)
                    }
                }
            }
        }
        withExtendedLifetime(scratch) {}
    }
}

extension RasterImage {
    /// One colour everywhere, in all channels but alpha.
    fileprivate mutating func fill(_ parts: [Double], pool: ThreadPool) throws(RasterError) {
        let (width, channels, colors) = (width, colorModel.channelCount, colorModel.colorChannelCount)
        let scale = bitDepth == .eight ? 255.0 : 65_535
        let samples = parts.prefix(colors).map { UInt16(($0 > 0 ? min($0, 1) : 0) * scale + 0.5) }
        guard samples.contains(where: { $0 > 0 }) else { return }
        let height = height
        try withMutableSamples { output in
            pool.forEach(height) { y, _ in
                for x in 0..<width {
                    for c in 0..<colors {
                        let index = (y * width + x) * channels + c
                        switch output {
                        case .eight(let output): output[index] = UInt8(truncatingIfNeeded: samples[c])
                        case .sixteen(let output): output[index] = samples[c]
                        }
                    }
                }
            }
        }
    }
}
