/// How a file keeps its tensors, told by its first bytes; names and extensions say nothing.
enum WeightContainer {
    /// A header of JSON, then the values.
    case safetensors
    /// What `torch.save` writes since 1.6: a zip archive of a pickle and its storages.
    case torchArchive
    /// What `torch.save` wrote before: pickles and storages one after another.
    case torchStream
    /// A graph of ONNX, whose tensors have no names before it is known which network it is.
    case onnx

    /// As many bytes as are looked at; a file may have fewer.
    static let prefixByteCount = 512

    /// - Parameter prefix: the first ``prefixByteCount`` bytes of the file.
    /// - Throws: ``WeightError/gitLFSPointer(file:)``, ``WeightError/webPage(file:)``,
    ///   ``WeightError/foreign(file:format:)`` for what is known to be something else. What is unknown counts as
    ///   safetensors, whose reader says what it expected.
    init(_ prefix: UnsafeRawBufferPointer, file: String) throws(WeightError) {
        if let known = Self(marking: prefix) {
            self = known
        } else {
            try ForeignWeights.refuse(prefix, file: file)
            self = .safetensors
        }
    }

    /// What a file is that begins with these bytes; nil where they tell nothing.
    init?(marking prefix: UnsafeRawBufferPointer) {
        if Self.isONNX(prefix) {
            self = .onnx
        } else if prefix.count > 8, prefix[8] == UInt8(ascii: "{") {
            // The brace behind the length: no other format has one there.
            self = .safetensors
        } else if prefix.starts(with: "PK\u{3}\u{4}".utf8) || prefix.starts(with: "PK\u{5}\u{6}".utf8) {
            self = .torchArchive
        } else if prefix.count > 1, prefix[0] == 0x80, (2...5).contains(prefix[1]) {
            self = .torchStream
        } else {
            return nil
        }
    }

    /// Whether a file that begins with these bytes is an ONNX file; some tens of them are enough.
    ///
    /// ONNX has no mark of its own. It begins with a version below 64 as its first field, and then comes a field that models
    /// have. A safetensors file may begin with the same three bytes, but of its length of eight most are zero.
    static func isONNX(_ prefix: UnsafeRawBufferPointer) -> Bool {
        guard prefix.count >= 8, prefix[0] == 0x08, (1..<64).contains(prefix[1]) else { return false }
        // Fields 2 to 8, 14, 20 and 25 of a model; the two highest take two bytes.
        let isField = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca].contains(prefix[2])
        return isField && prefix[4..<8].contains { $0 != 0 }
    }
}
