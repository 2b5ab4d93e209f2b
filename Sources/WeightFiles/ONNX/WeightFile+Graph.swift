/// A tensor of a weight file that is made of a graph.
package struct NamedGraphTensor: Sendable {
    /// Where its values come from.
    package enum Values: Sendable {
        /// From the graph as they are.
        case stored(GraphTensor)
        /// Made of the graph's.
        case computed(WeightTensor)
        /// None are known: of layers that the graph does not have and the matte does not need.
        case zeros
    }

    package let name: String
    package let shape: [Int]
    package let values: Values

    package init(name: String, shape: [Int], values: Values) {
        self.name = name
        self.shape = shape
        self.values = values
    }
}

extension WeightFile {
    /// The weight file that a graph is, under the names that a network has for its tensors.
    ///
    /// - Parameters:
    ///   - tensors: each of a shape with as many values as it has in the graph, no two of one name.
    ///   - metadata: what is known of the network.
    /// - Throws: what keeps values from being read, ``WeightError/outOfMemory(file:byteCount:)``.
    /// - Complexity: O(bytes).
    package init(
        _ model: ONNXModel, tensors named: [NamedGraphTensor], metadata: [String: String]
    ) throws(WeightError) {
        var tensors: [TensorInfo] = []
        var end = 0
        for tensor in named {
            var type = WeightType.f32
            if case .stored(let stored) = tensor.values { type = model.storedType(stored) }
            guard let size = WeightHeader.product(of: tensor.shape, times: type.byteCount) else {
                throw .shapeOverflow(file: model.file, tensor: tensor.name, shape: tensor.shape)
            }
            if case .stored(let stored) = tensor.values {
                _ = try model.place(of: stored.tensor)
                let storedSize = try stored.tensor.elementCount(file: model.file) * type.byteCount
                guard storedSize == size else {
                    throw model.sizeMismatch(stored.tensor, expected: size, actual: storedSize)
                }
            }
            let (next, overflow) = end.addingReportingOverflow(size)
            guard !overflow, next <= model.limits.fileByteCount else {
                throw .fileTooLarge(
                    file: model.file, byteCount: overflow ? .max : next, limit: model.limits.fileByteCount)
            }
            tensors.append(TensorInfo(name: tensor.name, type: type, shape: tensor.shape, byteRange: end..<next))
            end = next
        }
        let storage = try WeightStorage(byteCount: end, file: model.file) { (bytes) throws(WeightError) in
            for (info, tensor) in zip(tensors, named) {
                let target = UnsafeMutableRawBufferPointer(rebasing: bytes[info.byteRange])
                switch tensor.values {
                case .stored(let stored): try model.copy(stored, into: target)
                case .computed(let values):
                    values.withValues { target.copyMemory(from: UnsafeRawBufferPointer($0)) }
                case .zeros: _ = target.initializeMemory(as: UInt8.self, repeating: 0)
                }
            }
        }
        try self.init(
            name: model.file, metadata: metadata, tensors: tensors, storage: storage, verifyingChecksum: false)
    }
}
