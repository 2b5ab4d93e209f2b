import Files

extension WeightFile {
    /// Whether the file at `path` is an ONNX file, by what is in it or, where that tells nothing, by its name: one that was
    /// cut off or damaged is to be called so.
    package static func isONNX(contentsOf path: BytePath) throws(WeightError) -> Bool {
        let source = try WeightSource(path: path)
        let prefix = try source.read(min(source.byteCount, WeightContainer.prefixByteCount), from: 0)
        guard let container = WeightContainer(marking: prefix.bytes) else {
            return path.pathExtension?.lowercased() == "onnx"
        }
        return container == .onnx
    }

    /// The files that hold the weights of the file at `path`: itself, and those beside an ONNX graph that has its values
    /// there. Of one that cannot be read, which is an error where it is opened, itself alone.
    package static func files(of path: BytePath) -> [BytePath] {
        guard (try? isONNX(contentsOf: path)) == true, let model = try? ONNXModel(contentsOf: path) else {
            return [path]
        }
        return [path] + model.externalFiles
    }
}
