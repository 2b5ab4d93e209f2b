import Files

/// A weight file in the safetensors format, checked from the first byte to the last: names, shapes, types and values.
///
/// Opening costs one read of the file and, where the metadata holds `sha256`, one pass over the data to verify it.
/// Values are converted to floats when they are asked for. A weight file is immutable and may be shared among threads.
public struct WeightFile: Sendable {
    /// The path or label that errors name the file by.
    public let name: String
    /// The strings of the header's `__metadata__`; empty where it has none.
    public let metadata: [String: String]
    /// The tensors, in the order of their data.
    public let tensors: [TensorInfo]

    private let indices: [TensorName: Int]
    private let storage: WeightStorage

    // MARK: Opening

    /// Reads the file at `path`.
    ///
    /// - Parameters:
    ///   - path: a regular file.
    ///   - limits: what is refused before memory is asked for.
    ///   - verifyingChecksum: whether a `sha256` in the metadata must match the data. A file without one is accepted.
    /// - Throws: the cases of ``WeightError`` under "The file", "The header" and "The tensors", and
    ///   ``WeightError/badMetadata(file:key:value:expected:)`` where `sha256` is no digest.
    /// - Complexity: O(bytes); the header is read and checked before the data is.
    public init(
        contentsOf path: String, limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) throws(WeightError) {
        try self.init(contentsOf: BytePath(path), limits: limits, verifyingChecksum: verifyingChecksum)
    }

    /// Reads a file by a name of any bytes.
    ///
    /// - Throws: as ``init(contentsOf:limits:verifyingChecksum:)-(String,_,_)``.
    package init(
        contentsOf path: BytePath, limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) throws(WeightError) {
        let source = try WeightSource(path: path)
        let path = source.file
        guard source.byteCount <= limits.fileByteCount else {
            throw .fileTooLarge(file: path, byteCount: source.byteCount, limit: limits.fileByteCount)
        }
        guard source.byteCount >= 8 else { throw .fileTooSmall(file: path, byteCount: source.byteCount) }
        let prefix = try source.read(min(source.byteCount, WeightFile.recognizedByteCount), from: 0)
        try WeightFile.refuseOthers(prefix.bytes, file: path)
        let dataStart = try WeightFile.dataStart(
            prefix.bytes, fileByteCount: source.byteCount, file: path, limits: limits)
        let json = try source.read(dataStart - 8, from: 8)
        let header = try WeightHeader(
            json: json.bytes, dataByteCount: source.byteCount - dataStart, file: path, limits: limits)
        let data = try source.read(source.byteCount - dataStart, from: dataStart)
        try self.init(
            name: path, metadata: header.metadata, tensors: header.tensors, storage: data,
            verifyingChecksum: verifyingChecksum)
    }

    /// Reads a weight file from memory, copying its data.
    ///
    /// - Throws: as ``init(contentsOf:limits:verifyingChecksum:)``.
    public init(
        copying bytes: UnsafeRawBufferPointer, name: String, limits: WeightLimits = .default,
        verifyingChecksum: Bool = true
    ) throws(WeightError) {
        let (header, data) = try WeightFile.split(bytes, name: name, limits: limits)
        let storage = try WeightStorage(byteCount: data.count, file: name) { buffer in buffer.copyMemory(from: data) }
        try self.init(
            name: name, metadata: header.metadata, tensors: header.tensors, storage: storage,
            verifyingChecksum: verifyingChecksum)
    }

    /// Takes a weight file that lies in memory for ever, such as one embedded in the program, without copying it.
    ///
    /// Its checksum is not verified unless asked for: the bytes are as whole as the program around them, and verifying
    /// them would be most of the cost of loading.
    ///
    /// - Parameters:
    ///   - bytes: must stay valid and unchanged until the process ends.
    ///   - name: what errors name the file by.
    ///   - verifyingChecksum: whether a `sha256` in the metadata must match the data.
    /// - Throws: as ``init(contentsOf:limits:verifyingChecksum:)``.
    public init(
        staticBytes bytes: UnsafeRawBufferPointer, name: String, verifyingChecksum: Bool = false
    ) throws(WeightError) {
        let (header, data) = try WeightFile.split(bytes, name: name, limits: .default)
        try self.init(
            name: name, metadata: header.metadata, tensors: header.tensors, storage: WeightStorage(static: data),
            verifyingChecksum: verifyingChecksum)
    }

    /// A file of checked parts: `tensors` cover `storage` in this order, and no two have one name.
    init(
        name: String, metadata: [String: String], tensors: [TensorInfo], storage: WeightStorage,
        verifyingChecksum: Bool
    ) throws(WeightError) {
        self.name = name
        self.metadata = metadata
        self.tensors = tensors
        self.storage = storage
        var indices: [TensorName: Int] = [:]
        indices.reserveCapacity(tensors.count)
        for (index, tensor) in tensors.enumerated() { indices[TensorName(tensor.name)] = index }
        self.indices = indices
        if verifyingChecksum { try verifyChecksum() }
    }

