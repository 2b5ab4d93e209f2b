import KernelDispatch
import Raster

extension MattingResult {
    /// The subject on a transparent ground.
    ///
    /// The colours are the picture's own, bit for bit, wherever anything is visible (alpha > 0 after rounding to the
    /// picture's depth), unless the frame scales them or a shadow lies under a soft edge. Colour profile, EXIF and bit depth
    /// are kept; a picture that was scaled loses its resolution.
    ///
    /// - Parameters:
    ///   - keepsHiddenColors: whether colours stay in the file where alpha is 0. Erased by default: the file is smaller, and
    ///     no background leaks from a picture that looks clean. Of no effect where pixels are scaled or shadowed.
    ///   - framed: which part of the picture is shown, and how large; nil for all of it.
    ///   - shadow: under the subject, as translucent pixels of its colour, mixed as encoded: that is how whoever opens the file
    ///     lays it over something.
    /// - Returns: straight alpha, grey for a grey picture.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/nothingToFrame(threshold:)``,
    ///   ``MattingError/picture(_:)`` where memory is refused.
    public func cutout(
        keepsHiddenColors: Bool = false, framed: Framing? = nil, shadow: Shadow = .none
    ) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            let isGray = image.colorModel.colorChannelCount == 1 && shadow.isNeutral
            let plan = try CompositePlan(
                self, model: isGray ? .gray : .rgb, framed: framed, shadow: shadow, blending: .linearLight)
            return try Cancellation.check {
                var cutout = try RasterImage(
                    width: plan.geometry.width, height: plan.geometry.height, colorModel: isGray ? .grayAlpha : .rgba,
                    bitDepth: image.bitDepth, iccProfile: image.iccProfile)
                cutout.metadata = plan.metadata()
                cutout.warnings = plan.warnings.filter { warning in
                    // Nothing is mixed where nothing is scaled.
                    if case .blendedAsEncoded = warning { !plan.geometry.isCopy } else { true }
                }
                if plan.geometry.isCopy, plan.shadow == nil {
                    try copy(plan.geometry, into: &cutout, keepsHidden: keepsHiddenColors)
                } else {
                    try plan.compositor().draw(into: &cutout)
                }
                return cutout
            }
        }
    }

    /// Pixels as they are, and alpha behind them; where the picture is not, nothing.
    private func copy(_ geometry: FrameGeometry, into cutout: inout RasterImage, keepsHidden: Bool) throws {
        let (stride, colors) = (image.colorModel.channelCount, image.colorModel.colorChannelCount)
        let (left, top) = (Int(geometry.columns.origin), Int(geometry.rows.origin))
        let columns = max(left, 0)..<max(min(left + geometry.width, image.width), max(left, 0))
        try image.withSamples { source in
            try alpha.withValues { values in
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
