extension VectorKernels {
    /// `output = (input − mean) / √(variance + epsilon) · gain + bias`, with mean and variance over the `channels` of each
    /// of `rows` pixels. In place where output and input are the same.
    ///
    /// Three passes over a pixel, which stays in the first-level cache: the variance of a large mean cancels in one. Sums
    /// have a few hundred terms a lane at most and need no doubles. About two cycles a vector and pass; waits for memory
    /// where the map is large.
    @inline(never)
    package static func layerNormPixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int, gain: UnsafePointer<Float>, bias: UnsafePointer<Float>, epsilon: Float
    ) {
        let count = Float(channels)
        // Channels in pairs of vectors: two sums hide the latency of the additions.
        let paired = channels / (2 &* wideWidth) &* (2 &* wideWidth)
        var row = 0
        while row < rows {
            let pixel = input + row &* inputStride
            let result = output + row &* outputStride

            var (a, b) = (Wide.zero, Wide.zero)
            var c = 0
            while c < paired {
                a += loadWide(pixel + c)
                b += loadWide(pixel + c + wideWidth)
                c &+= 2 &* wideWidth
            }
            var sum = laneSum(a + b)
            while c < channels {
                sum += pixel[c]
                c &+= 1
            }
            let mean = sum / count

            let means = Wide(repeating: mean)
            (a, b) = (.zero, .zero)
            c = 0
            while c < paired {
                let (left, right) = (loadWide(pixel + c) - means, loadWide(pixel + c + wideWidth) - means)
                a = multiplyAdd(a, left, left)
                b = multiplyAdd(b, right, right)
                c &+= 2 &* wideWidth
            }
            var squares = laneSum(a + b)
            while c < channels {
                squares += (pixel[c] - mean) * (pixel[c] - mean)
                c &+= 1
            }
            let scale = 1 / (squares / count + epsilon).squareRoot()

            let scales = Wide(repeating: scale)
            c = 0
            while c &+ wideWidth <= channels {
                let normal = (loadWide(pixel + c) - means) * scales
                storeWide(multiplyAdd(loadWide(bias + c), normal, loadWide(gain + c)), result + c)
                c &+= wideWidth
            }
            while c < channels {
                result[c] = (pixel[c] - mean) * scale * gain[c] + bias[c]
                c &+= 1
            }
            row &+= 1
        }
    }
}
