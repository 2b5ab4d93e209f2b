import Files

extension WeightFile {
    /// Whether the file at `path` is an ONNX file, by what is in it or, where that tells nothing, by its name: one that was
    /// cut off or damaged is to be called so.
    package static func isONNX(contentsOf path: BytePath) throws(WeightError) -> Bool {
        let source = try WeightSource(path: path)
        let prefix = try source.read(min(source.byteCount, recognizedByteCount), from: 0)
        return isONNX(prefix.bytes) || path.pathExtension?.lowercased() == "onnx"
    }

    /// Bytes by which files are recognised.
    static let recognizedByteCount = 256

    /// Whether a file that begins with these bytes is an ONNX file; some tens of them are enough.
    ///
    /// ONNX has no mark of its own. It begins with a version below 64 as its first field, and then comes a field that models
    /// have. A safetensors file may begin with the same three bytes, but of its length of eight most are zero.
    package static func isONNX(_ prefix: UnsafeRawBufferPointer) -> Bool {
        guard prefix.count >= 8, prefix[0] == 0x08, (1..<64).contains(prefix[1]) else { return false }
        // Fields 2 to 8, 14, 20 and 25 of a model; the two highest take two bytes.
        let isField = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42, 0x72, 0xa2, 0xca].contains(prefix[2])
        return isField && prefix[4..<8].contains { $0 != 0 }
    }

    /// Refuses what people have in place of a weight file that they did not get.
    ///
    /// - Throws: ``WeightError/gitLFSPointer(file:)``, ``WeightError/webPage(file:)``.
    package static func refuseText(_ prefix: UnsafeRawBufferPointer, file: String) throws(WeightError) {
        func begins(with text: StaticString, after skipped: Int = 0) -> Bool {
            let letters = UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
            // Capitals as small letters.
            return prefix.dropFirst(skipped).prefix(letters.count).map { $0 | 0x20 }.elementsEqual(
                letters.map { $0 | 0x20 })
        }
        if begins(with: "version https://git-lfs") { throw .gitLFSPointer(file: file) }
        let blanks = prefix.prefix(64).prefix { [0x09, 0x0a, 0x0d, 0x20, 0xef, 0xbb, 0xbf].contains($0) }.count
        if begins(with: "<!doctype", after: blanks) || begins(with: "<html", after: blanks)
            || begins(with: "<?xml", after: blanks)
        {
            throw .webPage(file: file)
        }
    }

    /// Refuses what is no safetensors file, and what it is instead.
    ///
    /// - Throws: as ``refuseText(_:file:)``, ``WeightError/unnamedGraph(file:)``.
    static func refuseOthers(_ prefix: UnsafeRawBufferPointer, file: String) throws(WeightError) {
        try refuseText(prefix, file: file)
        if isONNX(prefix) { throw .unnamedGraph(file: file) }
    }
}