    // MARK: What is in the file

    /// What the header says of the tensor called `name`; nil where there is none.
    public func info(_ name: String) -> TensorInfo? { index(of: name).map { tensors[$0] } }

    /// The place in ``tensors`` of the one called `name`; nil where there is none.
    func index(of name: String) -> Int? { indices[TensorName(name)] }

    /// Bytes of all tensors together.
    public var dataByteCount: Int { storage.bytes.count }

    /// The number of trained values: without the running statistics of batch norms and the scales of ``WeightType/i8``
    /// tensors.
    public var parameterCount: Int {
        tensors.reduce(0) { count, tensor in
            switch tensor.lastComponent {
            case "running_mean", "running_var", "num_batches_tracked": count
            case "scale" where isScale(tensor): count
            default: count + tensor.elementCount
            }
        }
    }

    /// The types that occur, with the number of tensors of each, most frequent first.
    public var typeCounts: [(type: WeightType, count: Int)] {
        WeightType.allCases
            .map { type in (type: type, count: tensors.count { $0.type == type }) }
            .filter { $0.count > 0 }
            .sorted { $0.count > $1.count }
    }

    /// The SHA-256 of the data section as 64 lower-case hexadecimal digits, computed anew at each call.
    ///
    /// - Complexity: O(``dataByteCount``).
    public var dataSHA256: String { SHA256.hexDigest(of: storage.bytes) }

    /// Whether `tensor` is the scale of an ``WeightType/i8`` tensor.
    func isScale(_ tensor: TensorInfo) -> Bool {
        guard tensor.name.hasSuffix(".scale") else { return false }
        return info(String(tensor.name.dropLast(".scale".count)))?.type == .i8
    }

    /// The stored bytes of `tensor`, which must be one of ``tensors``, inside `body` only.
    func withBytes<Result>(of tensor: TensorInfo, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        body(UnsafeRawBufferPointer(rebasing: storage.bytes[tensor.byteRange]))
    }

    // MARK: Checks

    private func verifyChecksum() throws(WeightError) {
        guard let stated = metadata["sha256"] else { return }
        try Self.verify(stated, against: dataSHA256, file: name)
    }

    /// Compares a digest that metadata states with that of the data.
    static func verify(_ stated: String, against actual: String, file name: String) throws(WeightError) {
        let isDigest = stated.utf8.count == 64 && stated.allSatisfy { $0.isASCII && $0.isHexDigit }
        guard isDigest else {
            throw .badMetadata(file: name, key: "sha256", value: stated, expected: "64 hexadecimal digits")
        }
        guard stated.lowercased() == actual else {
            throw .checksumMismatch(file: name, expected: stated.lowercased(), actual: actual)
        }
    }

    /// The checked header and the data of the file that `bytes` are.
    private static func split(
        _ bytes: UnsafeRawBufferPointer, name: String, limits: WeightLimits
    ) throws(WeightError) -> (header: WeightHeader, data: UnsafeRawBufferPointer) {
        guard bytes.count <= limits.fileByteCount else {
            throw .fileTooLarge(file: name, byteCount: bytes.count, limit: limits.fileByteCount)
        }
        guard bytes.count >= 8 else { throw .fileTooSmall(file: name, byteCount: bytes.count) }
        try refuseOthers(bytes, file: name)
        let dataStart = try dataStart(bytes, fileByteCount: bytes.count, file: name, limits: limits)
        let data = UnsafeRawBufferPointer(rebasing: bytes[dataStart...])
        let header = try WeightHeader(
            json: UnsafeRawBufferPointer(rebasing: bytes[8..<dataStart]), dataByteCount: data.count, file: name,
            limits: limits)
        return (header, data)
    }

    /// Where the data begins, by the length in the first eight bytes.
    private static func dataStart(
        _ prefix: UnsafeRawBufferPointer, fileByteCount: Int, file: String, limits: WeightLimits
    ) throws(WeightError) -> Int {
        let length = UInt64(littleEndian: prefix.loadUnaligned(as: UInt64.self))
        guard length <= UInt64(clamping: limits.headerByteCount) else {
            throw .headerTooLarge(file: file, byteCount: length, limit: limits.headerByteCount)
        }
        guard length <= UInt64(fileByteCount - 8) else {
            throw .headerTruncated(
                file: file, headerByteCount: Int(length), availableByteCount: fileByteCount - 8)
        }
        return 8 + Int(length)
    }
}
