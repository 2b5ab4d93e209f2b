import ImageCodecs
import Raster
import Testing

/// What users read: every message names the problem and, where there is one, the way out.
@Suite struct MessageTests {
    static let errors: [(ImageCodecError, String)] = [
        (.unreadableFile(path: nil, reason: "Is a directory"), "cannot be read: Is a directory"),
        (.unreadableFile(path: "a.png", reason: "Is a directory"), "a.png: cannot be read: Is a directory"),
        (
            .fileTooLarge(limit: 10, path: "a.png"),
            "a.png: is longer than the limit of 10 bytes; raise maxFileBytes if it can be trusted"
        ),
        (.unrecognizedFormat(leadingBytes: [], path: "a.png"), "a.png: is empty"),
        (.unrecognizedFormat(leadingBytes: [10, 255]), "is \(TraitTests.noneOfThem) (it starts with 0a ff)"),
        (
            .notBuiltIn(format: .webp, leadingBytes: TraitTests.webP, path: "a.webp"),
            "a.webp: is WebP, which is not read; build with the trait that reads it (--traits WebP), or convert it: "
                + "dwebp in.webp -o out.png"
        ),
        (
            .notWritten(format: .heif, path: "a.heic"),
            "a.heic: HEIC or AVIF is read, but not written; write PNG or another of \(TraitTests.extensions)"
        ),
        (
            .notWritten(format: .webp),
            "WebP is not written by a build without the trait that brings it (--traits WebP); build with it, or write "
                + "another of \(TraitTests.extensions)"
        ),
        (
            .invalidLayer(name: "shadow", reason: "its opacity is 2.0; use 0 to 1"),
            "the layer \"shadow\" cannot be written: its opacity is 2.0; use 0 to 1"
        ),
        (
            .unsupported(format: .jpeg, feature: "12 bits"),
            "is a JPEG file of a kind that is not supported (12 bits); save it as PNG or baseline JPEG"
        ),
        (
            .unsupported(format: .psd, feature: "CMYK"),
            "is a PSD file of a kind that is not supported (CMYK); save it in RGB or greyscale, with 8 or 16 bits a channel"
        ),
        (
            .malformed(format: .psb, reason: "2 channels", path: "a.psb"),
            "a.psb: is a damaged PSB file (2 channels); save it again"
        ),
        (
            .truncated(format: .psd, rowsDecoded: 0, height: 0),
            "is a PSD file that ends early; get the whole file, or save it again"
        ),
        (
            .noMatte(format: .psd, reason: "it has 2 layers \"Subject\"", path: "a.psd"),
            "a.psd: is a PSD file without a matte: it has 2 layers \"Subject\"; save it with the layer \"Subject\" and its "
                + "layer mask, or save the matte as PNG"
        ),
        (
            .malformed(format: .png, reason: "IDAT: CRC error"),
            "is a damaged PNG file (IDAT: CRC error); get a new copy, or decode leniently to use what is there"
        ),
        (
            .truncated(format: .jpeg, rowsDecoded: 3, height: 9),
            "is a JPEG file that ends early (3 of 9 rows are complete); "
                + "get the whole file, or decode leniently to use what is there"
        ),
        (
            .tooLarge(width: 9, height: 8, maxPixels: 70, maxSide: 10),
            "is too large: 9 x 8 pixels, with limits of 70 pixels and 10 a side; "
                + "scale the picture down, or raise the limits if it can be trusted"
        ),
        (
            .tooManyScans(limit: 100),
            "is a JPEG file with more than 100 scans, made to keep decoders busy; save it again to use it"
        ),
        (
            .tooManySegments(limit: 9),
            "is a JPEG file with more than 9 segments of metadata, made to keep decoders busy; save the picture "
                + "without metadata to use it"
        ),
        (
            .nothingReadable(format: .jpeg, reason: "why", path: "a.jpg"),
            "a.jpg: is a damaged JPEG file of which nothing can be read (why); get a new copy"
        ),
        (
            .metadataTooLarge(limit: 9),
            "has a PNG chunk of more than 9 bytes beside the pixels; save the picture without metadata"
        ),
        (
            .picture(.emptyPicture(width: 0, height: 3)),
            "a picture of 0 x 3 pixels has no pixels; both sides must be at least 1"
        ),
        (
            .alphaNotRepresentable(format: .jpeg),
            "JPEG has no transparency; composite the picture over a background first, or write PNG"
        ),
        (.invalidOption(name: "the JPEG quality", value: 0, allowed: 1...100), "the JPEG quality is 0; use 1 to 100"),
        (.encodingFailed(format: .png, reason: "why"), "the picture could not be encoded as PNG (why)"),
        (
            .unknownExtension(path: "a.gif"),
            "a.gif: the extension names no format to write; use one of \(TraitTests.extensions), or state the format"
        ),
        (.cannotWrite(path: "a.png", reason: "No space left"), "a.png: cannot be written: No space left"),
        (
            .outOfMemory(byteCount: 5, purpose: "a picture"),
            "out of memory: 5 bytes for a picture were refused; use a smaller picture"
        ),
    ]

    @Test(arguments: errors.indices) func errorsSayWhatToDo(index: Int) {
        #expect(Self.errors[index].0.description == Self.errors[index].1)
    }

    @Test func warningsSayWhatWasLost() {
        let decoding: [(DecodingWarning, String)] = [
            (
                .cmykConvertedWithoutProfile,
                "CMYK was converted to RGB without a colour profile; the colours are approximate"
            ),
            (.truncated(rowsDecoded: 4), "the file ends early; 4 rows are complete"),
            (.damaged(reason: "why", rowsDecoded: 4), "the file is damaged after 4 rows (why)"),
            (.iccProfileDropped(reason: "why"), "the colour profile was dropped (why)"),
            (
                .colorSpaceDropped(reason: "why"),
                "the colours are not sRGB (why), which is not kept; embed a profile, or convert the picture to sRGB"
            ),
            (.exifDropped(reason: "why"), "the EXIF data was dropped (why)"),
            (.endMarkMissing, "the file lacks its end; all pixels are there, but metadata behind them may be lost"),
            (
                .background(.exifDropped(reason: "why")),
                "of the background: the EXIF data was dropped (why)"
            ),
            (
                .furtherPicturesIgnored(count: 3),
                "the file holds 3 pictures, such as the frames of an animation; only the first was read"
            ),
            (.metadataDropped(reason: "why"), "some metadata was dropped (why)"), (.remark("why"), "why"),
        ]
        for (warning, text) in decoding { #expect(warning.description == text) }
        let encoding: [(EncodingWarning, String)] = [
            (.iccProfileDropped(reason: "why"), "the colour profile was not written (why)"),
            (.exifDropped(reason: "why"), "the EXIF data was not written (why)"),
            (
                .metadataLeftOut(kinds: ["XMP", "texts (Comment)"]),
                "XMP, texts (Comment): not written, as it may show or tell what was removed from the picture; "
                    + "the policy 'all' of metadata keeps it"
            ),
            (.metadataNotRepresentable(kind: "XMP", format: .jpeg), "XMP: not written, since JPEG cannot hold it"),
            (.remark("why"), "why"), (.reducedToEightBits, "16-bit samples were rounded to 8 bits"),
        ]
        for (warning, text) in encoding { #expect(warning.description == text) }
    }
}
