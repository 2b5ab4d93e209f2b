extension VectorKernels {
    /// One row of attention over scales: `output = Σ softmax(logits)ₖ · featuresₖ`, the softmax over `count` scales at each
    /// pixel (Chen et al. 2016).
    ///
    /// `features[k]` are `width` pixels of `channels` values with `strides[k]` floats from pixel to pixel, `logits[k]` are
    /// `width` values in a row; these are replaced by the weights. Planar logits let eight pixels share an exponential.
    @inline(never)
    package static func attendRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        features: UnsafePointer<UnsafePointer<Float>>, strides: UnsafePointer<Int>,
        logits: UnsafePointer<UnsafeMutablePointer<Float>>, count: Int, width: Int, channels: Int
    ) {
        var x = 0
        while x &+ vectorWidth <= width {
            var largest = load(logits[0] + x)
            var k = 1
            while k < count {
                largest = maximum(largest, load(logits[k] + x))
                k &+= 1
            }
            var sum = Vector.zero
            k = 0
            while k < count {
                let weight = exponential(load(logits[k] + x) - largest)
                store(weight, logits[k] + x)
                sum += weight
                k &+= 1
            }
            let scale = Vector(repeating: 1) / sum
            k = 0
            while k < count {
                store(load(logits[k] + x) * scale, logits[k] + x)
                k &+= 1
            }
            x &+= vectorWidth
        }
        while x < width {
            var largest = logits[0][x]
            var k = 1
            while k < count {
                if logits[k][x] > largest { largest = logits[k][x] }
                k &+= 1
            }
            var sum: Float = 0
            k = 0
            while k < count {
                logits[k][x] = exponential(logits[k][x] - largest)
                sum += logits[k][x]
                k &+= 1
            }
            k = 0
            while k < count {
                logits[k][x] /= sum
                k &+= 1
            }
            x &+= 1
        }
        x = 0
        while x < width {
            let pixel = output + x &* outputStride
            var c = 0
            while c &+ wideWidth <= channels {
                var sum = Wide.zero
                var k = 0
                while k < count {
                    sum = multiplyAdd(
                        sum, loadWide(features[k] + (x &* strides[k] &+ c)), Wide(repeating: logits[k][x]))
                    k &+= 1
                }
                storeWide(sum, pixel + c)
                c &+= wideWidth
            }
            while c < channels {
                var sum: Float = 0
                var k = 0
                while k < count {
                    sum += features[k][x &* strides[k] &+ c] * logits[k][x]
                    k &+= 1
                }
                pixel[c] = sum
                c &+= 1
            }
            x &+= 1
        }
    }
}
