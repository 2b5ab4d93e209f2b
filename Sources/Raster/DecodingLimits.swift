/// How much a file may ask of the decoder; checked before anything is allocated.
public struct DecodingLimits: Sendable, Equatable {
    /// Width times height. A picture of this size takes 1 to 8 bytes a pixel.
    public var maxPixels = 100_000_000
    /// Width, and height, in pixels.
    public var maxSide = 32_768
    /// Scans of a JPEG; each one walks over the whole picture, and encoders write about ten.
    public var maxScans = 100
    /// Size of an ICC profile, of an EXIF block, of any PNG chunk other than the pixels, and of all that a JPEG says of
    /// itself in markers that are kept, in bytes. No more than 1,000 such markers are read.
    public var maxAncillaryBytes = 8_000_000
    /// Size of a file or stream, in bytes.
    public var maxFileBytes = 1 << 30

    /// 100 megapixels, 32,768 pixels a side, 100 scans, 8 MB of ancillary data, files of 1 GiB.
    public static let `default` = DecodingLimits()

    /// The default limits, to be changed one by one.
    public init() {}
}
