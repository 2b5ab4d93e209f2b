/// How large a weight file may be in each respect; checked before memory is asked for.
public struct WeightLimits: Sendable, Equatable {
    /// Bytes of the whole file.
    public var fileByteCount: Int
    /// Bytes of what describes the tensors: of the JSON header or, in a checkpoint, of the pickle and of the archive's
    /// contents, each.
    public var headerByteCount: Int
    /// Tensors in the file.
    public var tensorCount: Int
    /// Dimensions of a tensor.
    public var rank: Int
    /// Bytes of a tensor's name or of a metadata key, as UTF-8.
    public var nameByteCount: Int
    /// Entries of the metadata.
    public var metadataCount: Int

    /// 4 GiB, 8 MB of header, 65,536 tensors, 8 dimensions, names of 256 bytes, 1,024 entries of metadata.
    public static let `default` = WeightLimits(
        fileByteCount: 4 << 30, headerByteCount: 8_000_000, tensorCount: 65_536, rank: 8, nameByteCount: 256,
        metadataCount: 1_024)

    /// Limits of one's own; what is negative refuses every file.
    public init(
        fileByteCount: Int, headerByteCount: Int, tensorCount: Int, rank: Int, nameByteCount: Int, metadataCount: Int
    ) {
        self.fileByteCount = fileByteCount
        self.headerByteCount = headerByteCount
        self.tensorCount = tensorCount
        self.rank = rank
        self.nameByteCount = nameByteCount
        self.metadataCount = metadataCount
    }
}
