import TensorCore

extension ONNXModel {
    /// The values of a tensor as floats, in the order of its own shape.
    ///
    /// - Throws: ``WeightError/sizeMismatch(file:tensor:expected:actual:)``,
    ///   ``WeightError/unknownType(file:tensor:type:)``, ``WeightError/outOfMemory(file:byteCount:)`` and, for data in
    ///   another file, what keeps that from being read.
    package func values(_ tensor: GraphTensor) throws(WeightError) -> WeightTensor {
        let place = try place(of: tensor.tensor)
        let stored = try buffer(count: try tensor.tensor.elementCount(file: file))
        try decode(tensor.tensor, at: place, into: stored)
        guard !tensor.isPlain else { return WeightTensor(shape: tensor.shape, storage: stored) }
        let ordered = try buffer(count: stored.count)
        Self.order(UnsafePointer(stored.base), as: tensor, into: ordered.base)
        return WeightTensor(shape: tensor.shape, storage: ordered)
    }

    /// The type under which a weight file can hold the same bytes that this one has; F32 where there is none.
    package func storedType(_ tensor: GraphTensor) -> WeightType {
        let hasBytes = tensor.tensor.raw != nil || tensor.tensor.external != nil
        return hasBytes ? tensor.tensor.type?.weightType ?? .f32 : .f32
    }

    /// Copies the values as they are, those of ``storedType(_:)``.
    func copy(_ tensor: GraphTensor, into target: UnsafeMutableRawBufferPointer) throws(WeightError) {
        let type = storedType(tensor)
        if tensor.tensor.type?.weightType == type, let place = try place(of: tensor.tensor) {
            try place.bytes.read(into: target, from: place.offset)
            guard !tensor.isPlain else { return }
            let stored = try WeightStorage(byteCount: target.count, file: file) { $0.copyMemory(from: .init(target)) }
            func order<Value>(_: Value.Type) {
                guard let source = stored.bytes.baseAddress, let target = target.baseAddress else { return }
                Self.order(
                    source.assumingMemoryBound(to: Value.self), as: tensor,
                    into: target.assumingMemoryBound(to: Value.self))
            }
            if type == .f32 { order(UInt32.self) } else { order(UInt16.self) }
            return
        }
        try values(tensor).withValues { target.copyMemory(from: UnsafeRawBufferPointer($0)) }
    }

    /// Whole numbers of a small tensor; nil for one of more than a shape has.
    func integers(_ tensor: ONNXTensor) throws(WeightError) -> [Int]? {
        let count = try tensor.elementCount(file: file)
        guard tensor.type == .int64, count <= limits.rank, tensor.external == nil else { return nil }
        var integers: [Int] = []
        if let raw = tensor.raw {
            guard raw.count == 8 * count else { throw sizeMismatch(tensor, expected: 8 * count, actual: raw.count) }
            for index in 0..<count {
                integers.append(Int(try bytes.load(Int64.self, at: raw.lowerBound + 8 * index)))
            }
            return integers
        }
        var fields = ProtobufReader(bytes, tensor.message)
        while let field = try fields.next() {
            guard field.number == 7 else { continue }
            try fields.integers(field) { (value) throws(WeightError) in
                if integers.count <= count { integers.append(value) }
            }
        }
        return integers.count == count ? integers : nil
    }

    /// Puts values in the order of a tensor's shape.
    ///
    /// One read and one write a value; of a transposed matrix the reads jump, which costs what the memory does.
    private static func order<Value>(
        _ source: UnsafePointer<Value>, as tensor: GraphTensor, into target: UnsafeMutablePointer<Value>
    ) {
        guard let columns = tensor.shape.last, let step = tensor.strides.last else { return }
        let (shape, strides) = (tensor.shape.dropLast(), tensor.strides.dropLast())
        var position = [Int](repeating: 0, count: shape.count)
        var (row, written) = (0, 0)
        for _ in 0..<shape.reduce(1, *) {
            var place = row
            var column = 0
            while column < columns {
                target[written] = source[place]
                place &+= step
                written &+= 1
                column &+= 1
            }
            // The last dimension counts up first, as the digits of a number do.
            for dimension in shape.indices.reversed() {
                position[dimension] += 1
                row += strides[dimension]
                if position[dimension] < shape[dimension] { break }
                row -= position[dimension] * strides[dimension]
                position[dimension] = 0
            }
        }
    }

    // MARK: Decoding

    private func decode(_ tensor: ONNXTensor, at place: Place?, into floats: FloatBuffer) throws(WeightError) {
        let type = try readableType(tensor)
        guard let place else { return try decodeFields(tensor, type, into: floats) }
        if type == .float {
            let target = UnsafeMutableRawBufferPointer(start: floats.base, count: floats.count * type.byteCount)
            return try place.bytes.read(into: target, from: place.offset)
        }
        let stored = try WeightStorage(byteCount: floats.count * type.byteCount, file: file) {
            (target) throws(WeightError) in
            try place.bytes.read(into: target, from: place.offset)
        }
        for index in 0..<floats.count {
            func bits<Bits: FixedWidthInteger>(_ bits: Bits.Type) -> Bits {
                Bits(
                    littleEndian: stored.bytes.loadUnaligned(fromByteOffset: index * MemoryLayout<Bits>.size, as: bits))
            }
            floats.base[index] =
                switch type {
                case .float16: HalfPrecision.float(half: bits(UInt16.self))
                case .bfloat16: HalfPrecision.float(bfloat: bits(UInt16.self))
                default: Float(Double(bitPattern: bits(UInt64.self)))
                }
        }
    }

    /// Values in `float_data` (4), `double_data` (10) or, halves as whole numbers, `int32_data` (5).
    private func decodeFields(
        _ tensor: ONNXTensor, _ type: ONNXTensor.ElementType, into floats: FloatBuffer
    ) throws(WeightError) {
        var count = 0
        func add(_ value: Float) {
            if count < floats.count { floats.base[count] = value }
            count += 1
        }
        var fields = ProtobufReader(bytes, tensor.message)
        while let field = try fields.next() {
            switch (field.number, type, field.value) {
            case (4, .float, .fixed32(let bits)): add(Float(bitPattern: bits))
            case (10, .double, .fixed64(let bits)): add(Float(Double(bitPattern: bits)))
            case (4, .float, .bytes(let range)):
                for offset in stride(from: range.lowerBound, to: range.upperBound - 3, by: 4) {
                    add(Float(bitPattern: try bytes.load(UInt32.self, at: offset)))
                }
            case (10, .double, .bytes(let range)):
                for offset in stride(from: range.lowerBound, to: range.upperBound - 7, by: 8) {
                    add(Float(Double(bitPattern: try bytes.load(UInt64.self, at: offset))))
                }
            case (5, .float16, _), (5, .bfloat16, _):
                try fields.integers(field) { (value) throws(WeightError) in
                    let bits = UInt16(truncatingIfNeeded: value)
                    add(type == .float16 ? HalfPrecision.float(half: bits) : HalfPrecision.float(bfloat: bits))
                }
            default: break
            }
        }
        guard count == floats.count else {
            throw sizeMismatch(tensor, expected: floats.count * type.byteCount, actual: count * type.byteCount)
        }
    }

    private func buffer(count: Int) throws(WeightError) -> FloatBuffer {
        do throws(TensorError) {
            return try FloatBuffer(count: count, purpose: "weights")
        } catch {
            throw .outOfMemory(file: file, byteCount: count * MemoryLayout<Float>.stride)
        }
    }
}
