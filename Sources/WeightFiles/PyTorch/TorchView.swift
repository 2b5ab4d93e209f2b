/// A tensor compared with its storage.
struct TorchView {
    let type: WeightType
    /// Bytes from the start of the storage.
    let offset: Int
    let byteCount: Int
    /// Whether its values follow one another in their order.
    let isContiguous: Bool

    init(_ named: TorchCheckpoint.NamedTensor, of checkpoint: TorchCheckpoint) throws(WeightError) {
        let (file, tensor) = (checkpoint.file, named.tensor)
        guard let type = tensor.type else {
            let type = checkpoint.objects.storages[tensor.storage].typeName
            throw .unknownType(file: file, tensor: named.name, type: type)
        }
        guard !tensor.shape.contains(0) else {
            throw .emptyTensor(file: file, tensor: named.name, shape: tensor.shape)
        }
        guard let byteCount = WeightHeader.product(of: tensor.shape, times: type.byteCount) else {
            throw .shapeOverflow(file: file, tensor: named.name, shape: tensor.shape)
        }
        let available = checkpoint.places[tensor.storage].byteRange.count / type.byteCount
        var last: Int? = tensor.offset
        var run = 1
        var isContiguous = true
        for (length, stride) in zip(tensor.shape, tensor.strides).reversed() where length > 1 {
            if stride != run { isContiguous = false }
            run *= length
            let (reach, overflow) = stride.multipliedReportingOverflow(by: length - 1)
            let (sum, carry) = (last ?? 0).addingReportingOverflow(reach)
            last = overflow || carry || last == nil ? nil : sum
        }
        guard let last, last < available else {
            throw .checkpoint(file: file, .outOfStorage(tensor: named.name))
        }
        self.type = type
        self.offset = tensor.offset * type.byteCount
        self.byteCount = byteCount
        self.isContiguous = isContiguous
    }
}
