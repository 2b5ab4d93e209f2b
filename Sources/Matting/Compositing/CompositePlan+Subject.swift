import KernelDispatch
import Raster

extension CompositePlan {
    /// The subject and its shadow on a transparent ground.
    ///
    /// - Parameters:
    ///   - model: grey or RGB, with alpha.
    ///   - keepsHidden: whether colours stay where alpha is 0; of no effect where pixels are scaled or shadowed.
    func cutout(as model: RasterImage.ColorModel, keepsHidden: Bool) throws -> RasterImage {
        var cutout = try canvas(model)
        if geometry.isCopy, shadow == nil, model.colorChannelCount == image.colorModel.colorChannelCount {
            try copy(into: &cutout, keepsHidden: keepsHidden)
        } else {
            try compositor().draw(into: &cutout)
        }
        return cutout
    }

    /// The subject's colours by themselves, for a layer whose mask is the matte: without shadow, ground and alpha.
    ///
    /// - Parameters:
    ///   - keepsHidden: whether colours stay where alpha is 0; of no effect where pixels are scaled, which are means of what is
    ///     seen.
    ///   - transfer: moves them.
    func subjectLayer(keepsHidden: Bool, transfer: ColorTransfer?) throws -> RasterImage {
        guard let transfer else {
            if geometry.isWhole, keepsHidden { return try image.withoutAlpha() }
            let model: RasterImage.ColorModel = image.colorModel.colorChannelCount == 1 ? .grayAlpha : .rgba
            var plan = self
            plan.shadow = nil
            return try plan.cutout(as: model, keepsHidden: keepsHidden).withoutAlpha()
        }
        var compositor = compositor()
        compositor.shadow = nil
        compositor.transfer = transfer
        guard keepsHidden, geometry.isCopy else {
            var layer = try canvas(model == .gray ? .grayAlpha : .rgba)
            try compositor.draw(into: &layer)
            return try layer.withoutAlpha()
        }
        compositor.part = .whole
        var layer = try canvas(model)
        try compositor.draw(into: &layer)
        return layer
    }

    /// Nothing, at the size of what is made, with what is said of it beside its pixels.
    func canvas(_ model: RasterImage.ColorModel) throws(RasterError) -> RasterImage {
        var canvas = try RasterImage(
            width: geometry.width, height: geometry.height, colorModel: model, bitDepth: image.bitDepth,
            iccProfile: image.iccProfile)
        canvas.metadata = metadata()
        return canvas
    }

    /// Pixels as they are, and alpha behind them; where the picture is not, nothing.
    private func copy(into cutout: inout RasterImage, keepsHidden: Bool) throws {
        let (stride, colors) = (image.colorModel.channelCount, image.colorModel.colorChannelCount)
        let (left, top) = (Int(geometry.columns.origin), Int(geometry.rows.origin))
        let columns = max(left, 0)..<max(min(left + geometry.width, image.width), max(left, 0))
        try image.withSamples { source in
            try result.alpha.withValues { values in
                guard let alpha = values.baseAddress, !columns.isEmpty else { return }
                try cutout.withMutableSamples { target in
                    pool.forEach(geometry.height) { y, _ in
                        let row = y + top
                        guard row >= 0, row < image.height else { return }
                        let first = row * image.width + columns.lowerBound
                        let output = (y * geometry.width + columns.lowerBound - left) * (colors + 1)
                        switch (source, target) {
                        case (.eight(let source), .eight(let target)):
                            kernels.cutOutRow8(
                                source + first * stride, stride: stride, colors: colors, alpha: alpha + first,
                                target + output, count: columns.count, keepsHidden: keepsHidden)
                        case (.sixteen(let source), .sixteen(let target)):
                            kernels.cutOutRow16(
                                source + first * stride, stride: stride, colors: colors, alpha: alpha + first,
                                target + output, count: columns.count, keepsHidden: keepsHidden)
                        default: preconditionFailure("a cut-out has its picture's depth")
                        }
                    }
                }
            }
        }
    }
}
