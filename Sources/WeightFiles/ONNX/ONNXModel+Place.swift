import Files

extension ONNXModel {
    /// Where the values of a tensor lie, one behind the other: in the graph's own file or in one beside it.
    struct Place {
        let bytes: GraphBytes
        let offset: Int
    }

    /// Finds the values of a tensor, all of them; nil where they are in fields of their type.
    ///
    /// Memory for values is asked for after this: a damaged graph may claim gigabytes that are not there.
    ///
    /// - Throws: ``WeightError/unknownType(file:tensor:type:)``, ``WeightError/sizeMismatch(file:tensor:expected:actual:)``
    ///   and, for data in another file, what keeps that from being read.
    func place(of tensor: ONNXTensor) throws(WeightError) -> Place? {
        let count = try tensor.elementCount(file: file)
        let byteCount = count * (try readableType(tensor)).byteCount
        if let external = tensor.external { return try place(of: tensor, byteCount: byteCount, in: external) }
        guard let raw = tensor.raw else {
            // Each takes a byte at least; how many there are shows as they are read.
            guard count <= tensor.message.count else {
                throw sizeMismatch(tensor, expected: byteCount, actual: tensor.message.count)
            }
            return nil
        }
        guard raw.count == byteCount else { throw sizeMismatch(tensor, expected: byteCount, actual: raw.count) }
        return Place(bytes: bytes, offset: raw.lowerBound)
    }

    func readableType(_ tensor: ONNXTensor) throws(WeightError) -> ONNXTensor.ElementType {
        guard let type = tensor.type else {
            throw .unknownType(file: file, tensor: tensor.name, type: "number \(tensor.typeCode) of ONNX")
        }
        switch type {
        case .float, .float16, .bfloat16, .double: return type
        default: throw .unknownType(file: file, tensor: tensor.name, type: "\(type)")
        }
    }

    func sizeMismatch(_ tensor: ONNXTensor, expected: Int, actual: Int) -> WeightError {
        .sizeMismatch(file: file, tensor: tensor.name, expected: expected, actual: actual)
    }

    /// The files beside the graph's own that its tensors are said to lie in, each once; those outside its folder, which are
    /// never read, are not among them.
    package var externalFiles: [BytePath] {
        let tensors = Array(initializers.values) + nodes.compactMap(\.attributes.tensor)
        let locations = Set(tensors.compactMap { $0.external?.location })
        return locations.sorted().compactMap(externalFile)
    }

    /// A graph may not choose what is read: nil for names that lead out of its folder.
    private func externalFile(_ location: String) -> BytePath? {
        let path = BytePath(location)
        let leadsOut = path.isEmpty || path.hasPrefix("/") || location.split(separator: "/").contains("..")
        guard let folder, !leadsOut, !path.containsNUL else { return nil }
        return folder.appending(path)
    }

    private func place(
        of tensor: ONNXTensor, byteCount: Int, in external: ONNXTensor.External
    ) throws(WeightError) -> Place {
        guard let path = externalFile(external.location) else {
            throw .externalDataElsewhere(file: file, tensor: tensor.name, location: external.location)
        }
        let beside: GraphBytes
        do throws(WeightError) {
            beside = try GraphBytes(WeightSource(path: path))
        } catch {
            var code: Int32?
            if case .unreadable(_, let number) = error { code = number }
            throw .externalDataUnreadable(
                file: file, tensor: tensor.name, location: external.location, code: code)
        }
        let (end, overflow) = external.offset.addingReportingOverflow(byteCount)
        guard !overflow, end <= beside.count else {
            throw .externalDataTooShort(
                file: file, tensor: tensor.name, location: external.location,
                expectedByteCount: overflow ? .max : end, actualByteCount: beside.count)
        }
        let length = external.length ?? byteCount
        guard length == byteCount else { throw sizeMismatch(tensor, expected: byteCount, actual: length) }
        guard byteCount <= limits.fileByteCount else {
            throw .fileTooLarge(file: file, byteCount: byteCount, limit: limits.fileByteCount)
        }
        return Place(bytes: beside, offset: external.offset)
    }
}
