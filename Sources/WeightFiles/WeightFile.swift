import Files

/// A weight file, checked from the first byte to the last: names, shapes, types and values.
///
/// Files are told by their first bytes: safetensors, and checkpoints of PyTorch in both of their forms. Opening costs one
/// read of the tensors and one pass over them where the file has a checksum. Nothing in a file is ever executed.
/// Values are converted to floats when they are asked for. A weight file is immutable and may be shared among threads.
public struct WeightFile: Sendable {
    /// The path or label that errors name the file by.
    public let name: String
    /// The strings of a safetensors header's `__metadata__`; empty where it has none, and in checkpoints.
    public let metadata: [String: String]
    /// The tensors, in the order of their data or, in a checkpoint, of its dictionary.
    public let tensors: [TensorInfo]

    private let indices: [TensorName: Int]
    private let storage: WeightStorage

    // MARK: Opening

    /// Reads the file at `path`.
    ///
    /// - Parameters:
    ///   - path: a regular file.
    ///   - limits: what is refused before memory is asked for.
    ///   - verifyingChecksum: whether a `sha256` in the metadata, or the CRC-32 of each part of a checkpoint, must match
    ///     the data. A file without one is accepted.
    /// - Throws: the cases of ``WeightError`` under "The file", "The header" and "The tensors", and
    ///   ``WeightError/badMetadata(file:key:value:expected:)`` where `sha256` is no digest;
    ///   ``WeightError/checkpoint(file:_:)`` where a checkpoint is at fault.
    /// - Complexity: O(bytes); the header is read and checked before the data is.
    public init(
        contentsOf path: String, limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) throws(WeightError) {
        try self.init(contentsOf: BytePath(path), limits: limits, verifyingChecksum: verifyingChecksum)
    }

    /// Reads a file by a name of any bytes.
    ///
    /// - Parameter dictionary: the place of the tensors in a checkpoint that has several sets of them, such as
    ///   `params_ema`; nil where there is one.
    /// - Throws: as ``init(contentsOf:limits:verifyingChecksum:)-(String,_,_)``.
    package init(
        contentsOf path: BytePath, dictionary: String? = nil, limits: WeightLimits = .default,
        verifyingChecksum: Bool = true
    ) throws(WeightError) {
        try self.init(
            WeightSource(path: path), dictionary: dictionary, limits: limits, verifyingChecksum: verifyingChecksum)
    }

    /// Reads a weight file from memory, copying its data.
    ///
    /// - Throws: as ``init(contentsOf:limits:verifyingChecksum:)``.
    public init(
        copying bytes: UnsafeRawBufferPointer, name: String, limits: WeightLimits = .default,
        verifyingChecksum: Bool = true
    ) throws(WeightError) {
        try self.init(
            WeightSource(bytes, isStatic: false, file: name), dictionary: nil, limits: limits,
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
        try self.init(
            WeightSource(bytes, isStatic: true, file: name), dictionary: nil, limits: .default,
            verifyingChecksum: verifyingChecksum)
    }

    /// The SHA-256 of the whole file at `path`, whatever it holds, by which published files are known.
    ///
    /// - Throws: ``WeightError/unreadable(file:code:)``, ``WeightError/notRegularFile(file:)``,
    ///   ``WeightError/changedWhileReading(file:expectedByteCount:actualByteCount:)``.
    package static func sha256(ofFileAt path: BytePath) throws(WeightError) -> String {
        try WeightSource(path: path).sha256()
    }

    /// The one way to open a file: its first bytes say how it keeps its tensors.
    private init(
        _ source: consuming WeightSource, dictionary: String?, limits: WeightLimits, verifyingChecksum: Bool
    ) throws(WeightError) {
        guard source.byteCount <= limits.fileByteCount else {
            throw .fileTooLarge(file: source.file, byteCount: source.byteCount, limit: limits.fileByteCount)
        }
        let prefix = try source.read(min(source.byteCount, WeightContainer.prefixByteCount), from: 0)
        switch try WeightContainer(prefix.bytes, file: source.file) {
        case .safetensors:
            if let dictionary {
                throw .checkpoint(file: source.file, .unknownDictionary(name: dictionary, known: []))
            }
            try self.init(safetensors: source, limits: limits, verifyingChecksum: verifyingChecksum)
        case .torchArchive:
            let checkpoint = try TorchCheckpoint(archive: source, limits: limits)
            try self.init(checkpoint, source, dictionary, limits: limits, verifyingChecksum: verifyingChecksum)
        case .torchStream:
            let checkpoint = try TorchCheckpoint(stream: source, limits: limits)
            try self.init(checkpoint, source, dictionary, limits: limits, verifyingChecksum: verifyingChecksum)
        case .onnx: throw .unnamedGraph(file: source.file)
        }
    }

    private init(
        safetensors source: borrowing WeightSource, limits: WeightLimits, verifyingChecksum: Bool
    ) throws(WeightError) {
        let dataStart = try WeightHeader.dataStart(in: source, limits: limits)
        let json = try source.read(dataStart - 8, from: 8)
        let header = try WeightHeader(
            json: json.bytes, dataByteCount: source.byteCount - dataStart, file: source.file, limits: limits)
        let data = try source.read(source.byteCount - dataStart, from: dataStart)
        try self.init(
            name: source.file, metadata: header.metadata, tensors: header.tensors, storage: data,
            verifyingChecksum: verifyingChecksum)
    }

    private init(
        _ checkpoint: TorchCheckpoint, _ source: borrowing WeightSource, _ dictionary: String?, limits: WeightLimits,
        verifyingChecksum: Bool
    ) throws(WeightError) {
        let layout = try TorchLayout(try checkpoint.tensors(in: dictionary, limits: limits), of: checkpoint)
        try self.init(
            name: source.file, metadata: [:], tensors: layout.tensors,
            storage: try layout.read(source, verifyingChecksums: verifyingChecksum), verifyingChecksum: false)
    }

    /// A file of checked parts: every tensor's bytes are in `storage`, and no two have one name.
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

    /// The tensors whose names begin with these components, without them; the data is shared.
    ///
    /// - Parameter prefix: components joined by dots; an empty one gives the whole file.
    package func below(_ prefix: String) throws(WeightError) -> WeightFile {
        if prefix.isEmpty { return self }
        let start = prefix + "."
        return try WeightFile(
            name: name, metadata: metadata,
            tensors: tensors.filter { $0.name.utf8.starts(with: start.utf8) }.map { tensor in
                TensorInfo(
                    name: String(decoding: tensor.name.utf8.dropFirst(start.utf8.count), as: UTF8.self),
                    type: tensor.type, shape: tensor.shape, byteRange: tensor.byteRange)
            }, storage: storage, verifyingChecksum: false)
    }

    /// The file with some of its tensors only; the data is shared.
    package func keeping(_ isKept: (TensorInfo) -> Bool) throws(WeightError) -> WeightFile {
        try WeightFile(
            name: name, metadata: metadata, tensors: tensors.filter(isKept), storage: storage, verifyingChecksum: false)
    }

    /// Whether `tensor` is the scale of an ``WeightType/i8`` tensor.
    package func isScale(_ tensor: TensorInfo) -> Bool {
        guard tensor.name.hasSuffix(".scale") else { return false }
        return info(String(tensor.name.dropLast(".scale".count)))?.type == .i8
    }

    /// The stored bytes of `tensor`, which must be one of ``tensors``, inside `body` only.
    package func withBytes<Result>(of tensor: TensorInfo, _ body: (UnsafeRawBufferPointer) -> Result) -> Result {
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
}
