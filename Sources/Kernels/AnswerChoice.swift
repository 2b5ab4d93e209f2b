extension VectorKernels {
    /// Alpha as a choice among three answers at each pixel: the network's own, and two values of another map, weighed by a
    /// softmax.
    ///
    /// A pixel of `opinions` is the logit of its own answer and the three logits of the choice; `first` and `second` are
    /// the other answers as 2a − 1. The four exponentials of a pixel are one vector.
    @inline(never)
    package static func chooseAnswers(
        _ opinions: UnsafePointer<Float>, opinionStride: Int, first: UnsafePointer<Float>, second: UnsafePointer<Float>,
        answerStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int
    ) {
        var x = 0
        while x < count {
            let pixel = opinions + x &* opinionStride
            let place = x &* answerStride
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
