import KernelInterface

@inline(__always)
func activated(_ x: Vector, _ activation: Activation) -> Vector {
    switch activation {
    case .none: return x
    case .relu: return maximum(x, .zero)
    case .relu6: return minimum(maximum(x, .zero), Vector(repeating: 6))
    case .hardSwish:
        let gate = minimum(maximum(x + Vector(repeating: 3), .zero), Vector(repeating: 6))
        return x * gate * Vector(repeating: 1 / 6)
    case .sigmoid:
        return Vector(repeating: 1) / (Vector(repeating: 1) + exponential(-x))
    case .hardSigmoid:
        let gate = minimum(maximum(x + Vector(repeating: 3), .zero), Vector(repeating: 6))
        return gate * Vector(repeating: 1 / 6)
    case .hyperbolicTangent: return hyperbolicTangent(x)
    case .gelu: return gaussianErrorLinear(x)
    case .clamped: return minimum(maximum(x, .zero), Vector(repeating: 1))
    }
}

@inline(__always)
func activated(_ x: Float, _ activation: Activation) -> Float {
    switch activation {
    case .none: return x
    case .relu: return x < 0 ? 0 : x
    case .relu6: return x < 0 ? 0 : x > 6 ? 6 : x
    case .hardSwish:
        let shifted = x + 3
        return x * (shifted < 0 ? 0 : shifted > 6 ? 6 : shifted) * (1 / 6)
    case .sigmoid: return 1 / (1 + exponential(-x))
    case .hardSigmoid:
        let shifted = x + 3
        return (shifted < 0 ? 0 : shifted > 6 ? 6 : shifted) * (1 / 6)
    case .hyperbolicTangent: return hyperbolicTangent(Vector(repeating: x))[0]
    case .gelu: return gaussianErrorLinear(Vector(repeating: x))[0]
    case .clamped: return x < 0 ? 0 : x > 1 ? 1 : x
    }
}

extension VectorKernels {
    /// `output = activation(output + bias) + residual` over `rows` pixels of `channels` values, in place.
    ///
    /// The last step of a convolution, run while the panel that the matrix product wrote is still in the cache; memory-bound,
    /// about 0.1 ns a value. `bias` and `residual` may be nil. A residual is added after the activation, as U²-Net and
    /// MobileNetV2 do.
    @inline(never)
    package static func finishConvolution(
        _ output: UnsafeMutablePointer<Float>, pixelStride: Int, rows: Int, channels: Int,
        bias: UnsafePointer<Float>?, activation: Activation,
        residual: UnsafePointer<Float>?, residualStride: Int
    ) {
        // One specialised loop an activation: the switch inside would cost more than the work.
        switch activation {
        case .none: epilogue(output, pixelStride, rows, channels, bias, .none, residual, residualStride)
        case .relu: epilogue(output, pixelStride, rows, channels, bias, .relu, residual, residualStride)
        case .relu6: epilogue(output, pixelStride, rows, channels, bias, .relu6, residual, residualStride)
        case .sigmoid: epilogue(output, pixelStride, rows, channels, bias, .sigmoid, residual, residualStride)
        case .hardSwish: epilogue(output, pixelStride, rows, channels, bias, .hardSwish, residual, residualStride)
        case .hardSigmoid: epilogue(output, pixelStride, rows, channels, bias, .hardSigmoid, residual, residualStride)
        case .hyperbolicTangent:
            epilogue(output, pixelStride, rows, channels, bias, .hyperbolicTangent, residual, residualStride)
        case .gelu: epilogue(output, pixelStride, rows, channels, bias, .gelu, residual, residualStride)
        case .clamped: epilogue(output, pixelStride, rows, channels, bias, .clamped, residual, residualStride)
        }
    }
}

@inline(__always)
private func epilogue(
    _ output: UnsafeMutablePointer<Float>, _ pixelStride: Int, _ rows: Int, _ channels: Int,
    _ bias: UnsafePointer<Float>?, _ activation: Activation,
    _ residual: UnsafePointer<Float>?, _ residualStride: Int
) {
    var row = 0
    while row < rows {
        let pixel = output + row &* pixelStride
        let added = residual.map { $0 + row &* residualStride }
        var c = 0
        while c &+ vectorWidth <= channels {
            var value = load(pixel + c)
            if let bias { value += load(bias + c) }
            value = activated(value, activation)
            if let added { value += load(added + c) }
            store(value, pixel + c)
            c &+= vectorWidth
        }
        while c < channels {
            var value = pixel[c]
            if let bias { value += bias[c] }
            value = activated(value, activation)
            if let added { value += added[c] }
            pixel[c] = value
            c &+= 1
        }
        row &+= 1
    }
}
