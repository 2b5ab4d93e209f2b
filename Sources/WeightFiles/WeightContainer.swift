/// How a file keeps its tensors, told by its first bytes; names and extensions say nothing.
enum WeightContainer {
    /// A header of JSON, then the values.
    case safetensors
    /// What `torch.save` writes since 1.6: a zip archive of a pickle and its storages.
    case torchArchive
    /// What `torch.save` wrote before: pickles and storages one after another.
    case torchStream

    /// As many bytes as are looked at; a file may have fewer.
    static let prefixByteCount = 512

    /// - Parameter prefix: the first ``prefixByteCount`` bytes of the file.
    /// - Throws: ``WeightError/gitLFSPointer(file:)``, ``WeightError/webPage(file:)``,
    ///   ``WeightError/foreign(file:format:)`` for what is known to be something else. What is unknown counts as
    ///   safetensors, whose reader says what it expected.
    init(_ prefix: UnsafeRawBufferPointer, file: String) throws(WeightError) {
        // The brace behind the length: no other format has one there.
        if prefix.count > 8, prefix[8] == UInt8(ascii: "{") {
            self = .safetensors
        } else if prefix.starts(with: "PK\u{3}\u{4}".utf8) || prefix.starts(with: "PK\u{5}\u{6}".utf8) {
            self = .torchArchive
        } else if prefix.count > 1, prefix[0] == 0x80, (2...5).contains(prefix[1]) {
            self = .torchStream
        } else {
            try ForeignWeights.refuse(prefix, file: file)
            self = .safetensors
        }
    }
}
