import KernelInterface

extension VectorKernels {
    /// One output row of a depthwise convolution: each channel with its own kernel, bias, activation and residual fused.
    ///
    /// `weights` are `[kernelHeight, kernelWidth, channels]`. `rows[ky]` points to the input row under kernel row `ky`, or
    /// is nil where that row lies in the padding. Cost: kernelHeight · kernelWidth multiply-adds a value from the first-level
    /// cache; accumulators stay in registers. Where the window lies inside, a 3×3 kernel keeps its weights in registers too
    /// and goes along the row channel vector by channel vector, and larger kernels take four pixels at a time; elsewhere
    /// channels are the inner loop.
    @inline(never)
    package static func depthwiseRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>?>, pixelStride: Int, width: Int, channels: Int,
        weights: UnsafePointer<Float>, bias: UnsafePointer<Float>,
        kernelHeight: Int, kernelWidth: Int, strideX: Int, paddingLeft: Int, dilationX: Int,
        activation: Activation, residual: UnsafePointer<Float>?, residualStride: Int
    ) {
        // Columns whose window lies inside, for the kernel that every network has.
        var inside = 0..<0
        if channels >= wideWidth {
            let reach = width &- (kernelWidth &- 1) &* dilationX &+ paddingLeft &- 1
            let first = (paddingLeft &+ strideX &- 1) / strideX
            let end = reach < 0 ? 0 : reach / strideX &+ 1
            inside = first..<(first > end ? first : end > outputWidth ? outputWidth : end)
            // An activation that is no clamp comes after all sums, while they are still in the first-level cache.
            let bounds = activation.bounds
            let low = Wide(repeating: bounds?.low ?? -.infinity)
            let high = Wide(repeating: bounds?.high ?? .infinity)
            let added = bounds == nil ? nil : residual
            if kernelHeight == 3 && kernelWidth == 3, let middle = rows[1] {
                depthwiseInside3(
                    output, outputStride, inside, rows, middle, pixelStride, channels, weights, bias, strideX,
                    paddingLeft, dilationX, low, high, added, residualStride)
            } else if inside.upperBound &- inside.lowerBound >= 4 {
                depthwiseInside(
                    output, outputStride, inside, rows, pixelStride, channels, weights, bias, kernelHeight, kernelWidth,
                    strideX, paddingLeft, dilationX, low, high, added, residualStride)
            } else {
                inside = 0..<0
            }
            if bounds == nil && inside.upperBound > inside.lowerBound {
                let start = inside.lowerBound
                finishConvolution(
                    output + start &* outputStride, pixelStride: outputStride, rows: inside.upperBound &- start,
                    channels: channels, bias: nil, activation: activation,
                    residual: residual.map { $0 + start &* residualStride }, residualStride: residualStride)
            }
        }
        var x = 0
        while x < outputWidth {
            if x == inside.lowerBound && !inside.isEmpty {
                x = inside.upperBound
                continue
            }
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

/// At least four columns of a row whose windows lie inside, for any kernel: four pixels share each load of a weight, and
/// their sums hide one another's latency.
@inline(never)
private func depthwiseInside(
    _ output: UnsafeMutablePointer<Float>, _ outputStride: Int, _ columns: Range<Int>,
    _ rows: UnsafePointer<UnsafePointer<Float>?>, _ pixelStride: Int, _ channels: Int,
    _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ kernelHeight: Int, _ kernelWidth: Int,
    _ strideX: Int, _ paddingLeft: Int, _ dilationX: Int, _ low: Wide, _ high: Wide,
    _ residual: UnsafePointer<Float>?, _ residualStride: Int
) {
    let step = dilationX &* pixelStride
    let stride = strideX &* pixelStride
    var next = columns.lowerBound
    while next < columns.upperBound {
        // The last four overlap those before: the same values once more.
        let x = next &+ 4 <= columns.upperBound ? next : columns.upperBound &- 4
        let start = (x &* strideX &- paddingLeft) &* pixelStride
        var first = 0
        while first < channels {
            let c = first &+ wideWidth <= channels ? first : channels &- wideWidth
            let added = loadWide(bias + c)
            var (s0, s1, s2, s3) = (added, added, added, added)
            var ky = 0
            while ky < kernelHeight {
                if let row = rows[ky] {
                    var tap = row + (start &+ c)
                    var weight = weights + (ky &* kernelWidth &* channels &+ c)
                    var kx = 0
                    while kx < kernelWidth {
                        let factor = loadWide(weight)
                        s0 = multiplyAdd(s0, loadWide(tap), factor)
                        s1 = multiplyAdd(s1, loadWide(tap + stride), factor)
                        s2 = multiplyAdd(s2, loadWide(tap + 2 &* stride), factor)
                        s3 = multiplyAdd(s3, loadWide(tap + 3 &* stride), factor)
                        tap += step
                        weight += channels
                        kx &+= 1
                    }
                }
                ky &+= 1
            }
            let target = output + (x &* outputStride &+ c)
            s0 = clamped(s0, low, high)
            s1 = clamped(s1, low, high)
            s2 = clamped(s2, low, high)
            s3 = clamped(s3, low, high)
            if let residual {
                let source = residual + (x &* residualStride &+ c)
                s0 += loadWide(source)
                s1 += loadWide(source + residualStride)
                s2 += loadWide(source + 2 &* residualStride)
                s3 += loadWide(source + 3 &* residualStride)
            }
            storeWide(s0, target)
            storeWide(s1, target + outputStride)
            storeWide(s2, target + 2 &* outputStride)
            storeWide(s3, target + 3 &* outputStride)
            first &+= wideWidth
        }
        next &+= 4
    }
}

/// The columns of a 3×3 row whose windows lie inside: a vector of channels after another, its nine weights in registers.
@inline(never)
private func depthwiseInside3(
    _ output: UnsafeMutablePointer<Float>, _ outputStride: Int, _ columns: Range<Int>,
    _ rows: UnsafePointer<UnsafePointer<Float>?>, _ middle: UnsafePointer<Float>, _ pixelStride: Int, _ channels: Int,
    _ weights: UnsafePointer<Float>, _ bias: UnsafePointer<Float>, _ strideX: Int, _ paddingLeft: Int,
    _ dilationX: Int, _ low: Wide, _ high: Wide,
    _ residual: UnsafePointer<Float>?, _ residualStride: Int
) {
    // A row in the padding counts nothing: weights of 0 on a row that is there.
    let top = rows[0] ?? middle
    let bottom = rows[2] ?? middle
    let isTop = Wide(repeating: rows[0] == nil ? 0 : 1)
    let isBottom = Wide(repeating: rows[2] == nil ? 0 : 1)
    let step = dilationX &* pixelStride
    let stride = strideX &* pixelStride
    let start = (columns.lowerBound &* strideX &- paddingLeft) &* pixelStride
    var first = 0
    while first < channels {
        // The last vector overlaps the one before it where channels are no multiple: the same values once more.
        let c = first &+ wideWidth <= channels ? first : channels &- wideWidth
        let w0 = loadWide(weights + c) * isTop
        let w1 = loadWide(weights + (channels &+ c)) * isTop
        let w2 = loadWide(weights + (2 &* channels &+ c)) * isTop
        let w3 = loadWide(weights + (3 &* channels &+ c))
        let w4 = loadWide(weights + (4 &* channels &+ c))
        let w5 = loadWide(weights + (5 &* channels &+ c))
        let w6 = loadWide(weights + (6 &* channels &+ c)) * isBottom
        let w7 = loadWide(weights + (7 &* channels &+ c)) * isBottom
        let w8 = loadWide(weights + (8 &* channels &+ c)) * isBottom
        let added = loadWide(bias + c)
        var place = start &+ c
        var target = output + (columns.lowerBound &* outputStride &+ c)
        var x = columns.lowerBound
        while x < columns.upperBound {
            // Two chains: one of nine would wait for itself.
            var sum = multiplyAdd(added, loadWide(top + place), w0)
            var other = loadWide(middle + place) * w3
            sum = multiplyAdd(sum, loadWide(top + (place &+ step)), w1)
            other = multiplyAdd(other, loadWide(middle + (place &+ step)), w4)
            sum = multiplyAdd(sum, loadWide(top + (place &+ 2 &* step)), w2)
            other = multiplyAdd(other, loadWide(middle + (place &+ 2 &* step)), w5)
            sum = multiplyAdd(sum, loadWide(bottom + place), w6)
            other = multiplyAdd(other, loadWide(bottom + (place &+ step)), w7)
            sum = multiplyAdd(sum, loadWide(bottom + (place &+ 2 &* step)), w8)
            var value = clamped(sum + other, low, high)
            if let residual { value += loadWide(residual + (x &* residualStride &+ c)) }
            storeWide(value, target)
            place &+= stride
            target += outputStride
            x &+= 1
        }
        first &+= wideWidth
    }
}
