import Raster

/// A picture of layers, as Photoshop keeps them: original, cut-out, matte as a mask, shadow.
///
/// It is written as PSD or PSB, whose readers without layers see what the visible ones make together. All layers have the
/// colours of ``iccProfile`` (sRGB without one); nothing is converted. The file has 16 bits where any layer has.
public struct LayeredImage: Sendable {
    /// Of the canvas, in pixels, 1 to 30,000 in a PSD and 300,000 in a PSB.
    public var width: Int
    /// Of the canvas, in pixels.
    public var height: Int
    /// From the bottom to the top; at least one, at most ``maxLayers``.
    public var layers: [Layer]
    /// ICC profile of all layers' colours.
    public var iccProfile: [UInt8]?
    /// How densely the pixels are meant to be printed.
    public var resolution: RasterImage.Resolution?
    /// What a caller should know of how the layers were made; empty most of the time, and not written.
    public package(set) var warnings: [DecodingWarning] = []
    /// What else was said of the picture.
    package var metadata = ImageMetadata()

    /// What is said of the picture beside its pixels, with the resolution as it is now.
    var writtenMetadata: ImageMetadata {
        var all = metadata
        all.resolution = resolution
        return all
    }

    /// The layer whose mask is the matte, in what is written and what is read.
    package static let subjectName = "Subject"

    /// Layers that a file can have.
    public static let maxLayers = 8_000

    /// Layers on a canvas. What does not fit is found when it is encoded.
    public init(
        width: Int, height: Int, layers: [Layer] = [], iccProfile: [UInt8]? = nil,
        resolution: RasterImage.Resolution? = nil
    ) {
        self.width = width
        self.height = height
        self.layers = layers
        self.iccProfile = iccProfile
        self.resolution = resolution
    }

    /// A canvas of a picture's size, with its profile, resolution and metadata, and without layers.
    public init(like image: RasterImage, layers: [Layer] = []) {
        self.init(
            width: image.width, height: image.height, layers: layers, iccProfile: image.iccProfile,
            resolution: image.resolution)
        metadata = image.metadata
    }

    /// A picture at a place on the canvas.
    public struct Layer: Sendable {
        /// As it is shown in the list of layers; at most 255 UTF-16 units.
        public var name: String
        /// Its pixels, of any colour model and depth; alpha is straight.
        public var image: RasterImage
        /// Its left edge, in pixels from the canvas' left one; may lie outside.
        public var x: Int
        /// Its upper edge, in pixels from the canvas' upper one; may lie outside.
        public var y: Int
        /// Grey, of the size of ``image``: white shows it, black hides it, and it can be painted on.
        public var mask: RasterImage?
        /// 0 ... 1.
        public var opacity: Double
        /// How it changes what lies under it.
        public var blendMode: BlendMode
        /// Whether it is shown when the file is opened.
        public var isVisible: Bool

        /// A layer at the upper left corner, unless told otherwise.
        public init(
            name: String, image: RasterImage, x: Int = 0, y: Int = 0, mask: RasterImage? = nil, opacity: Double = 1,
            blendMode: BlendMode = .normal, isVisible: Bool = true
        ) {
            self.name = name
            self.image = image
            self.x = x
            self.y = y
            self.mask = mask
            self.opacity = opacity
            self.blendMode = blendMode
            self.isVisible = isVisible
        }
    }

    /// How a layer changes what lies under it.
    @nonexhaustive public enum BlendMode: Sendable, Equatable, CaseIterable {
        /// It covers.
        case normal
        /// It darkens, as a shadow or a glass of its colour does.
        case multiply
    }
}
