import Raster

/// What can go wrong between a file and a ``RasterImage``.
///
/// Every case carries the facts; ``description`` says what to do about them. `path` is `nil` for bytes from memory.
@nonexhaustive public enum ImageCodecError: Error, Sendable, Equatable {
    /// The file could not be opened or read; `reason` is the system's.
    case unreadableFile(path: String?, reason: String)
    /// The file, or what a stream delivered so far, is longer than ``DecodingLimits/maxFileBytes``.
    case fileTooLarge(limit: Int, path: String? = nil)
    /// Nothing that is read, by the leading bytes (at most 64; none if the file is empty).
    case unrecognizedFormat(leadingBytes: [UInt8], path: String? = nil)
    /// A file of a format that this build does not read and another would: ``ImageFormat/trait`` says what is missing.
    case notBuiltIn(format: ImageFormat, leadingBytes: [UInt8], path: String? = nil)
    /// A format that this build does not write.
    case notWritten(format: ImageFormat, path: String? = nil)
    /// A legal file with a feature that is not read, such as lossless JPEG.
    case unsupported(format: ImageFormat, feature: String, path: String? = nil)
    /// The file breaks its format's rules; `reason` is the decoding library's.
    case malformed(format: ImageFormat, reason: String, path: String? = nil)
    /// The file ends before the picture does; `rowsDecoded` rows of `height` are complete.
    case truncated(format: ImageFormat, rowsDecoded: Int, height: Int, path: String? = nil)
    /// Nothing of the file can be used, although damage was to be tolerated; `reason` is the decoding library's.
    case nothingReadable(format: ImageFormat, reason: String, path: String? = nil)
    /// A file of layers in which none is the matte, for `reason`.
    case noMatte(format: ImageFormat, reason: String, path: String? = nil)
    /// The picture is larger than allowed.
    case tooLarge(width: Int, height: Int, maxPixels: Int, maxSide: Int, path: String? = nil)
    /// A JPEG has more scans than ``DecodingLimits/maxScans``.
    case tooManyScans(limit: Int, path: String? = nil)
    /// A JPEG has more segments of metadata than any use of them explains.
    case tooManySegments(limit: Int, path: String? = nil)
    /// A PNG chunk is larger than ``DecodingLimits/maxAncillaryBytes``.
    case metadataTooLarge(limit: Int, path: String? = nil)
    /// A picture could not be made.
    case picture(RasterError)
    /// The picture has transparency and the format has not.
    case alphaNotRepresentable(format: ImageFormat)
    /// A layer of a ``LayeredImage`` cannot be written, for `reason`.
    case invalidLayer(name: String, reason: String)
    /// An option is outside its range.
    case invalidOption(name: String, value: Int, allowed: ClosedRange<Int>)
    /// Encoding stopped for the library's `reason`.
    case encodingFailed(format: ImageFormat, reason: String)
    /// The path's extension names no format to write.
    case unknownExtension(path: String)
    /// The file could not be written; `reason` is the system's. What was at `path` before is still there,
    /// unless the reason says that the file was written; devices and pipes may have a part of it.
    case cannotWrite(path: String, reason: String)
    /// The system refused a thread to work on.
    case noThread
    /// The system refused `byteCount` bytes for `purpose`.
    case outOfMemory(byteCount: Int, purpose: String)
}

extension ImageCodecError {
    /// Rethrows what making or changing a picture throws.
    package static func wrapping<Result>(_ body: () throws(RasterError) -> Result) throws(ImageCodecError) -> Result {
        do throws(RasterError) {
            return try body()
        } catch {
            if case .outOfMemory(let byteCount, let purpose) = error {
                throw .outOfMemory(byteCount: byteCount, purpose: purpose)
            }
            throw .picture(error)
        }
    }
}

extension ImageCodecError: CustomStringConvertible {
    public var description: String {
        guard let path else { return problem }
        return "\(path): \(problem)"
    }

    /// The file concerned, if known.
    public var path: String? {
        switch self {
        case .unreadableFile(let path, _), .fileTooLarge(_, let path), .unrecognizedFormat(_, let path),
            .unsupported(_, _, let path), .malformed(_, _, let path), .truncated(_, _, _, let path),
            .tooLarge(_, _, _, _, let path), .tooManyScans(_, let path), .metadataTooLarge(_, let path),
            .nothingReadable(_, _, let path), .tooManySegments(_, let path), .notBuiltIn(_, _, let path),
            .notWritten(_, let path), .noMatte(_, _, let path):
            path
        case .unknownExtension(let path), .cannotWrite(let path, _):
            path
        case .picture, .alphaNotRepresentable, .invalidLayer, .invalidOption, .encodingFailed, .noThread, .outOfMemory:
            nil
        }
    }

