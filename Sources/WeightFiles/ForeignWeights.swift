/// Files that people take for weights and that this package does not read, told by their first bytes, so that the error
/// can name them and say what to do.
@nonexhaustive public enum ForeignWeights: String, Sendable, CaseIterable, CustomStringConvertible {
    /// Keras, and MATLAB.
    case hdf5 = "HDF5"
    /// TensorFlow Lite.
    case tensorFlowLite = "TensorFlow Lite"
    /// llama.cpp.
    case gguf = "GGUF"
    /// NumPy's array of one tensor.
    case numPy = "NumPy"
    /// A compressed file.
    case gzip = "gzip"
    /// An archive; PyTorch's before 0.2 too.
    case tar = "tar"
    /// A PNG or JPEG picture.
    case picture = "picture"
    /// JSON or other text, often what a server says in place of a file.
    case text = "text"

    public var description: String { rawValue }

    /// What to do about it.
    var advice: String {
        switch self {
        case .gzip, .tar: "unpack it, and give the file that is in it"
        case .picture:
            "give the picture as an input, and a safetensors file, PyTorch checkpoint or ONNX file as weights"
        case .text: "download the file again, and look at what the server says"
        case .hdf5, .tensorFlowLite, .gguf, .numPy: "take the network's PyTorch checkpoint, safetensors or ONNX file"
        }
    }

    /// - Throws: ``WeightError/gitLFSPointer(file:)``, ``WeightError/webPage(file:)``,
    ///   ``WeightError/foreign(file:format:)``; nothing for what is not known.
    static func refuse(_ prefix: UnsafeRawBufferPointer, file: String) throws(WeightError) {
        // In small letters, without what may stand before the first of them.
        let blanks: [UInt8] = [0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf]
        let start = prefix.drop { blanks.contains($0) }.prefix(64).map { (0x41...0x5a).contains($0) ? $0 | 0x20 : $0 }
        func begins(with text: String) -> Bool { start.starts(with: text.utf8) }
        if begins(with: "version https://git-lfs") { throw .gitLFSPointer(file: file) }
        if ["<!doctype html", "<html", "<?xml"].contains(where: begins) { throw .webPage(file: file) }
        guard let format = Self(prefix) else { return }
        throw .foreign(file: file, format: format)
    }

    private init?(_ prefix: UnsafeRawBufferPointer) {
        func has(_ bytes: [UInt8], at offset: Int = 0) -> Bool { prefix.dropFirst(offset).starts(with: bytes) }
        if has([0x89] + Array("HDF\r\n".utf8)) {
            self = .hdf5
        } else if has(Array("TFL3".utf8), at: 4) {
            self = .tensorFlowLite
        } else if has(Array("GGUF".utf8)) {
            self = .gguf
        } else if has([0x93] + Array("NUMPY".utf8)) {
            self = .numPy
        } else if has([0x1f, 0x8b]) {
            self = .gzip
        } else if has(Array("ustar".utf8), at: 257) {
            self = .tar
        } else if has([0x89] + Array("PNG\r\n".utf8)) || has([0xff, 0xd8, 0xff]) {
            self = .picture
        } else if !prefix.isEmpty, prefix.allSatisfy({ (0x20...0x7e).contains($0) || (0x09...0x0d).contains($0) }) {
            self = .text
        } else {
            return nil
        }
    }
}
