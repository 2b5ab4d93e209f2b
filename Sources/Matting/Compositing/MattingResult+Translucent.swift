import KernelDispatch
import Raster
import TensorCore

extension MattingResult {
    /// The subject over a colour through which something would show: what stays transparent of both is the result's
    /// alpha, and its colours are mixed in the shares that they have of the rest, as in Porter and Duff's "over" (1984).
    ///
    /// - Returns: straight alpha; grey where an opaque composite is. Where nothing is visible, black.
    /// - Throws: ``MattingError/image(_:)``, ``MattingError/computation(_:)`` where memory is refused.
    func composite(overTranslucent color: RasterColor) throws(MattingError) -> RasterImage {
        // Parts of a colour can be set to anything.
        let ground = Float(color.alpha > 0 ? min(color.alpha, 1) : 0)
        func visible(_ alpha: Float) -> Float {
            let alpha = alpha > 0 ? min(alpha, 1) : 0
            return alpha + (1 - alpha) * ground
        }
        // Opaque, the colour is mixed by the share that the subject has of what is visible.
        let share = try MattingError.wrapping {
            try alpha.withValues { alphas in
                try Tensor(shape: TensorShape(height: image.height, width: image.width, channels: 1)) { target in
                    for (index, alpha) in alphas.enumerated() {
                        let all = visible(alpha)
                        target[index] = all > 0 && alpha > 0 ? min(min(alpha, 1) / all, 1) : 0
                    }
                }
            }
        }
        var opaque = color
        opaque.alpha = 1
        let mixed = try MattingResult(image: image, alpha: AlphaMatte(share)).composite(over: .color(opaque))
        return try MattingError.wrapping {
            let (width, colors) = (image.width, mixed.colorModel.colorChannelCount)
            var composite = try RasterImage(
                width: width, height: image.height, colorModel: colors == 1 ? .grayAlpha : .rgba,
                bitDepth: image.bitDepth, iccProfile: mixed.iccProfile)
            composite.metadata = mixed.metadata
            composite.warnings = mixed.warnings
            try mixed.withSamples { source in
                try composite.withMutableSamples { target in
                    forEachRow { y, alpha in
                        for x in 0..<width {
                            let (from, to) = ((y * width + x) * colors, (y * width + x) * (colors + 1))
                            let all = visible(alpha[x])
                            switch (source, target) {
                            case (.eight(let source), .eight(let target)):
                                let sample = UInt8((all * 255).rounded())
                                for c in 0..<colors { target[to + c] = sample > 0 ? source[from + c] : 0 }
                                target[to + colors] = sample
                            case (.sixteen(let source), .sixteen(let target)):
                                let sample = UInt16((all * 65535).rounded())
                                for c in 0..<colors { target[to + c] = sample > 0 ? source[from + c] : 0 }
                                target[to + colors] = sample
                            default: preconditionFailure("a composite has its picture's depth")
                            }
                        }
                    }
                }
            }
            return composite
        }
    }
}
