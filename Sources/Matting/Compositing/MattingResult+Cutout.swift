import KernelDispatch
import Raster
import TensorCore

extension MattingResult {
    /// The subject on a transparent ground.
    ///
    /// The colours are the picture's own, bit for bit, wherever anything is visible (alpha > 0 after rounding to the
    /// picture's depth). Colour profile, EXIF and bit depth are kept.
    ///
    /// - Parameter keepsHiddenColors: whether colours stay in the file where alpha is 0. Erased by default: the file is
    ///   smaller, and no background leaks from a picture that looks clean.
    /// - Returns: straight alpha, grey for a grey picture.
    /// - Throws: ``MattingError/image(_:)`` where memory is refused.
    public func cutout(
        keepsHiddenColors: Bool = false, framed: Framing? = nil, shadow: Shadow = .none
    ) throws(MattingError) -> RasterImage {
        guard framed == nil, shadow == .none else { throw .notMadeYet }
        return try MattingError.wrapping {
            let (width, stride) = (image.width, image.colorModel.channelCount)
            let colors = image.colorModel.colorChannelCount
            var cutout = try RasterImage(
                width: width, height: image.height, colorModel: colors == 1 ? .grayAlpha : .rgba,
                bitDepth: image.bitDepth, iccProfile: image.iccProfile)
            cutout.metadata = image.metadata
            try image.withSamples { source in
                try cutout.withMutableSamples { target in
                    forEachRow { y, alpha in
                        let (first, output) = (y * width * stride, y * width * (colors + 1))
                        switch (source, target) {
                        case (.eight(let source), .eight(let target)):
                            kernels.cutOutRow8(
                                source + first, stride: stride, colors: colors, alpha: alpha, target + output,
                                count: width, keepsHidden: keepsHiddenColors)
                        case (.sixteen(let source), .sixteen(let target)):
                            kernels.cutOutRow16(
                                source + first, stride: stride, colors: colors, alpha: alpha, target + output,
                                count: width, keepsHidden: keepsHiddenColors)
                        default: preconditionFailure("a cut-out has its picture's depth")
                        }
                    }
                }
            }
            return cutout
        }
    }

    /// Calls `body` with each row's number and alpha, on the pool's threads.
    func forEachRow(_ body: (_ y: Int, _ alpha: UnsafePointer<Float>) -> Void) {
        alpha.withValues { values in
            guard let alpha = values.baseAddress else { return }
            pool.forEach(image.height) { y, _ in body(y, alpha + y * image.width) }
        }
    }
}
