import Files

/// A picture as the bytes of a file.
public struct EncodedImage: Sendable {
    /// What the bytes are.
    public let format: ImageFormat
    /// What the file could not carry; empty for most pictures.
    public let warnings: [EncodingWarning]
    /// The whole file.
    package let bytes: ByteBuffer

    /// Size of the file in bytes.
    public var count: Int { bytes.count }

    /// Reads the bytes; the pointer is valid inside `body` only.
    public func withBytes<Result, Failure: Error>(
        _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try bytes.withBytes(body)
    }
}

/// Something that could not be carried into a file; the pixels are not concerned.
@nonexhaustive public enum EncodingWarning: Sendable, Equatable, CustomStringConvertible {
    /// The colour profile does not describe these pixels, or is broken.
    case iccProfileDropped(reason: String)
    /// The EXIF block is broken, or too long for the format.
    case exifDropped(reason: String)
    /// Kinds of metadata, such as XMP, that ``MetadataPolicy/safe`` keeps out of files.
    case metadataLeftOut(kinds: [String])
    /// A kind of metadata for which the format has no place, or too little.
    case metadataNotRepresentable(kind: String, format: ImageFormat)
    /// The library's remark about a part that no pixel depends on.
    case remark(String)
    /// 16-bit samples were rounded to the 8 bits that the format has.
    case reducedToEightBits

    public var description: String {
        switch self {
        case .iccProfileDropped(let reason): "the colour profile was not written (\(reason))"
        case .exifDropped(let reason): "the EXIF data was not written (\(reason))"
        case .metadataLeftOut(let kinds):
            "\(kinds.joined(separator: ", ")): not written, as it may show or tell what was removed from the picture; "
                + "the policy 'all' of metadata keeps it"
        case .metadataNotRepresentable(let kind, let format): "\(kind): not written, since \(format) cannot hold it"
        case .remark(let text): text
        case .reducedToEightBits: "16-bit samples were rounded to 8 bits"
        }
    }
}
