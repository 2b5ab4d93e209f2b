import KernelDispatch
import Raster
import Threads

extension MattingResult {
    /// The matte as a grey picture of the picture's own bit depth.
    ///
    /// - Parameter framed: which part of it, and how large, as a cut-out of the same frame; nil for all of it.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/nothingToFrame(threshold:)``,
    ///   ``MattingError/picture(_:)`` where memory is refused.
    public func mask(framed: Framing? = nil) throws(MattingError) -> RasterImage {
        guard let framed else {
            var mask = try alpha.image(bitDepth: image.bitDepth, pool: pool)
            mask.resolution = image.resolution
            return mask
        }
        return try MattingError.wrapping {
            let plan = try CompositePlan(self, model: .rgb, framed: framed, shadow: .none, blending: .encoded)
            return try Cancellation.check {
                var mask = try grayCanvas(plan, .gray)
                mask.warnings = plan.warnings
                let (columns, rows) = (plan.geometry.columns, plan.geometry.rows)
                try withRows(plan.tables) { parts in
                    try drawAlpha(
                        of: parts(.silhouette), Resampling(columns: .resampling(columns), rows: .resampling(rows)),
                        into: &mask, behind: 0)
                }
                return mask
            }
        }
    }

    /// A shadow by itself, as a layer under the subject's: for files of layers.
    ///
    /// - Returns: at the size of a cut-out with the same framing, the shadow's colour and as alpha its opacity as image editors
    ///   mean it: grey and alpha for a neutral colour, else RGB and alpha, in the picture's own depth. The picture's profile is
    ///   with it where it describes such pixels. nil for ``Shadow/none``, for an empty matte, and for ``Shadow/kept`` where the
    ///   picture has none that can be told from its ground.
    /// - Throws: as `cutout(keepsHiddenColors:framed:shadow:)`.
    public func shadowLayer(_ shadow: Shadow, framed: Framing? = nil) throws(MattingError) -> RasterImage? {
        try MattingError.wrapping {
            let plan = try CompositePlan(self, model: .rgb, framed: framed, shadow: shadow, blending: .linearLight)
            guard let layer = plan.shadow else { return nil }
            return try Cancellation.check {
                let model: RasterImage.ColorModel = shadow.isNeutral ? .grayAlpha : .rgba
                var picture = try grayCanvas(plan, model)
                picture.warnings = plan.warnings.filter { if case .blendedAsEncoded = $0 { false } else { true } }
                if model.colorChannelCount == image.colorModel.colorChannelCount {
                    picture.iccProfile = image.iccProfile
                }
                let color = plan.converted(layer.color)
                try picture.fill([color.red, color.green, color.blue], pool: pool)
                try drawAlpha(
                    of: layer.grid, layer.resampling, into: &picture, behind: model.colorChannelCount)
                return picture
            }
        }
    }

    private func grayCanvas(_ plan: CompositePlan, _ model: RasterImage.ColorModel) throws(RasterError) -> RasterImage {
        var canvas = try RasterImage(
            width: plan.geometry.width, height: plan.geometry.height, colorModel: model, bitDepth: image.bitDepth)
        if plan.geometry.isCopy { canvas.resolution = image.resolution }
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
