/// A node of an ONNX graph: an operator, and the values that it reads and writes.
struct ONNXNode: Sendable {
    /// What of a node's attributes matters to weights.
    struct Attributes: Sendable {
        var groups = 1
        var epsilon: Float = 1e-5
        var alpha: Float = 1
        var beta: Float = 1
        var transposesLeft = false
        var transposesRight = false
        var isTraining = false
        var permutation: [Int] = []
        /// How a `Pad` fills: `constant`, `edge`, `reflect`, `wrap`.
        var mode = "constant"
        /// What a `Pad` before operator set 11 fills with.
        var filling: Float = 0
        /// The value of a `Constant`.
        var tensor: ONNXTensor?
        /// The values of a `Constant` of whole numbers.
        var integers: [Int] = []
    }

    private(set) var name = ""
    /// `Conv`, with its domain before it where that is not ONNX's own: `com.microsoft.Gelu`.
    private(set) var operation = ""
    /// Numbers of the values' names (``ONNXModel/Names``); 0 for one that is left out.
    private(set) var inputs: [Int] = []
    private(set) var outputs: [Int] = []
    private(set) var attributes = Attributes()

    /// - Parameter names: collects the values' names.
    init(
        _ reader: ProtobufReader, names: inout ONNXModel.Names, limits: WeightLimits
    ) throws(WeightError) {
        var fields = reader
        var domain = ""
        while let field = try fields.next() {
            switch field.number {
            case 1: inputs.append(try names.number(field, fields))
            case 2: outputs.append(try names.number(field, fields))
            case 3: name = try fields.string(field, limit: ONNXModel.nameLimit)
            case 4: operation = try fields.string(field, limit: ONNXModel.nameLimit)
            case 5: try attributes.set(try fields.message(field), limits: limits)
            case 7: domain = try fields.string(field, limit: ONNXModel.nameLimit)
            default: break
            }
        }
        if !domain.isEmpty, domain != "ai.onnx" { operation = "\(domain).\(operation)" }
    }
}

extension ONNXNode.Attributes {
    fileprivate mutating func set(_ reader: ProtobufReader, limits: WeightLimits) throws(WeightError) {
        var fields = reader
        var name = ""
        var integer = 0
        var float: Float = 0
        var integers: [Int] = []
        var tensor: ONNXTensor?
        var text: ProtobufReader.Field?
        while let field = try fields.next() {
            switch field.number {
            case 1: name = try fields.string(field, limit: ONNXModel.nameLimit)
            case 2: float = try fields.float(field)
            case 3: integer = try fields.integer(field)
            case 4: text = field
            case 5: tensor = try ONNXTensor(try fields.range(field), fields, limits: limits)
            case 8:
                // Longer lists are sizes and the like of no weight.
                try fields.integers(field) { (value) throws(WeightError) in
                    if integers.count <= limits.rank { integers.append(value) }
                }
            default: break
            }
        }
        switch name {
        case "group": groups = integer
        case "epsilon": epsilon = float
        case "alpha": alpha = float
        case "beta": beta = float
        case "transA": transposesLeft = integer != 0
        case "transB": transposesRight = integer != 0
        case "training_mode": isTraining = integer != 0
        case "perm": permutation = integers
        case "mode":
            if let text { mode = try fields.string(text, limit: ONNXModel.nameLimit) }
        case "value": (self.tensor, filling) = (tensor, float)
        case "value_ints": self.integers = integers
        default: break
        }
    }
}
