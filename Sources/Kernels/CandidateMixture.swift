extension VectorKernels {
    /// Alpha as a mixture of three candidates at each pixel, weighed by a softmax: the network's own, and two values of
    /// another map.
    ///
    /// A pixel of `logits` is the logit of the own alpha and the three logits of the weights; `first` and `second` are the
    /// other candidates as 2a − 1. The four exponentials of a pixel are one vector.
    @inline(never)
    package static func mixCandidates(
        _ logits: UnsafePointer<Float>, logitStride: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>,
        candidateStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int
    ) {
        var x = 0
        while x < count {
            let pixel = logits + x &* logitStride
            let place = x &* candidateStride
            var largest = pixel[1] > pixel[2] ? pixel[1] : pixel[2]
            largest = largest > pixel[3] ? largest : pixel[3]
            let powers = exponential(
                Vector(-pixel[0], pixel[1] - largest, pixel[2] - largest, pixel[3] - largest, 0, 0, 0, 0))
            let own = 1 / (1 + powers[0])
            let sum =
                powers[1] * own + powers[2] * (first[place] * 0.5 + 0.5) + powers[3] * (second[place] * 0.5 + 0.5)
            output[x &* outputStride] = sum / (powers[1] + powers[2] + powers[3])
            x &+= 1
        }
    }
}
