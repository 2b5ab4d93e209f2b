import Matting

/// Makes of a matte what is written: the matte, the subject on a transparent ground, or over something.
struct FrameRenderer {
    enum Kind {
        case matte
        case cutout
        case composite(Background)
    }

    private(set) var kind: Kind

    init(_ kind: Kind) { self.kind = kind }

    /// - Throws: ``MattingError`` where memory is refused.
    mutating func picture(_ result: MattingResult) throws(MattingError) -> RasterImage {
        switch kind {
        case .matte: return try result.mask()
        case .cutout: return try result.cutout()
        case .composite(.color): break
        case .composite(.image(let image)):
            // Scaled and cut once, with the first frame, not with each.
            if image.width != result.image.width || image.height != result.image.height {
                let empty = try AlphaMatte(emptyOfWidth: result.image.width, height: result.image.height)
                let ground = MattingResult(image: result.image, alpha: empty)
                kind = .composite(.image(try ground.composite(over: .image(image))))
            }
        }
        guard case .composite(let background) = kind else { preconditionFailure("it was a composite above") }
        return try result.composite(over: background)
    }

    /// The format of a stream of such pictures.
    ///
    /// - Parameters:
    ///   - image: the first of them.
    ///   - source: the header of the stream that the frames came from; nil where they were pictures.
    func header(of image: RasterImage, source: Y4MHeader?, rate: Y4MHeader.Ratio) throws -> Y4MHeader {
        let depth = source?.format.bitDepth ?? image.bitDepth.rawValue
        let sampling: PlanarFormat.Sampling =
            if case .matte = kind {
                .gray
            } else if let source, source.format.sampling != .gray || image.colorModel.colorChannelCount == 1 {
                source.format.sampling
            } else {
                .full
            }
        let format = try PlanarFormat(width: image.width, height: image.height, sampling: sampling, bitDepth: depth)
        guard let source else {
            return Y4MHeader(format: format, frameRate: rate, isFullRange: sampling == .gray)
        }
        // A matte uses all steps: 0 is background, the highest the subject.
        let isFullRange: Bool? = if case .matte = kind { true } else { source.isFullRange }
        return Y4MHeader(
            format: format, frameRate: source.frameRate, pixelAspect: source.pixelAspect, isFullRange: isFullRange)
    }
}
