import Files

/// Composes weight files in the safetensors format, the same bytes for the same calls.
///
/// ```swift
/// var writer = WeightFileWriter(metadata: ["architecture": "u2netp"])
/// try writer.add("conv.weight", shape: [64, 3, 3, 3], values: weights, as: .f16)
/// try writer.write(to: "u2netp.safetensors")
/// ```
/// Larger types come first and tensors of one type size in the order they were added, so every value is aligned to its
/// own size. The header ends in spaces up to a multiple of eight bytes.
public struct WeightFileWriter: Sendable {
    /// The strings of the header's `__metadata__`; ``bytes(includingChecksum:)`` adds `sha256`, and refuses what a reader
    /// would.
    public var metadata: [String: String]
    private var tensors: [Entry] = []
    private var names: Set<TensorName> = []

    private struct Entry {
        let name: String
        let type: WeightType
        let shape: [Int]
        let bytes: [UInt8]
    }

    /// A file without tensors so far.
    public init(metadata: [String: String] = [:]) { self.metadata = metadata }

    // MARK: Adding tensors

    /// Adds a tensor of floats, converted to `type` with ties to even.
    ///
    /// ``WeightType/i8`` adds a second tensor, `<name>.scale` (F32): for two dimensions and more a scale for each of the
    /// first, which is the output channel of a convolution, otherwise one for all. A scale is the largest magnitude
    /// divided by 127, and 1 where all values are 0; a value is stored as `value / scale`, rounded.
    ///
    /// - Parameters:
    ///   - name: of the tensor; no other has it.
    ///   - shape: one number or more, each at least 1; none for a single value.
    ///   - values: in storage order, the last dimension fastest; finite.
    ///   - type: how the values are stored.
    /// - Throws: ``WeightError/valueCountMismatch(tensor:shape:count:)``,
    ///   ``WeightError/valueNotRepresentable(tensor:index:type:)``,
    ///   ``WeightError/duplicateKey(file:key:byteOffset:)``, ``WeightError/unsupportedType(file:tensor:type:)``.
    public mutating func add(
        _ name: String, shape: [Int], values: [Float], as type: WeightType = .f32
    ) throws(WeightError) {
        guard shape.allSatisfy({ $0 > 0 }), WeightHeader.product(of: shape) == values.count else {
            throw .valueCountMismatch(tensor: name, shape: shape, count: values.count)
        }
        let (nonFiniteCount, firstIndex) = values.withUnsafeBufferPointer { $0.nonFiniteValues() }
        guard nonFiniteCount == 0 else {
            throw .valueNotRepresentable(tensor: name, index: firstIndex, type: type)
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(values.count * type.byteCount)
        switch type {
        case .f32:
            values.withUnsafeBytes { bytes.append(contentsOf: $0) }
        case .f16:
            for (index, value) in values.enumerated() {
                let half = HalfPrecision.half(value)
                guard half & 0x7fff != 0x7c00 else {
                    throw .valueNotRepresentable(tensor: name, index: index, type: type)
                }
                bytes.append(littleEndian: half)
            }
        case .bf16:
            for (index, value) in values.enumerated() {
                let bfloat = HalfPrecision.bfloat(value)
                guard bfloat & 0x7fff != 0x7f80 else {
                    throw .valueNotRepresentable(tensor: name, index: index, type: type)
                }
                bytes.append(littleEndian: bfloat)
            }
        case .i8:
            let scales = WeightFileWriter.scales(of: values, shape: shape)
            let block = values.count / scales.count
            for (index, value) in values.enumerated() {
                let steps = (value / scales[index / block]).rounded(.toNearestOrEven)
                bytes.append(UInt8(bitPattern: Int8(min(max(steps, -127), 127))))
            }
            // Both or neither.
            try requireRoom(for: name, shape: shape, count: 2)
            try add(name + ".scale", shape: [scales.count], values: scales)
        default:
            throw .unsupportedType(file: WeightFileWriter.label, tensor: name, type: type)
        }
        try add(name, shape: shape, type: type, bytes: bytes)
    }

    /// Adds a tensor of any type by its bytes, values little-endian.
    ///
    /// - Throws: ``WeightError/sizeMismatch(file:tensor:expected:actual:)``,
    ///   ``WeightError/valueCountMismatch(tensor:shape:count:)`` for a shape without values,
    ///   ``WeightError/duplicateKey(file:key:byteOffset:)``, and where ``WeightLimits/default`` would refuse to read it
    ///   again, ``WeightError/nameTooLong(file:byteCount:limit:byteOffset:)``,
    ///   ``WeightError/rankTooHigh(file:tensor:rank:limit:)``, ``WeightError/tooManyTensors(file:limit:)``.
    public mutating func add(
        _ name: String, shape: [Int], type: WeightType, bytes: [UInt8]
    ) throws(WeightError) {
        let label = WeightFileWriter.label
        guard shape.allSatisfy({ $0 > 0 }), let size = WeightHeader.product(of: shape, times: type.byteCount) else {
            throw .valueCountMismatch(tensor: name, shape: shape, count: bytes.count / type.byteCount)
        }
        guard size == bytes.count else {
            throw .sizeMismatch(file: label, tensor: name, expected: size, actual: bytes.count)
        }
        try requireRoom(for: name, shape: shape, count: 1)
        names.insert(TensorName(name))
        tensors.append(Entry(name: name, type: type, shape: shape, bytes: bytes))
    }

    /// Whether a tensor may be added, the first of `count`.
    private func requireRoom(for name: String, shape: [Int], count: Int) throws(WeightError) {
        let limits = WeightLimits.default
        let label = WeightFileWriter.label
        guard shape.count <= limits.rank else {
            throw .rankTooHigh(file: label, tensor: name, rank: shape.count, limit: limits.rank)
        }
        guard tensors.count + count <= limits.tensorCount else {
            throw .tooManyTensors(file: label, limit: limits.tensorCount)
        }
        guard name.utf8.count <= limits.nameByteCount else {
            throw .nameTooLong(
                file: label, byteCount: name.utf8.count, limit: limits.nameByteCount, byteOffset: 0)
        }
        guard name != "__metadata__", !names.contains(TensorName(name)) else {
            throw .duplicateKey(file: WeightFileWriter.label, key: name, byteOffset: 0)
        }
    }

    /// What errors call a file that has no path yet.
    private static let label = "the new file"

    /// What one step is worth: for each first dimension of a tensor with several, else for all values.
    private static func scales(of values: [Float], shape: [Int]) -> [Float] {
        let count = shape.count >= 2 ? shape[0] : 1
        let block = values.count / count
        return (0..<count).map { channel in
            let largest = values[(channel * block)..<((channel + 1) * block)].reduce(0) { max($0, abs($1)) }
            // Below the smallest normal number a scale would lose its own digits.
            return largest == 0 ? 1 : max(largest / 127, .leastNormalMagnitude)
        }
    }

    // MARK: Writing

    /// The whole file, which ``WeightFile`` reads back: what it would refuse is refused here, with the same error.
    ///
    /// - Parameter includingChecksum: whether to put the SHA-256 of the data into the metadata as `sha256`. One that is
    ///   there already is replaced, or, without this, must be the right one.
    /// - Throws: Where ``WeightLimits/default`` forbids it, ``WeightError/nameTooLong(file:byteCount:limit:byteOffset:)`` of
    ///   a metadata key, ``WeightError/tooMuchMetadata(file:limit:)``,
    ///   ``WeightError/headerTooLarge(file:byteCount:limit:)``, ``WeightError/fileTooLarge(file:byteCount:limit:)``;
    ///   ``WeightError/badMetadata(file:key:value:expected:)`` and
    ///   ``WeightError/checksumMismatch(file:expected:actual:)`` for a `sha256` of the caller's.
    public func bytes(includingChecksum: Bool = true) throws(WeightError) -> [UInt8] {
        var file: [UInt8] = []
        try forEachPiece(includingChecksum: includingChecksum) { file += $0 }
        return file
    }

    /// Makes the file piece by piece: its header, then the bytes of each tensor, which are not copied.
    ///
    /// - Throws: As ``bytes(includingChecksum:)``, before the first piece, and what `body` throws.
    private func forEachPiece(
        includingChecksum: Bool, _ body: ([UInt8]) throws(WeightError) -> Void
    ) throws(WeightError) {
        let ordered = WeightType.byteCounts.flatMap { size in tensors.filter { $0.type.byteCount == size } }
        try body(try header(of: ordered, includingChecksum: includingChecksum))
        for tensor in ordered { try body(tensor.bytes) }
    }

    /// The length and the header of a file that has these tensors.
    private func header(of ordered: [Entry], includingChecksum: Bool) throws(WeightError) -> [UInt8] {
        let label = WeightFileWriter.label
        let limits = WeightLimits.default
        let dataByteCount = ordered.reduce(0) { $0 + $1.bytes.count }
        guard dataByteCount <= limits.fileByteCount else {
            throw .fileTooLarge(file: label, byteCount: dataByteCount, limit: limits.fileByteCount)
        }
        var metadata = metadata
        if includingChecksum || metadata["sha256"] != nil {
            var hash = SHA256()
            for tensor in ordered { tensor.bytes.withUnsafeBytes { hash.update($0) } }
            let digest = hash.finish()
            if !includingChecksum { try WeightFile.verify(metadata["sha256"] ?? digest, against: digest, file: label) }
            metadata["sha256"] = digest
        }
        var members: [String] = []
        if !metadata.isEmpty {
            let strings = metadata.sorted { $0.key < $1.key }.map { "\(json($0.key)):\(json($0.value))" }
            members.append("\"__metadata__\":{\(strings.joined(separator: ","))}")
        }
        var offset = 0
        for tensor in ordered {
            let end = offset + tensor.bytes.count
            let shape = tensor.shape.map(String.init).joined(separator: ",")
            members.append(
                "\(json(tensor.name)):{\"dtype\":\"\(tensor.type)\",\"shape\":[\(shape)],"
                    + "\"data_offsets\":[\(offset),\(end)]}")
            offset = end
        }
        var header = Array("{\(members.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }
        guard header.count <= limits.headerByteCount else {
            throw .headerTooLarge(file: label, byteCount: UInt64(header.count), limit: limits.headerByteCount)
        }
        let byteCount = 8 + header.count + dataByteCount
        guard byteCount <= limits.fileByteCount else {
            throw .fileTooLarge(file: label, byteCount: byteCount, limit: limits.fileByteCount)
        }
        // Read as a reader reads it, once, whatever rule comes to be there.
        let refusal = header.withUnsafeBytes { header -> WeightError? in
            do throws(WeightError) {
                _ = try WeightHeader(json: header, dataByteCount: dataByteCount, file: label, limits: limits)
                return nil
            } catch {
                return error
            }
        }
        if let refusal { throw refusal }
        var length: [UInt8] = []
        length.append(littleEndian: UInt64(header.count))
        return length + header
    }

    /// Writes the whole file or none: to a temporary name in the same folder, synchronised, then renamed.
    ///
    /// - Throws: As ``bytes(includingChecksum:)``, and ``WeightError/unwritable(file:reason:)``.
    public func write(to path: String, includingChecksum: Bool = true) throws(WeightError) {
        func writing<Value: ~Copyable>(_ body: () throws(FileFailure) -> Value) throws(WeightError) -> Value {
            do throws(FileFailure) { return try body() } catch { throw .unwritable(file: path, reason: error.reason) }
        }
        var writer = try writing { () throws(FileFailure) in try AtomicFileWriter(BytePath(path)) }
        try write(into: &writer, includingChecksum: includingChecksum, name: path)
        try writing { () throws(FileFailure) in try writer.finish() }
    }

    /// Writes the file's bytes and leaves it to the caller when it appears.
    ///
    /// - Parameter name: what errors name the file by.
    /// - Throws: As ``write(to:includingChecksum:)``.
    package func write(
        into writer: inout AtomicFileWriter, includingChecksum: Bool = true, name: String
    ) throws(WeightError) {
        try forEachPiece(includingChecksum: includingChecksum) { (piece) throws(WeightError) in
            do throws(FileFailure) {
                try writer.write(piece)
            } catch {
                throw .unwritable(file: name, reason: error.reason)
            }
        }
    }
}

/// `text` as a string of JSON.
private func json(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\u{0}"..<" ":
            let digits = String(scalar.value, radix: 16)
            result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + "\""
}

extension WeightType {
    /// The sizes of values, largest first.
    fileprivate static let byteCounts = [8, 4, 2, 1]
}

extension [UInt8] {
    fileprivate mutating func append(littleEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.littleEndian) { append(contentsOf: $0) }
    }
}
