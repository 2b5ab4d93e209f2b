/// The checked contents of a weight file's header.
///
/// The file is a little-endian `UInt64` n, then n bytes of JSON, then the data:
/// ```
/// {"__metadata__": {"architecture": "u2netp", …},
///  "conv.weight": {"dtype": "F16", "shape": [64, 3, 3, 3], "data_offsets": [0, 3456]}, …}   spaces up to n bytes
/// ```
/// Offsets are bytes from the start of the data. Values are little-endian, the last dimension varies fastest. Nothing is
/// believed before it is checked: tensors must cover the data from its first byte to the last byte of the file, without
/// holes or overlap, in whatever order the header lists them; every dimension is at least 1.
struct WeightHeader {
    private(set) var metadata: [String: String] = [:]
    /// In the order of their data.
    private(set) var tensors: [TensorInfo] = []

    /// Reads and checks `json` for a file whose data section has `dataByteCount` bytes.
    ///
    /// - Complexity: O(n log n) in the number of tensors, O(n) in the bytes of the header.
    init(
        json: UnsafeRawBufferPointer, dataByteCount: Int, file: String, limits: WeightLimits
    ) throws(WeightError) {
        var parser = HeaderParser(json, file: file)
        var metadata: [String: String]?
        var tensors: [TensorInfo] = []
        var names: Set<TensorName> = []
        try parser.requireOpeningBrace()
        try parser.readObject(keyLimit: limits.nameByteCount) { (parser, key, keyOffset) throws(WeightError) in
            if key == "__metadata__" {
                guard metadata == nil else { throw .duplicateKey(file: file, key: key, byteOffset: keyOffset) }
                metadata = try WeightHeader.readMetadata(&parser, file: file, limits: limits)
                return
            }
            guard names.insert(TensorName(key)).inserted else {
                throw .duplicateKey(file: file, key: key, byteOffset: keyOffset)
            }
            guard tensors.count < limits.tensorCount else {
                throw .tooManyTensors(file: file, limit: limits.tensorCount)
            }
            let fields = try Fields(&parser, tensor: key, file: file, limits: limits)
            tensors.append(try fields.checked(tensor: key, file: file))
        }
        try parser.requireEnd()
        tensors.sort { $0.byteRange.lowerBound < $1.byteRange.lowerBound }
        try WeightHeader.requireFullCover(tensors, dataByteCount: dataByteCount, file: file)
        self.metadata = metadata ?? [:]
        self.tensors = tensors
    }

    /// Where the data begins, by the length in the first eight bytes.
    static func dataStart(in source: borrowing WeightSource, limits: WeightLimits) throws(WeightError) -> Int {
        guard source.byteCount >= 8 else { throw .fileTooSmall(file: source.file, byteCount: source.byteCount) }
        let prefix = try source.read(8, from: 0)
        let length = UInt64(littleEndian: prefix.bytes.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(clamping: limits.headerByteCount) else {
            throw .headerTooLarge(file: source.file, byteCount: length, limit: limits.headerByteCount)
        }
        guard length <= UInt64(source.byteCount - 8) else {
            throw .headerTruncated(
                file: source.file, headerByteCount: Int(length), availableByteCount: source.byteCount - 8)
        }
        return 8 + Int(length)
    }

    private static func readMetadata(
        _ parser: inout HeaderParser, file: String, limits: WeightLimits
    ) throws(WeightError) -> [String: String] {
        var metadata: [String: String] = [:]
        try parser.readObject(keyLimit: limits.nameByteCount) { (parser, key, keyOffset) throws(WeightError) in
            guard metadata.count < limits.metadataCount else {
                throw .tooMuchMetadata(file: file, limit: limits.metadataCount)
            }
            let value = try parser.readString()
            guard metadata.updateValue(value, forKey: key) == nil else {
                throw .duplicateKey(file: file, key: key, byteOffset: keyOffset)
            }
        }
        return metadata
    }

    /// `tensors`, sorted by offset, must cover the data section byte for byte.
    private static func requireFullCover(
        _ tensors: [TensorInfo], dataByteCount: Int, file: String
    ) throws(WeightError) {
        var end = 0
        for tensor in tensors {
            let begin = tensor.byteRange.lowerBound
            if begin > end {
                throw .hole(file: file, tensor: tensor.name, expectedOffset: end, actualOffset: begin)
            }
            if begin < end {
                throw .overlap(file: file, tensor: tensor.name, expectedOffset: end, actualOffset: begin)
            }
            end = tensor.byteRange.upperBound
        }
        guard end == dataByteCount else {
            throw .dataSizeMismatch(file: file, expected: end, actual: dataByteCount)
        }
    }

    /// The three fields of a tensor as the header states them.
    private struct Fields {
        let type: WeightType
        let shape: [Int]
        let begin: Int
        let end: Int

        init(
            _ parser: inout HeaderParser, tensor: String, file: String, limits: WeightLimits
        ) throws(WeightError) {
            var type: WeightType?
            var shape: [Int]?
            var offsets: (begin: Int, end: Int)?
            try parser.readObject(keyLimit: limits.nameByteCount) { (parser, field, fieldOffset) throws(WeightError) in
                let isRepeated: Bool
                switch field {
                case "dtype":
                    isRepeated = type != nil
                    let name = try parser.readString()
                    guard let known = WeightType(rawValue: name) else {
                        throw .unknownType(file: file, tensor: tensor, type: name)
                    }
                    type = known
                case "shape":
                    isRepeated = shape != nil
                    let (values, count) = try parser.readIntegers(kept: limits.rank)
                    guard count <= limits.rank else {
                        throw .rankTooHigh(file: file, tensor: tensor, rank: count, limit: limits.rank)
                    }
                    shape = values
                case "data_offsets":
                    isRepeated = offsets != nil
                    let (values, count) = try parser.readIntegers(kept: 2)
                    guard count == 2 else { throw parser.malformed(expected: "two offsets, begin and end") }
                    offsets = (values[0], values[1])
                default:
                    throw .unknownField(file: file, tensor: tensor, field: field, byteOffset: fieldOffset)
                }
                if isRepeated { throw .duplicateKey(file: file, key: field, byteOffset: fieldOffset) }
            }
            guard let type else { throw .missingField(file: file, tensor: tensor, field: "dtype") }
            guard let shape else { throw .missingField(file: file, tensor: tensor, field: "shape") }
            guard let offsets else { throw .missingField(file: file, tensor: tensor, field: "data_offsets") }
            self.type = type
            self.shape = shape
            self.begin = offsets.begin
            self.end = offsets.end
        }

        func checked(tensor: String, file: String) throws(WeightError) -> TensorInfo {
            guard !shape.contains(0) else { throw .emptyTensor(file: file, tensor: tensor, shape: shape) }
            guard let byteCount = WeightHeader.product(of: shape, times: type.byteCount) else {
                throw .shapeOverflow(file: file, tensor: tensor, shape: shape)
            }
            guard begin <= end else { throw .reversedOffsets(file: file, tensor: tensor, begin: begin, end: end) }
            guard end - begin == byteCount else {
                throw .sizeMismatch(file: file, tensor: tensor, expected: byteCount, actual: end - begin)
            }
            return TensorInfo(name: tensor, type: type, shape: shape, byteRange: begin..<end)
        }
    }

    /// The product of non-negative factors; nil where it does not fit an `Int`.
    static func product(of factors: [Int], times first: Int = 1) -> Int? {
        var product = first
        for factor in factors {
            let (next, overflow) = product.multipliedReportingOverflow(by: factor)
            guard !overflow else { return nil }
            product = next
        }
        return product
    }
}
