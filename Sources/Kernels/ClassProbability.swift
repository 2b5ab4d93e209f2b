extension VectorKernels {
    /// The probability that a pixel is of one of several chosen classes, by a softmax over the logits of all.
    ///
    /// `chosen` has 1 for each class that counts and 0 for each other one. Up to eight classes of a pixel are one vector;
    /// lanes without a class are so far below the largest logit that they add nothing.
    @inline(never)
    package static func classProbabilities(
        _ logits: UnsafePointer<Float>, logitStride: Int, classes: Int, chosen: UnsafePointer<Float>,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, count: Int
    ) {
        var x = 0
        while x < count {
            let pixel = logits + x &* logitStride
            var largest = pixel[0]
            var index = 1
            while index < classes {
                largest = pixel[index] > largest ? pixel[index] : largest
                index &+= 1
            }
            var all: Float = 0
            var wanted: Float = 0
            var first = 0
            while first < classes {
                var values = Vector(repeating: -200)
                var weights = Vector(repeating: 0)
                let lanes = classes &- first < 8 ? classes &- first : 8
                var lane = 0
                while lane < lanes {
                    values[lane] = pixel[first &+ lane] - largest
                    weights[lane] = chosen[first &+ lane]
                    lane &+= 1
                }
                let powers = exponential(values)
                all += powers.sum()
                wanted += (powers * weights).sum()
                first &+= 8
            }
            output[x &* outputStride] = wanted / all
            x &+= 1
        }
    }
}
