import TensorCore

extension WeightFile {
    /// The values of a tensor as floats, in the file's own order (the last dimension varies fastest).
    ///
    /// ``WeightType/f32`` is copied, ``WeightType/f16`` and ``WeightType/bf16`` are widened exactly, ``WeightType/f64`` is
    /// rounded to the nearest float, an infinity where none is large enough. ``WeightType/i8`` is multiplied by its scale, a
    /// tensor `<name>.scale` of any of the other types: of shape `[C]` where C is the first dimension, one scale an output
    /// channel, or of one value for all. Values are not checked; weights may hold infinities and NaNs.
    ///
    /// - Parameters:
    ///   - name: of the tensor.
    ///   - shape: the shape that the tensor must have; nil accepts any.
    /// - Throws: ``WeightError/missingTensor(file:tensor:)`` (also for a scale),
    ///   ``WeightError/shapeMismatch(file:tensor:expected:actual:)``,
    ///   ``WeightError/unsupportedType(file:tensor:type:)``, ``WeightError/outOfMemory(file:byteCount:)``. The array
    ///   itself is Swift's own: where the system refuses memory for that, the process ends.
    /// - Complexity: O(values).
    public func floats(_ name: String, shape: [Int]? = nil) throws(WeightError) -> [Float] {
        try tensor(name, shape: shape).values
    }

    /// The values of a tensor as ``floats(_:shape:)`` gives them, in memory that may be refused without harm.
    package func tensor(_ name: String, shape: [Int]? = nil) throws(WeightError) -> WeightTensor {
        guard let info = info(name) else { throw .missingTensor(file: self.name, tensor: name) }
        if let shape, shape != info.shape {
            throw .shapeMismatch(file: self.name, tensor: name, expected: shape, actual: info.shape)
        }
        guard info.type.isReadable else {
            throw .unsupportedType(file: self.name, tensor: name, type: info.type)
        }
        let scale = info.type == .i8 ? try scale(of: info) : nil
        let buffer = try buffer(count: info.elementCount)
        withBytes(of: info) { bytes in
            switch info.type {
            case .f16: WeightFile.widen(bytes, into: buffer) { HalfPrecision.float(half: $0) }
            case .bf16: WeightFile.widen(bytes, into: buffer) { HalfPrecision.float(bfloat: $0) }
            case .i8: WeightFile.scale(bytes, by: scale, into: buffer)
            case .f64: WeightFile.round(bytes, into: buffer)
            default: WeightFile.copy(bytes, into: buffer)
            }
        }
        return WeightTensor(shape: info.shape, storage: buffer)
    }

    /// The scale of an ``WeightType/i8`` tensor: one value, or one for each of its first dimension.
    private func scale(of info: TensorInfo) throws(WeightError) -> WeightTensor {
        let name = info.name + ".scale"
        guard let scale = self.info(name) else { throw .missingTensor(file: self.name, tensor: name) }
        guard scale.type.isReadable, scale.type != .i8 else {
            throw .unsupportedType(file: self.name, tensor: name, type: scale.type)
        }
        let channels = info.shape.first ?? 1
        guard scale.elementCount == 1 || scale.shape == [channels] else {
            throw .shapeMismatch(file: self.name, tensor: name, expected: [channels], actual: scale.shape)
        }
        return try tensor(name)
    }

    /// Room for `count` floats.
    func buffer(count: Int, zeroed: Bool = false) throws(WeightError) -> FloatBuffer {
        do throws(TensorError) {
            return try FloatBuffer(count: count, zeroed: zeroed, purpose: "weights")
        } catch {
            throw .outOfMemory(file: name, byteCount: count * MemoryLayout<Float>.stride)
        }
    }

    // MARK: Loops over values
    // Values may lie at any address, hence the unaligned loads; `while`, since debug builds make a call of each step of
    // a `for`. The format is little-endian.

    private static func copy(_ bytes: UnsafeRawBufferPointer, into buffer: FloatBuffer) {
        // Little-endian like every platform of the compiler; no loop, whatever the optimisation.
        UnsafeMutableRawBufferPointer(start: buffer.base, count: bytes.count).copyMemory(from: bytes)
    }

    @inline(__always)
    private static func widen(
        _ bytes: UnsafeRawBufferPointer, into buffer: FloatBuffer, _ convert: (UInt16) -> Float
    ) {
        guard let source = bytes.baseAddress else { return }
        let target = buffer.base
        let count = buffer.count
        var index = 0
        while index < count {
            let bits = source.loadUnaligned(fromByteOffset: index &* 2, as: UInt16.self)
            target[index] = convert(UInt16(littleEndian: bits))
            index &+= 1
        }
    }

    private static func round(_ bytes: UnsafeRawBufferPointer, into buffer: FloatBuffer) {
        guard let source = bytes.baseAddress else { return }
        let target = buffer.base
        let count = buffer.count
        var index = 0
        while index < count {
            let bits = source.loadUnaligned(fromByteOffset: index &* 8, as: UInt64.self)
            target[index] = Float(Double(bitPattern: UInt64(littleEndian: bits)))
            index &+= 1
        }
    }

    private static func scale(_ bytes: UnsafeRawBufferPointer, by scale: WeightTensor?, into buffer: FloatBuffer) {
        guard let scale, let source = bytes.baseAddress else { return }
        let block = buffer.count / scale.count
        for channel in 0..<scale.count {
            let step = scale[channel]
            var index = channel * block
            while index < (channel + 1) * block {
                buffer.base[index] = step * Float(source.load(fromByteOffset: index, as: Int8.self))
                index &+= 1
            }
        }
    }
}
