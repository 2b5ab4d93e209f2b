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
    case .gelu: return gelu(x)
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
    case .gelu: return gelu(Vector(repeating: x))[0]
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
        let pixels = Pixels(
            output: output, pixelStride: pixelStride, rows: rows, channels: channels, bias: bias, residual: residual,
            residualStride: residualStride)
        switch activation {
        case .none: finishBare(pixels)
        case .relu: finishRelu(pixels)
        case .relu6: finishRelu6(pixels)
        case .sigmoid: finishSigmoid(pixels)
        case .hardSwish: finishHardSwish(pixels)
        case .hardSigmoid: finishHardSigmoid(pixels)
        case .hyperbolicTangent: finishHyperbolicTangent(pixels)
        case .gelu:
            finishGelu(
                output, stride: pixelStride, into: output, stride: pixelStride, rows: rows, columns: channels,
                bias: bias, residual: residual, residualStride: residualStride)
        case .clamped: finishClamped(pixels)
        }
    }
}

// One function an activation: in one for all the optimiser shares a loop among several after all.

@inline(never) private func finishBare(_ pixels: Pixels) { pixels.finish(.none) }

@inline(never) private func finishRelu(_ pixels: Pixels) { pixels.finish(.relu) }

@inline(never) private func finishRelu6(_ pixels: Pixels) { pixels.finish(.relu6) }

@inline(never) private func finishSigmoid(_ pixels: Pixels) { pixels.finish(.sigmoid) }

@inline(never) private func finishHardSwish(_ pixels: Pixels) { pixels.finish(.hardSwish) }

@inline(never) private func finishHardSigmoid(_ pixels: Pixels) { pixels.finish(.hardSigmoid) }

@inline(never) private func finishHyperbolicTangent(_ pixels: Pixels) { pixels.finish(.hyperbolicTangent) }

@inline(never) private func finishClamped(_ pixels: Pixels) { pixels.finish(.clamped) }

/// What the sums of a convolution still lack.
private struct Pixels {
    let output: UnsafeMutablePointer<Float>
    let pixelStride: Int
    let rows: Int
    let channels: Int
    let bias: UnsafePointer<Float>?
    let residual: UnsafePointer<Float>?
    let residualStride: Int

    @inline(__always)
    func finish(_ activation: Activation) {
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
}
