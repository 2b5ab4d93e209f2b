/// Eight floats as doubles. By name: a loop over the lanes keeps sums in memory and takes ten times as long, and the
/// standard library's conversion of vectors is generic.
@inline(__always)
private func widened(_ x: Vector) -> SIMD8<Double> {
    SIMD8(
        Double(x[0]), Double(x[1]), Double(x[2]), Double(x[3]), Double(x[4]), Double(x[5]), Double(x[6]), Double(x[7]))
}

/// The first `count` of eight floats as doubles, the others 0; of all eight in one load.
@inline(__always)
private func loadWidened(_ pixel: UnsafePointer<Float>, _ count: Int) -> SIMD8<Double> {
    if count == vectorWidth { return widened(load(pixel)) }
    var values = SIMD8<Double>.zero
    var c = 0
    while c < count {
        values[c] = Double(pixel[c])
        c &+= 1
    }
    return values
}

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
        var mean = SIMD8<Double>.zero
        var row = 0
        while row < rows {
            mean += loadWidened(input + row &* pixelStride, channels)
            row &+= 1
        }
        mean /= SIMD8(repeating: Double(rows))
        var c = 0
        while c < channels {
            means[c] = Float(mean[c])
            c &+= 1
        }
        guard let variances else { return }
        var variance = SIMD8<Double>.zero
        row = 0
        while row < rows {
            let deviation = loadWidened(input + row &* pixelStride, channels) - mean
            variance += deviation * deviation
            row &+= 1
        }
        c = 0
        while c < channels {
            variances[c] = Float(variance[c] / Double(rows))
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
