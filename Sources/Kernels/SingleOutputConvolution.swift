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
        // Neighbouring taps are one run where their pixels are neighbours in memory.
        let isContiguous = dilationX == 1 && pixelStride == channels
        let reach = (kernelWidth &- 1) &* dilationX
        var x = 0
        while x < outputWidth {
            let left = x &* strideX &- paddingLeft
            let step = strideX &* pixelStride
            if left >= 0 && left &+ 3 &* strideX &+ reach < width && x &+ 4 <= outputWidth {
                // Four pixels at a time: four sums hide one another's latency, and each weight is read once for all.
                var s0 = Wide.zero
                var s1 = Wide.zero
                var s2 = Wide.zero
                var s3 = Wide.zero
                var (r0, r1, r2, r3): (Float, Float, Float, Float) = (0, 0, 0, 0)
                var ky = 0
                while ky < kernelHeight {
                    if let row = rows[ky] {
                        let runs = isContiguous ? 1 : kernelWidth
                        let length = isContiguous ? kernelWidth &* channels : channels
                        var run = 0
                        while run < runs {
                            let values = row + (left &+ run &* dilationX) &* pixelStride
                            let factors = weights + (ky &* kernelWidth &+ run) &* channels
                            var i = 0
                            while i &+ wideWidth <= length {
                                let factor = loadWide(factors + i)
                                s0 = multiplyAdd(s0, loadWide(values + i), factor)
                                s1 = multiplyAdd(s1, loadWide(values + (step &+ i)), factor)
                                s2 = multiplyAdd(s2, loadWide(values + (2 &* step &+ i)), factor)
                                s3 = multiplyAdd(s3, loadWide(values + (3 &* step &+ i)), factor)
                                i &+= wideWidth
                            }
                            while i < length {
                                r0 += values[i] * factors[i]
                                r1 += values[step &+ i] * factors[i]
                                r2 += values[2 &* step &+ i] * factors[i]
                                r3 += values[3 &* step &+ i] * factors[i]
                                i &+= 1
                            }
                            run &+= 1
                        }
                    }
                    ky &+= 1
                }
                output[x &* outputStride] = laneSum(s0) + r0
                output[(x &+ 1) &* outputStride] = laneSum(s1) + r1
                output[(x &+ 2) &* outputStride] = laneSum(s2) + r2
                output[(x &+ 3) &* outputStride] = laneSum(s3) + r3
                x &+= 4
                continue
            }

            // At the borders, pixel by pixel and tap by tap.
            var sum = Wide.zero
            var rest: Float = 0
            var ky = 0
            while ky < kernelHeight {
                if let row = rows[ky] {
                    var kx = 0
                    while kx < kernelWidth {
                        let ix = left &+ kx &* dilationX
                        if ix >= 0 && ix < width {
                            let values = row + ix &* pixelStride
                            let factors = weights + (ky &* kernelWidth &+ kx) &* channels
                            var i = 0
                            while i &+ wideWidth <= channels {
                                sum = multiplyAdd(sum, loadWide(values + i), loadWide(factors + i))
                                i &+= wideWidth
                            }
                            while i < channels {
                                rest += values[i] * factors[i]
                                i &+= 1
                            }
                        }
                        kx &+= 1
                    }
                }
                ky &+= 1
            }
            output[x &* outputStride] = laneSum(sum) + rest
            x &+= 1
        }
    }
}
