import Matting
import Raster
import VideoStreams

/// Makes of a matte what is written: the matte, the subject on a transparent ground, or over something.
struct FrameRenderer {
    enum Kind {
        case matte
        case cutout
        case composite(Background)
    }

    private let kind: Kind
    /// What the frames were read with.
    private let limits: DecodingLimits

    init(_ kind: Kind, limits: DecodingLimits) {
        self.kind = kind
        self.limits = limits
    }

    /// - Throws: ``MattingError`` where memory is refused.
    func picture(_ result: MattingResult) throws(MattingError) -> RasterImage {
        switch kind {
        case .matte: try result.mask()
        case .cutout: try result.cutout()
        case .composite(let background): try result.composite(over: background)
        }
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
        let format = try PlanarFormat(
            width: image.width, height: image.height, sampling: sampling, bitDepth: depth, limits: limits)
        guard let source else {
            return Y4MHeader(format: format, frameRate: rate, isFullRange: sampling == .gray)
        }
        // A matte uses all steps: 0 is background, the highest the subject.
        // A grey film has full range without saying so, which a film in colour must say.
        let isFullRange: Bool? =
            if case .matte = kind {
                true
            } else if source.format.sampling != sampling {
                VideoColors(source).isFullRange
            } else {
                source.isFullRange
            }
        return Y4MHeader(
            format: format, frameRate: source.frameRate, pixelAspect: source.pixelAspect, isFullRange: isFullRange)
    }
}
