import Files
import ImageCodecs
import MatteRefinement
import Raster

/// A picture to be laid behind subjects, prepared once for many of them: decoded no larger than it is needed, scaled and
/// converted once for each size of canvas and colour space.
///
/// Copies share what is prepared, from whatever threads they are used.
public struct Backdrop: Sendable {
    /// How large the picture is on the canvas.
    @nonexhaustive public enum Scaling: Sendable, Hashable {
        /// So that it covers the whole canvas; what reaches beyond is cut off.
        case cover
        /// So that all of it is seen; what it leaves free has the colour ``Backdrop/surround``.
        case contain
        /// By a factor on its own pixels, above 0 and up to 64, once.
        case factor(Double)
        /// By a factor on its own pixels, above 0 and up to 64, again and again in both directions.
        case tile(Double)
    }

    /// How large the picture is.
    public let scaling: Scaling
    /// Where it stands, and which part of it is cut off: in the middle by default.
    public let position: CanvasPosition
    /// Beside the picture, and behind what of it is transparent. Its own alpha does not count.
    public let surround: RasterColor
    let store: BackdropStore

    /// A picture in memory.
    public init(
        _ image: RasterImage, scaling: Scaling = .cover, position: CanvasPosition = .center,
        surround: RasterColor = .white
    ) {
        self.init(BackdropStore(image), scaling: scaling, position: position, surround: surround)
    }

    /// A file in memory, which is decoded when it is first needed, and no larger than that: a JPEG of 50 megapixels behind a
    /// canvas of 2,000 × 2,000 takes a quarter of its pixels.
    ///
    /// What is wrong with the pixels shows when they are needed; where decoding is lenient as much of a damaged file is shown
    /// as can be read, and a warning says so (``DecodingWarning/background(_:)``).
    ///
    /// - Throws: ``ImageCodecError`` where the file has no format that is read.
    public init(
        decoding bytes: [UInt8], scaling: Scaling = .cover, position: CanvasPosition = .center,
        surround: RasterColor = .white, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        let store = try BackdropStore(decoding: bytes, limits: limits, lenient: lenient)
        self.init(store, scaling: scaling, position: position, surround: surround)
    }

    /// A file, which is read at once and decoded when it is first needed, no larger than that; see
    /// ``init(decoding:scaling:position:surround:limits:lenient:)``.
    ///
    /// - Throws: ``ImageCodecError`` with `path` where the file cannot be read or has no format that is read.
    public init(
        contentsOf path: String, scaling: Scaling = .cover, position: CanvasPosition = .center,
        surround: RasterColor = .white, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        try self.init(
            contentsOf: BytePath(path), scaling: scaling, position: position, surround: surround, limits: limits,
            lenient: lenient)
    }

    /// A file by a name of any bytes.
    package init(
        contentsOf path: BytePath, scaling: Scaling = .cover, position: CanvasPosition = .center,
        surround: RasterColor = .white, limits: DecodingLimits = .default, lenient: Bool = false
    ) throws(ImageCodecError) {
        let store = try WholeFile.read(path, limits: limits) { (bytes) throws(ImageCodecError) in
            try BackdropStore(decoding: Array(bytes), path: path.description, limits: limits, lenient: lenient)
        }
        self.init(store, scaling: scaling, position: position, surround: surround)
    }

    private init(_ store: BackdropStore, scaling: Scaling, position: CanvasPosition, surround: RasterColor) {
        self.scaling = scaling
        self.position = position
        self.surround = surround
        self.store = store
    }

    /// The same picture in another way, with what is decoded of it.
    public func with(scaling: Scaling, position: CanvasPosition = .center) -> Backdrop {
        Backdrop(store, scaling: scaling, position: position, surround: surround)
    }
}

extension Backdrop {
    func validate() throws(OptionProblem) {
        switch scaling {
        case .cover, .contain: break
        case .factor(let factor), .tile(let factor):
            try OptionProblem.check("backdrop.scaling", factor, above: 0, upTo: 64)
        }
        try position.validate(as: "backdrop.position")
    }
}
