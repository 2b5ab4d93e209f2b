import Files

/// An ONNX file: which operator reads what, and where the values of the constant tensors lie.
///
/// The format is one message of protocol buffers (`ModelProto` of onnx.proto, https://onnx.ai). Of it this reads what tells
/// networks apart and what their weights are: nodes, initialisers, constants, outputs. Nothing is computed, and of the
/// tensors nothing is checked before it is asked for.
package struct ONNXModel {
    /// What errors name the file by.
    package var file: String { bytes.file }
    /// The program that wrote the file, and its version: "pytorch 2.1".
    package private(set) var producer = ""
    /// The names of the graph's outputs, as numbers, each once.
    package private(set) var outputs: [Int] = []

    let bytes: GraphBytes
    let limits: WeightLimits
    /// Where data outside the file may lie; nil for a model that is in no folder.
    let folder: BytePath?
    private(set) var names = Names()
    private(set) var nodes: [ONNXNode] = []
    /// By the numbers of their names.
    private(set) var initializers: [Int: ONNXTensor] = [:]
    /// Which node writes a value, by the number of the value's name.
    private(set) var writers: [Int: Int] = [:]
    /// Which node reads a value, or ``severalReaders``.
    private(set) var readers: [Int: Int] = [:]
    static let severalReaders = -1
    /// What nodes make of constants without computing, by the nodes' places; see ``findConstants()``.
    var constants: [Int: Result<GraphTensor, WeightError>] = [:]

    /// Bytes of a name. Exporters spell whole paths of modules.
    static let nameLimit = 4_096
    /// Outputs of a graph. The networks here have a dozen at most, and what is behind each one is looked at by itself.
    private static let outputLimit = 32

    // MARK: Reading

    /// Reads the file at `path`.
    ///
    /// - Throws: the cases of ``WeightError`` under "The file", "Graphs" and "The tensors".
    /// - Complexity: O(nodes and their inputs); values are not touched, and stay in the file.
    package init(contentsOf path: BytePath, limits: WeightLimits = .default) throws(WeightError) {
        let source = try WeightSource(path: path)
        guard source.byteCount <= limits.fileByteCount else {
            throw .fileTooLarge(file: source.file, byteCount: source.byteCount, limit: limits.fileByteCount)
        }
        try self.init(GraphBytes(source), folder: path.folder, limits: limits)
    }

    /// Reads a model from memory, copying it; its data may not lie elsewhere.
    ///
    /// - Throws: as ``init(contentsOf:limits:)``.
    package init(
        copying bytes: UnsafeRawBufferPointer, name: String, limits: WeightLimits = .default
    ) throws(WeightError) {
        guard bytes.count <= limits.fileByteCount else {
            throw .fileTooLarge(file: name, byteCount: bytes.count, limit: limits.fileByteCount)
        }
        let storage = try WeightStorage(byteCount: bytes.count, file: name) { $0.copyMemory(from: bytes) }
        try self.init(GraphBytes(storage, file: name), folder: nil, limits: limits)
    }

    private init(_ bytes: GraphBytes, folder: BytePath?, limits: WeightLimits) throws(WeightError) {
        self.bytes = bytes
        self.folder = folder
        self.limits = limits
        guard bytes.count > 0 else { throw .fileTooSmall(file: file, byteCount: 0) }
        try ForeignWeights.refuse(
            try bytes.bytes(0..<min(bytes.count, WeightContainer.prefixByteCount)), file: file)
        var fields = ProtobufReader(bytes)
        while let field = try fields.next() {
            switch field.number {
            case 2, 3:
                let part = try fields.string(field, limit: Self.nameLimit)
                producer += producer.isEmpty || part.isEmpty ? part : " " + part
            case 7: try readGraph(try fields.message(field))
            default: break
            }
        }
        guard !nodes.isEmpty else { throw fields.malformed(at: 0, expected: "a graph with nodes") }
        try requireKnownOperators()
        findConstants()
    }

    private mutating func readGraph(_ reader: ProtobufReader) throws(WeightError) {
        var fields = reader
        while let field = try fields.next() {
            switch field.number {
            case 1: try addNode(field, fields)
            case 5: try addInitializer(field, fields)
            case 12: try addOutput(try fields.message(field))
            default: break
            }
        }
    }

    private mutating func addNode(_ field: ProtobufReader.Field, _ fields: ProtobufReader) throws(WeightError) {
        guard nodes.count < limits.tensorCount else {
            throw .graphTooLarge(file: file, part: "nodes", limit: limits.tensorCount)
        }
        let node = try ONNXNode(try fields.message(field), names: &names, limits: limits)
        for output in node.outputs where output != 0 {
            guard writers.updateValue(nodes.count, forKey: output) == nil else {
                throw .duplicateKey(file: file, key: names[output], byteOffset: field.offset)
            }
        }
        for input in node.inputs where input != 0 {
            readers[input] = readers[input] == nil ? nodes.count : Self.severalReaders
        }
        nodes.append(node)
    }

    private mutating func addInitializer(
        _ field: ProtobufReader.Field, _ fields: ProtobufReader
    ) throws(WeightError) {
        guard initializers.count < limits.tensorCount else {
            throw .tooManyTensors(file: file, limit: limits.tensorCount)
        }
        let tensor = try ONNXTensor(try fields.range(field), fields, limits: limits)
        let number = try names.number(tensor.name, fields)
        guard initializers.updateValue(tensor, forKey: number) == nil else {
            throw .duplicateKey(file: file, key: tensor.name, byteOffset: field.offset)
        }
    }

    private mutating func addOutput(_ reader: ProtobufReader) throws(WeightError) {
        var fields = reader
        while let field = try fields.next() {
            guard field.number == 1 else { continue }
            let output = try names.number(field, fields)
            if outputs.contains(output) { continue }
            guard outputs.count < Self.outputLimit else {
                throw .graphTooLarge(file: file, part: "outputs", limit: Self.outputLimit)
            }
            outputs.append(output)
        }
    }

    // MARK: Names

    /// The names of values, each once; who reads what is then told by numbers.
    struct Names: Sendable {
        private var numbers: [TensorName: Int] = [TensorName(""): 0]
        private var texts = [""]
        private var byteCount = 0
        /// How often names occur.
        private var useCount = 0

        subscript(number: Int) -> String { texts[number] }

        /// The number of the name in `field`.
        mutating func number(
            _ field: ProtobufReader.Field, _ reader: ProtobufReader
        ) throws(WeightError) -> Int {
            try number(try reader.string(field, limit: ONNXModel.nameLimit), reader)
        }

        mutating func number(_ text: String, _ reader: ProtobufReader) throws(WeightError) -> Int {
            useCount += 1
            guard useCount <= Self.useLimit else {
                throw .graphTooLarge(file: reader.file, part: "inputs and outputs of nodes", limit: Self.useLimit)
            }
            if let number = numbers[TensorName(text)] { return number }
            byteCount += text.utf8.count
            guard byteCount <= Self.byteLimit else {
                throw .graphTooLarge(file: reader.file, part: "bytes of names", limit: Self.byteLimit)
            }
            numbers[TensorName(text)] = texts.count
            texts.append(text)
            return texts.count - 1
        }

        private static let useLimit = 1 << 20
        private static let byteLimit = 32 << 20
    }
}
