import KernelInterface

extension VectorKernels {
    /// One output row of a depthwise convolution: each channel with its own kernel, bias, activation and residual fused.
    ///
    /// `weights` are `[kernelHeight, kernelWidth, channels]`. `rows[ky]` points to the input row under kernel row `ky`, or
    /// is nil where that row lies in the padding. Cost: kernelHeight · kernelWidth multiply-adds a value from the first-level
    /// cache; channels are the inner loop because they are contiguous, accumulators stay in registers. Vectors of eight
    /// floats: sixteen split into halves and were slower.
    @inline(never)
    package static func depthwiseRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>?>, pixelStride: Int, width: Int, channels: Int,
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        kernelHeight: Int, kernelWidth: Int, strideX: Int, paddingLeft: Int, dilationX: Int,
        activation: Activation, residual: UnsafePointer<Float>?, residualStride: Int
    ) {
        var x = 0
        while x < outputWidth {
            let left = x &* strideX &- paddingLeft
            // Taps outside are skipped: the first and the last kernel column that fall inside.
            var firstTap = 0
            while firstTap < kernelWidth && left &+ firstTap &* dilationX < 0 { firstTap &+= 1 }
            var endTap = kernelWidth
            while endTap > firstTap && left &+ (endTap &- 1) &* dilationX >= width { endTap &-= 1 }

            let pixel = output + x &* outputStride
            let added = residual.map { $0 + x &* residualStride }
            var c = 0
            while c &+ vectorWidth <= channels {
                var sum = load(bias + c)
                var ky = 0
                while ky < kernelHeight {
                    if let row = rows[ky] {
                        var kx = firstTap
                        while kx < endTap {
                            let tap = row + ((left &+ kx &* dilationX) &* pixelStride &+ c)
                            sum += load(tap) * load(weights + ((ky &* kernelWidth &+ kx) &* channels &+ c))
                            kx &+= 1
                        }
                    }
                    ky &+= 1
                }
                sum = activated(sum, activation)
                if let added { sum += load(added + c) }
                store(sum, pixel + c)
                c &+= vectorWidth
            }
            while c < channels {
                var sum = bias[c]
                var ky = 0
                while ky < kernelHeight {
                    if let row = rows[ky] {
                        var kx = firstTap
                        while kx < endTap {
                            let tap = (left &+ kx &* dilationX) &* pixelStride &+ c
                            sum += row[tap] * weights[(ky &* kernelWidth &+ kx) &* channels &+ c]
                            kx &+= 1
                        }
                    }
                    ky &+= 1
                }
                sum = activated(sum, activation)
                if let added { sum += added[c] }
                pixel[c] = sum
                c &+= 1
            }
            x &+= 1
        }
    }

}
