extension VectorKernels {
    /// One output row of a convolution to a single channel: each value is a dot product straight over the input.
    ///
    /// `weights` are `[kernelHeight, kernelWidth, channels]`; `rows[ky]` points to the input row under kernel row `ky`, or is
    /// nil where that row lies in the padding. Cost: kernelHeight · kernelWidth · channels multiply-adds a pixel. As a matrix
    /// product with one column it would copy every neighbourhood first, four times as slow (64 channels at 320²).
    @inline(never)
    package static func singleOutputRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>?>, pixelStride: Int, width: Int, channels: Int,
        weights: UnsafePointer<Float>, kernelHeight: Int, kernelWidth: Int,
        strideX: Int, paddingLeft: Int, dilationX: Int
    ) {
        let isContiguous = dilationX == 1 && pixelStride == channels
        var x = 0
        while x < outputWidth {
            let left = x &* strideX &- paddingLeft
            var firstTap = 0
            while firstTap < kernelWidth && left &+ firstTap &* dilationX < 0 { firstTap &+= 1 }
            var endTap = kernelWidth
            while endTap > firstTap && left &+ (endTap &- 1) &* dilationX >= width { endTap &-= 1 }

            var sums = Vector.zero
            var rest: Float = 0
            var ky = 0
            while ky < kernelHeight {
                if let row = rows[ky] {
                    let kernelRow = weights + ky &* kernelWidth &* channels
                    // Neighbouring taps are one run where their pixels are neighbours in memory.
                    let runs = isContiguous ? (endTap > firstTap ? 1 : 0) : endTap &- firstTap
                    let length = isContiguous ? (endTap &- firstTap) &* channels : channels
                    var run = 0
                    while run < runs {
                        let tap = firstTap &+ run
                        let values = row + (left &+ tap &* dilationX) &* pixelStride
                        let factors = kernelRow + tap &* channels
                        var i = 0
                        while i &+ vectorWidth <= length {
                            sums += load(values + i) * load(factors + i)
                            i &+= vectorWidth
                        }
                        while i < length {
                            rest += values[i] * factors[i]
                            i &+= 1
                        }
                        run &+= 1
                    }
                }
                ky &+= 1
            }
            var lane = 0
            while lane < vectorWidth {
                rest += sums[lane]
                lane &+= 1
            }
            output[x &* outputStride] = rest
            x &+= 1
        }
    }

}