    /// The same error about the file at `path`.
    package func about(path: String) -> ImageCodecError {
        switch self {
        case .unreadableFile(_, let reason): .unreadableFile(path: path, reason: reason)
        case .fileTooLarge(let limit, _): .fileTooLarge(limit: limit, path: path)
        case .unrecognizedFormat(let bytes, _): .unrecognizedFormat(leadingBytes: bytes, path: path)
        case .notBuiltIn(let format, let bytes, _): .notBuiltIn(format: format, leadingBytes: bytes, path: path)
        case .notWritten(let format, _): .notWritten(format: format, path: path)
        case .unsupported(let format, let feature, _): .unsupported(format: format, feature: feature, path: path)
        case .malformed(let format, let reason, _): .malformed(format: format, reason: reason, path: path)
        case .truncated(let format, let rows, let height, _):
            .truncated(format: format, rowsDecoded: rows, height: height, path: path)
        case .tooLarge(let width, let height, let maxPixels, let maxSide, _):
            .tooLarge(width: width, height: height, maxPixels: maxPixels, maxSide: maxSide, path: path)
        case .tooManyScans(let limit, _): .tooManyScans(limit: limit, path: path)
        case .metadataTooLarge(let limit, _): .metadataTooLarge(limit: limit, path: path)
        case .tooManySegments(let limit, _): .tooManySegments(limit: limit, path: path)
        case .nothingReadable(let format, let reason, _): .nothingReadable(format: format, reason: reason, path: path)
        case .noMatte(let format, let reason, _): .noMatte(format: format, reason: reason, path: path)
        case .picture, .alphaNotRepresentable, .invalidLayer, .invalidOption, .encodingFailed, .unknownExtension,
            .cannotWrite, .noThread, .outOfMemory:
            self
        }
    }

    /// The message without the path.
    private var problem: String {
        switch self {
        case .unreadableFile(_, let reason):
            "cannot be read: \(reason)"
        case .fileTooLarge(let limit, _):
            "is longer than the limit of \(limit) bytes; raise maxFileBytes if it can be trusted"
        case .unrecognizedFormat(let bytes, _), .notBuiltIn(_, let bytes, _):
            Self.unrecognized(bytes)
        case .notWritten(let format, _):
            Self.unwritten(format)
        case .unsupported(let format, let feature, _):
            "is a \(format) file of a kind that is not supported (\(feature)); "
                + (format.supportsLayers
                    ? "save it in RGB or greyscale, with 8 or 16 bits a channel" : "save it as PNG or baseline JPEG")
        case .malformed(let format, let reason, _) where format.supportsLayers:
            "is a damaged \(format) file (\(reason)); save it again"
        case .malformed(let format, let reason, _):
            "is a damaged \(format) file (\(reason)); get a new copy, or decode leniently to use what is there"
        case .truncated(let format, _, _, _) where format.supportsLayers:
            "is a \(format) file that ends early; get the whole file, or save it again"
        case .truncated(let format, let rows, let height, _):
            "is a \(format) file that ends early (\(rows) of \(height) rows are complete); "
                + "get the whole file, or decode leniently to use what is there"
        case .tooLarge(let width, let height, let maxPixels, let maxSide, _):
            "is too large: \(width) x \(height) pixels, with limits of \(maxPixels) pixels and \(maxSide) a side; "
                + "scale the picture down, or raise the limits if it can be trusted"
        case .noMatte(let format, let reason, _):
            "is a \(format) file without a matte: \(reason); save it with the layer \"\(LayeredImage.subjectName)\" and "
                + "its layer mask, or save the matte as PNG"
        case .tooManyScans(let limit, _):
            "is a JPEG file with more than \(limit) scans, made to keep decoders busy; save it again to use it"
        case .nothingReadable(let format, let reason, _):
            "is a damaged \(format) file of which nothing can be read (\(reason)); get a new copy"
        case .tooManySegments(let limit, _):
            "is a JPEG file with more than \(limit) segments of metadata, made to keep decoders busy; save the picture "
                + "without metadata to use it"
        case .metadataTooLarge(let limit, _):
            "has a PNG chunk of more than \(limit) bytes beside the pixels; save the picture without metadata"
        case .picture(let error):
            error.description
        case .alphaNotRepresentable(let format):
            "\(format) has no transparency; composite the picture over a background first, or write PNG"
        case .invalidLayer(let name, let reason):
            "the layer \"\(name)\" cannot be written: \(reason)"
        case .invalidOption(let name, let value, let allowed):
            "\(name) is \(value); use \(allowed.lowerBound) to \(allowed.upperBound)"
        case .encodingFailed(let format, let reason):
            "the picture could not be encoded as \(format) (\(reason))"
        case .unknownExtension:
            "the extension names no format to write; use one of \(Self.writableExtensions), or state the format"
        case .cannotWrite(_, let reason):
            "cannot be written: \(reason)"
        case .noThread:
            "the system refused a thread; end other programs, or raise the limit on processes"
        case .outOfMemory(let byteCount, let purpose):
            "out of memory: \(byteCount) bytes for \(purpose) were refused; use a smaller picture"
        }
    }

    private static func unrecognized(_ bytes: [UInt8]) -> String {
        if bytes.isEmpty { return "is empty" }
        if let foreign = ForeignFormat(leadingBytes: bytes) {
            return foreign.description
        }
        let shown = bytes.prefix(8).map { byte in
            let digits = String(byte, radix: 16)
            return digits.count == 1 ? "0" + digits : digits
        }
        return "is \(noneOfReadable) (it starts with \(shown.joined(separator: " ")))"
    }

    private static var noneOfReadable: String {
        "neither " + ImageFormat.readable.map(\.description).joined(separator: " nor ")
    }

    private static var writableExtensions: String {
        ImageFormat.writable.compactMap(\.pathExtensions.first).map { ".\($0)" }.joined(separator: ", ")
    }

    private static func unwritten(_ format: ImageFormat) -> String {
        if format == .heif {
            return "\(format) is read, but not written; write PNG or another of \(writableExtensions)"
        }
        let trait = format.trait.map { " without the trait that brings it (--traits \($0))" } ?? ""
        return "\(format) is not written by a build\(trait); build with it, or write another of \(writableExtensions)"
    }
}
