/// A tensor of an ONNX graph as the file describes it: nothing of it is checked before it is asked for, because a graph has
/// many that are no weights.
struct ONNXTensor: Sendable {
    /// How the values are stored; names and numbers are those of ONNX's `TensorProto.DataType`.
    enum ElementType: Int, Sendable {
        case float = 1, uint8, int8, uint16, int16, int32, int64, string, bool, float16, double, uint32, uint64
        case bfloat16 = 16
    }

    /// A place in a file beside the graph's own.
    struct External: Sendable {
        var location = ""
        var offset = 0
        /// Nil for all up to the file's end.
        var length: Int?
    }

    private(set) var name = ""
    private(set) var shape: [Int] = []
    /// The number that says how values are stored, which may be none that is known.
    private(set) var typeCode = 0
    /// `raw_data`: the values one behind the other, little-endian.
    private(set) var raw: Range<Int>?
    /// Nil where the values are in the graph's own file.
    private(set) var external: External?
    /// The whole message, for values in fields of their type.
    let message: Range<Int>

    var type: ElementType? { ElementType(rawValue: typeCode) }

    init(_ message: Range<Int>, _ reader: ProtobufReader, limits: WeightLimits) throws(WeightError) {
        self.message = message
        var fields = ProtobufReader(reader.bytes, message)
        var place = External()
        while let field = try fields.next() {
            switch field.number {
            case 1:
                try fields.integers(field) { (dimension) throws(WeightError) in
                    guard shape.count < limits.rank else {
                        throw .rankTooHigh(file: fields.file, tensor: name, rank: shape.count + 1, limit: limits.rank)
                    }
                    shape.append(dimension)
                }
            case 2: typeCode = try fields.integer(field)
            case 8: name = try fields.string(field, limit: ONNXModel.nameLimit)
            case 9: raw = try fields.range(field)
            case 13: try place.set(try fields.message(field))
            case 14: external = try fields.integer(field) == 1 ? place : nil
            default: break
            }
        }
        if external != nil { external = place }
    }

    /// The number of values that the shape asks for.
    ///
    /// - Throws: ``WeightError/emptyTensor(file:tensor:shape:)``, ``WeightError/shapeOverflow(file:tensor:shape:)``.
    func elementCount(file: String) throws(WeightError) -> Int {
        guard shape.allSatisfy({ $0 > 0 }) else { throw .emptyTensor(file: file, tensor: name, shape: shape) }
        // Times the largest size of a value, so that bytes need no further check.
        guard WeightHeader.product(of: shape, times: 8) != nil, let count = WeightHeader.product(of: shape) else {
            throw .shapeOverflow(file: file, tensor: name, shape: shape)
        }
        return count
    }
}

extension ONNXTensor.External {
    /// Takes one entry: a key and a value, both strings.
    fileprivate mutating func set(_ entry: ProtobufReader) throws(WeightError) {
        var fields = entry
        var (key, value) = ("", "")
        let start = fields.offset
        while let field = try fields.next() {
            switch field.number {
            case 1: key = try fields.string(field, limit: ONNXModel.nameLimit)
            case 2: value = try fields.string(field, limit: ONNXModel.nameLimit)
            default: break
            }
        }
        func number() throws(WeightError) -> Int {
            guard let number = Int(value), number >= 0 else {
                throw entry.malformed(at: start, expected: "a number of bytes as '\(key)' of external data")
            }
            return number
        }
        switch key {
        case "location": location = value
        case "offset": offset = try number()
        case "length": length = try number()
        default: break
        }
    }
}

extension ONNXTensor.ElementType {
    /// Bytes of a value in `raw_data`, where strings have no place.
    var byteCount: Int {
        switch self {
        case .double, .int64, .uint64: 8
        case .float, .int32, .uint32: 4
        case .float16, .bfloat16, .uint16, .int16: 2
        case .uint8, .int8, .bool: 1
        case .string: 0
        }
    }

    /// The type of a weight file that has the same bytes; nil where values have to be converted, or are no weights.
    var weightType: WeightType? {
        switch self {
        case .float: .f32
        case .float16: .f16
        case .bfloat16: .bf16
        default: nil
        }
    }
}
