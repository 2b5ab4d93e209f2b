extension VectorKernels {
    /// Mean and variance of `channels` (at most 8) neighbouring channels over `rows` pixels.
    ///
    /// Sums are doubles: over a 1024² map a float sum would keep four digits. Two passes, because the variance of a large
    /// mean cancels in one. `variances` may be nil.
    @inline(never)
    package static func channelMoments(
        _ input: UnsafePointer<Float>, pixelStride: Int, rows: Int, channels: Int,
        means: UnsafeMutablePointer<Float>, variances: UnsafeMutablePointer<Float>?
    ) {
        let count = SIMD8(repeating: Double(rows))
        let mean = pixelSum(input, pixelStride, rows, channels) { $0 } / count
        var c = 0
        while c < channels {
            means[c] = Float(mean[c])
            c &+= 1
        }
        guard let variances else { return }
        let squares = pixelSum(input, pixelStride, rows, channels) { value in
            let deviation = value - mean
            return deviation * deviation
        }
        let variance = squares / count
        c = 0
        while c < channels {
            variances[c] = Float(variance[c])
            c &+= 1
        }
    }

    /// `output = input · scale + shift`, a scale and a shift a channel, over `rows` pixels.
    @inline(never)
    package static func scaleAndShiftPixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int, scale: UnsafePointer<Float>, shift: UnsafePointer<Float>
    ) {
        var row = 0
        while row < rows {
            let pixel = input + row &* inputStride
            let result = output + row &* outputStride
            var c = 0
            while c &+ vectorWidth <= channels {
                store(load(pixel + c) * load(scale + c) + load(shift + c), result + c)
                c &+= vectorWidth
            }
            while c < channels {
                result[c] = pixel[c] * scale[c] + shift[c]
                c &+= 1
            }
            row &+= 1
        }
    }
}

/// The sum of a function of each pixel, channel by channel.
@inline(__always)
private func pixelSum(
    _ input: UnsafePointer<Float>, _ pixelStride: Int, _ rows: Int, _ channels: Int,
    _ function: (SIMD8<Double>) -> SIMD8<Double>
) -> SIMD8<Double> {
    var sum = SIMD8<Double>.zero
    var row = 0
    if channels == vectorWidth {
        // One conversion and one addition in registers; lane by lane they go through memory.
        while row < rows {
            sum += function(SIMD8<Double>(load(input + row &* pixelStride)))
            row &+= 1
        }
        return sum
    }
    while row < rows {
        let pixel = input + row &* pixelStride
        var value = SIMD8<Double>.zero
        var c = 0
        while c < channels {
            value[c] = Double(pixel[c])
            c &+= 1
        }
        sum += function(value)
        row &+= 1
    }
    return sum
}
