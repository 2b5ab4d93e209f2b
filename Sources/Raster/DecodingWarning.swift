/// Something a caller may want to know about a picture that was decoded or composed.
@nonexhaustive public enum DecodingWarning: Sendable, Equatable, CustomStringConvertible {
    /// The JPEG stores CMYK inks; they were converted without a profile, so the colours are approximate.
    case cmykConvertedWithoutProfile
    /// Lenient decoding only: the file ends early. The first `rowsDecoded` rows are complete; in an interlaced or
    /// progressive file that may be none, although a coarse picture is there.
    case truncated(rowsDecoded: Int)
    /// Lenient decoding only: the file is damaged, for the library's `reason`. The first `rowsDecoded` rows came before.
    case damaged(reason: String, rowsDecoded: Int)
    /// The colour profile does not describe these pixels, or is broken.
    case iccProfileDropped(reason: String)
    /// The colours are not sRGB and have no profile, by chunks of a PNG that are neither applied nor written again.
    case colorSpaceDropped(reason: String)
    /// A background was laid behind a picture without converting its colours, for profiles that cannot be converted.
    case backgroundNotConverted(reason: String)
    /// Something about the picture that was laid behind the subject.
    indirect case background(DecodingWarning)
    /// A composite was mixed in the picture's own encoding, not in linear light, for a profile that does not tell how.
    case blendedAsEncoded(reason: String)
    /// The subject was enlarged by this factor to fill its canvas.
    case subjectEnlarged(scale: Double)
    /// The picture's own shadow was to be kept, and none could be told from its ground.
    case noShadowKept(reason: String)
    /// A shadow was to be drawn, and none can be seen.
    case noShadowDrawn(reason: String)
    /// The EXIF block could not be read; an orientation in it is lost.
    case exifDropped(reason: String)
    /// All pixels are there, and the mark behind them that ends a file is not; metadata that followed them may be lost.
    case endMarkMissing
    /// The file holds `count` pictures, such as the frames of an animation; only the first was read.
    case furtherPicturesIgnored(count: Int)
    /// Metadata other than profile and EXIF that was not kept.
    case metadataDropped(reason: String)
    /// The library's remark about a part of the file that no pixel depends on.
    case remark(String)

    public var description: String {
        switch self {
        case .cmykConvertedWithoutProfile:
            "CMYK was converted to RGB without a colour profile; the colours are approximate"
        case .truncated(let rows):
            "the file ends early; \(rows) rows are complete"
        case .damaged(let reason, let rows):
            "the file is damaged after \(rows) rows (\(reason))"
        case .iccProfileDropped(let reason):
            "the colour profile was dropped (\(reason))"
        case .colorSpaceDropped(let reason):
            "the colours are not sRGB (\(reason)), which is not kept; embed a profile, or convert the picture to sRGB"
        case .backgroundNotConverted(let reason):
            "the background's colours were not converted (\(reason)) and may look different; convert both pictures to sRGB"
        case .background(let warning):
            "of the background: \(warning)"
        case .blendedAsEncoded(let reason):
            "the colours were mixed as encoded, not in linear light (\(reason)); convert the picture to sRGB"
        case .subjectEnlarged(let scale):
            "the subject was enlarged to \(Int((scale * 100).rounded())) % and may look soft; take a larger picture, or a "
                + "smaller canvas"
        case .noShadowKept(let reason):
            "no shadow was kept (\(reason)); draw one instead"
        case .noShadowDrawn(let reason):
            "no shadow was drawn (\(reason)); choose another, or none"
        case .exifDropped(let reason):
            "the EXIF data was dropped (\(reason))"
        case .endMarkMissing:
            "the file lacks its end; all pixels are there, but metadata behind them may be lost"
        case .furtherPicturesIgnored(let count):
            "the file holds \(count) pictures, such as the frames of an animation; only the first was read"
        case .metadataDropped(let reason):
            "some metadata was dropped (\(reason))"
        case .remark(let text):
            text
        }
    }
}
