/// What can be wrong with a weight file, or with what its network computes: one case a way, with the facts;
/// ``description`` says what to do about it.
///
/// Byte offsets count from the start of the file.
@nonexhaustive public enum WeightError: Error, Sendable, Equatable {
    // MARK: The file

    /// The system refused to open or read the file; `code` is the `errno`.
    case unreadable(file: String, code: Int32)
    /// A folder, a pipe or a device where a file is needed.
    case notRegularFile(file: String)
    /// The file is larger than ``WeightLimits/fileByteCount``.
    case fileTooLarge(file: String, byteCount: Int, limit: Int)
    /// The file became shorter while it was read.
    case changedWhileReading(file: String, expectedByteCount: Int, actualByteCount: Int)
    /// The system refused the memory.
    case outOfMemory(file: String, byteCount: Int)
    /// The text that Git keeps in place of a large file, which Git LFS has not fetched.
    case gitLFSPointer(file: String)
    /// A web page, which a server sent instead of the file.
    case webPage(file: String)
    /// A file of a format that is known not to be one of weights that are read.
    case foreign(file: String, format: ForeignWeights)
    /// A checkpoint of PyTorch with something wrong that only checkpoints have.
    case checkpoint(file: String, CheckpointProblem)

    // MARK: The header

    /// Fewer than the eight bytes that hold the header's length.
    case fileTooSmall(file: String, byteCount: Int)
    /// The header claims more than ``WeightLimits/headerByteCount``; most often the file is of another format.
    case headerTooLarge(file: String, byteCount: UInt64, limit: Int)
    /// The header claims more bytes than the file has left.
    case headerTruncated(file: String, headerByteCount: Int, availableByteCount: Int)
    /// The header is not the JSON that the format asks for.
    case malformedHeader(file: String, byteOffset: Int, expected: String)
    /// A string of the header is not UTF-8; the offset is that of its opening quote.
    case invalidUTF8(file: String, byteOffset: Int)
    /// An unknown escape or half of a surrogate pair in a string of the header.
    case invalidEscape(file: String, byteOffset: Int)
    /// A number of the header does not fit 63 bits.
    case numberTooLarge(file: String, byteOffset: Int)
    /// A name occurs twice in one object: a tensor, a metadata key or a field.
    case duplicateKey(file: String, key: String, byteOffset: Int)
    /// A tensor has a field other than `dtype`, `shape`, `data_offsets`.
    case unknownField(file: String, tensor: String, field: String, byteOffset: Int)
    /// A tensor lacks one of `dtype`, `shape`, `data_offsets`.
    case missingField(file: String, tensor: String, field: String)
    /// More tensors than ``WeightLimits/tensorCount``.
    case tooManyTensors(file: String, limit: Int)
    /// More entries of metadata than ``WeightLimits/metadataCount``.
    case tooMuchMetadata(file: String, limit: Int)
    /// A name or key is longer than ``WeightLimits/nameByteCount``.
    case nameTooLong(file: String, byteCount: Int, limit: Int, byteOffset: Int)

    // MARK: The tensors

    /// A `dtype` that the format does not know.
    case unknownType(file: String, tensor: String, type: String)
    /// More dimensions than ``WeightLimits/rank``.
    case rankTooHigh(file: String, tensor: String, rank: Int, limit: Int)
    /// A dimension is 0. A tensor without values is of no use to a network and could share its place with another.
    case emptyTensor(file: String, tensor: String, shape: [Int])
    /// The shape times the size of a value does not fit 63 bits.
    case shapeOverflow(file: String, tensor: String, shape: [Int])
    /// The end of a tensor's bytes lies before their beginning.
    case reversedOffsets(file: String, tensor: String, begin: Int, end: Int)
    /// A tensor's byte range is not as long as its shape and type ask for.
    case sizeMismatch(file: String, tensor: String, expected: Int, actual: Int)
    /// Bytes that belong to no tensor before `tensor`; offsets are within the data section.
    case hole(file: String, tensor: String, expectedOffset: Int, actualOffset: Int)
    /// `tensor` begins inside the tensor before it; offsets are within the data section.
    case overlap(file: String, tensor: String, expectedOffset: Int, actualOffset: Int)
    /// The tensors end before or after the file does: it was cut off, or something was added.
    case dataSizeMismatch(file: String, expected: Int, actual: Int)
    /// The data is not what it was when the file was written.
    case checksumMismatch(file: String, expected: String, actual: String)

