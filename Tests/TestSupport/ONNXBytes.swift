/// An ONNX file that a test makes: nodes and initialisers in the order of the calls.
package struct ONNXBytes {
    /// How a tensor holds its values.
    package enum Storage: Sendable, CaseIterable {
        case raw, floats, unpackedFloats, rawHalves, halves, bfloats, doubles, rawDoubles
    }

    private var graph = ProtobufBytes()
    private let producer: String

    package init(producer: String = "test") { self.producer = producer }

    /// A node. Attributes are whole numbers, floats, lists of whole numbers, tensors or texts.
    package mutating func node(
        _ operation: String, _ inputs: [String], _ outputs: [String], name: String = "", domain: String = "",
        integers: [String: Int] = [:], floats: [String: Float] = [:], lists: [String: [Int]] = [:],
        tensors: [String: ProtobufBytes] = [:], texts: [String: String] = [:]
    ) {
        var node = ProtobufBytes()
        for input in inputs { node.add(1, input) }
        for output in outputs { node.add(2, output) }
        node.add(3, name)
        node.add(4, operation)
        func attribute(_ name: String, _ type: Int, _ value: (inout ProtobufBytes) -> Void) {
            var attribute = ProtobufBytes()
            attribute.add(1, name)
            value(&attribute)
            attribute.add(20, type)
            node.add(5, attribute)
        }
        for (name, value) in integers { attribute(name, 2) { $0.add(3, value) } }
        for (name, value) in floats { attribute(name, 1) { $0.add(2, value) } }
        for (name, values) in lists { attribute(name, 7) { for value in values { $0.add(8, value) } } }
        for (name, tensor) in tensors { attribute(name, 4) { $0.add(5, tensor) } }
        for (name, text) in texts { attribute(name, 3) { $0.add(4, text) } }
        node.add(7, domain)
        graph.add(1, node)
    }

    package mutating func initializer(_ tensor: ProtobufBytes) { graph.add(5, tensor) }

    package mutating func initializer(_ name: String, _ shape: [Int], _ values: [Float], as storage: Storage = .raw) {
        initializer(Self.tensor(name, shape, values, as: storage))
    }

    /// An output of the graph.
    package mutating func output(_ name: String) {
        var value = ProtobufBytes()
        value.add(1, name)
        graph.add(12, value)
    }

    /// The whole file.
    package var bytes: [UInt8] {
        var model = ProtobufBytes()
        model.add(1, 8)
        model.add(2, producer)
        model.add(3, "1.0")
        model.add(7, graph)
        var operators = ProtobufBytes()
        operators.add(1, "")
        operators.add(2, 17)
        model.add(8, operators)
        return model.bytes
    }

    // MARK: Tensors

    package static func tensor(
        _ name: String, _ shape: [Int], _ values: [Float], as storage: Storage = .raw
    ) -> ProtobufBytes {
        var tensor = ProtobufBytes()
        func little<Bits: FixedWidthInteger>(_ bits: [Bits]) -> [UInt8] {
            bits.withUnsafeBytes { Array($0) }  // little-endian like every platform of the compiler
        }
        func code(_ number: Int) {
            tensor.add(packed: 1, shape)
            tensor.add(2, number)
        }
        switch storage {
        case .raw, .floats:
            code(1)
            tensor.add(storage == .raw ? 9 : 4, little(values.map(\.bitPattern)))
        case .unpackedFloats:
            for dimension in shape { tensor.add(1, dimension) }
            tensor.add(2, 1)
            for value in values { tensor.add(4, value) }
        case .rawHalves:
            code(10)
            tensor.add(9, little(values.map(Self.half)))
        case .halves:
            code(10)
            tensor.add(packed: 5, values.map { Int(Self.half($0)) })
        case .bfloats:
            code(16)
            tensor.add(9, little(values.map { UInt16($0.bitPattern >> 16) }))
        case .doubles:
            code(11)
            for value in values { tensor.add(10, Double(value)) }
        case .rawDoubles:
            code(11)
            tensor.add(9, little(values.map { Double($0).bitPattern }))
        }
        tensor.add(8, name)
        return tensor
    }

    /// Whole numbers of 64 bits, as shapes are.
    package static func tensor(_ name: String, integers: [Int], isRaw: Bool = false) -> ProtobufBytes {
        var tensor = ProtobufBytes()
        tensor.add(1, integers.count)
        tensor.add(2, 7)
        if isRaw {
            tensor.add(9, integers.flatMap { value in withUnsafeBytes(of: Int64(value).littleEndian) { Array($0) } })
        } else {
            tensor.add(packed: 7, integers)
        }
        tensor.add(8, name)
        return tensor
    }

    /// Values in another file.
    package static func tensor(
        _ name: String, _ shape: [Int], type: Int = 1, location: String, offset: Int, length: Int?
    ) -> ProtobufBytes {
        var tensor = ProtobufBytes()
        for dimension in shape { tensor.add(1, dimension) }
        tensor.add(2, type)
        tensor.add(8, name)
        for (key, value) in [("location", location), ("offset", "\(offset)"), ("length", length.map { "\($0)" })] {
            guard let value else { continue }
            var entry = ProtobufBytes()
            entry.add(1, key)
            entry.add(2, value)
            tensor.add(13, entry)
        }
        tensor.add(14, 1)
        return tensor
    }

    /// The half-precision number of a value that is one exactly and no subnormal.
    private static func half(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(bits >> 16) & 0x8000
        guard bits << 1 != 0 else { return sign }
        // The exponent's bias goes from 127 to 15.
        return sign | UInt16(((bits & 0x7fff_ffff) - (112 << 23)) >> 13)
    }
}