    // MARK: Graphs

    /// An ONNX file where tensors with names are needed; its network has to be known to name them.
    case unnamedGraph(file: String)
    /// The ONNX file ends before its last field does: it was cut off.
    case truncatedGraph(file: String, expectedByteCount: UInt64, actualByteCount: Int)
    /// The file is not the message that ONNX asks for.
    case malformedGraph(file: String, byteOffset: Int, expected: String)
    /// More nodes, links, bytes of names, outputs or layers behind one than the limit.
    case graphTooLarge(file: String, part: String, limit: Int)
    /// The graph computes with whole numbers.
    case quantizedGraph(file: String, operators: [String])
    /// The graph was exported as it is in training: its batch norms would take each picture's own statistics.
    case trainingGraph(file: String, node: String)
    /// An operator that none of the networks has which are found in graphs.
    case unknownOperator(file: String, operation: String, node: String)
    /// The graph is no known network: `nearest` has the most layers at its beginning in common with it, `agreeingCount` of
    /// `layerCount`; then `expected` comes in the network and `found` in the graph.
    case unknownGraph(
        file: String, nearest: String, agreeingCount: Int, layerCount: Int, expected: String, found: String)
    /// The graph prepares the picture itself, which is done before it here.
    case preparingGraph(file: String, operators: [String])
    /// Values are said to lie in a file that is not in the graph's folder.
    case externalDataElsewhere(file: String, tensor: String, location: String)
    /// A file beside an ONNX graph, which has values of it, cannot be read; `code` is the system's, nil for what is no file.
    case externalDataUnreadable(file: String, tensor: String, location: String, code: Int32?)
    /// The file beside the graph has fewer bytes than it should.
    case externalDataTooShort(
        file: String, tensor: String, location: String, expectedByteCount: Int, actualByteCount: Int)

    // MARK: Reading tensors

    /// No tensor of that name.
    case missingTensor(file: String, tensor: String)
    /// The tensor has another shape.
    case shapeMismatch(file: String, tensor: String, expected: [Int], actual: [Int])
    /// The tensor's type cannot be read as floats.
    case unsupportedType(file: String, tensor: String, type: WeightType)
    /// The tensors do not fit the network; all that is wrong with them.
    case unusable(file: String, problems: WeightProblems)

    // MARK: Running networks

    /// What the network makes of a picture has infinities or NaNs, although all its weights are finite.
    case nonFiniteOutput(file: String)

    // MARK: Metadata

    /// The file holds a network that this package does not know; `stated` is its metadata's name for it, if any.
    case unknownArchitecture(file: String, stated: String?, known: [String])
    /// The file has a known network several times, behind these prefixes.
    case severalNetworks(file: String, prefixes: [String])
    /// The edge network's file where that of a network for whole pictures is needed.
    case edgeNetwork(file: String)
    /// The file of a network for whole pictures where the edge network's is needed.
    case notEdgeNetwork(file: String, architecture: String)
    /// A metadata value that cannot be understood.
    case badMetadata(file: String, key: String, value: String, expected: String)
    /// A value given in place of a file's input recipe that cannot be understood, or a key that recipes do not have.
    case badOverride(key: String, value: String, expected: String)

    // MARK: Writing

    /// The number of values is not that of the shape.
    case valueCountMismatch(tensor: String, shape: [Int], count: Int)
    /// A value is not finite, or too large for the type it should be stored as.
    case valueNotRepresentable(tensor: String, index: Int, type: WeightType)
    /// The file could not be written; `reason` is the system's. What was there before still is.
    case unwritable(file: String, reason: String)
}
