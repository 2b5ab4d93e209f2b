extension VectorKernels {
    /// One output pixel row of maximum pooling. `rows` are the `rowCount` input rows under the window that lie inside.
    ///
    /// Cost: one comparison a value read, memory-bound. Windows are clipped at the border, which equals padding with −∞.
    @inline(never)
    package static func maximumPoolRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>>, rowCount: Int, pixelStride: Int, width: Int, channels: Int,
        kernelWidth: Int, strideX: Int, paddingLeft: Int
    ) {
        var x = 0
        while x < outputWidth {
            let left = x &* strideX &- paddingLeft
            let begin = left < 0 ? 0 : left
            let end = left &+ kernelWidth < width ? left &+ kernelWidth : width
            let pixel = output + x &* outputStride
            var c = 0
            if rowCount == 2 && end &- begin == 2 {
                // The window of every network here, with its loops unrolled: three times as fast.
                let a = rows[0] + begin &* pixelStride
                let b = rows[1] + begin &* pixelStride
                while c &+ wideWidth <= channels {
                    let upper = maximum(loadWide(a + c), loadWide(a + (pixelStride &+ c)))
                    let lower = maximum(loadWide(b + c), loadWide(b + (pixelStride &+ c)))
                    storeWide(maximum(upper, lower), pixel + c)
                    c &+= wideWidth
                }
            }
            while c &+ vectorWidth <= channels {
                var best = load(rows[0] + (begin &* pixelStride &+ c))
                var y = 0
                while y < rowCount {
                    var ix = begin
                    while ix < end {
                        best = maximum(best, load(rows[y] + (ix &* pixelStride &+ c)))
                        ix &+= 1
                    }
                    y &+= 1
                }
                store(best, pixel + c)
                c &+= vectorWidth
            }
            while c < channels {
                var best = rows[0][begin &* pixelStride &+ c]
                var y = 0
                while y < rowCount {
                    var ix = begin
                    while ix < end {
                        let value = rows[y][ix &* pixelStride &+ c]
                        if value > best { best = value }
                        ix &+= 1
                    }
                    y &+= 1
                }
                pixel[c] = best
                c &+= 1
            }
            x &+= 1
        }
    }

    /// One output pixel row of average pooling. `rowWeight` is the number of window rows that count.
    ///
    /// Where `countsPadding`, a window's sum is divided by its columns inside `width + paddingRight` from `-paddingLeft`
    /// on, otherwise by those inside the picture only.
    @inline(never)
    package static func averagePoolRow(
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, outputWidth: Int,
        rows: UnsafePointer<UnsafePointer<Float>>, rowCount: Int, rowWeight: Int,
        pixelStride: Int, width: Int, channels: Int,
        kernelWidth: Int, strideX: Int, paddingLeft: Int, paddingRight: Int, countsPadding: Bool
    ) {
        var x = 0
        while x < outputWidth {
            let left = x &* strideX &- paddingLeft
            let begin = left < 0 ? 0 : left
            let end = left &+ kernelWidth < width ? left &+ kernelWidth : width
            let paddedEnd = left &+ kernelWidth < width &+ paddingRight ? left &+ kernelWidth : width &+ paddingRight
            let columnWeight = countsPadding ? paddedEnd &- left : end &- begin
            let scale = 1 / Float(rowWeight &* columnWeight)
            let pixel = output + x &* outputStride
            var c = 0
            while c &+ vectorWidth <= channels {
                var sum = Vector.zero
                var y = 0
                while y < rowCount {
                    var ix = begin
                    while ix < end {
                        sum += load(rows[y] + (ix &* pixelStride &+ c))
                        ix &+= 1
                    }
                    y &+= 1
                }
                store(sum * Vector(repeating: scale), pixel + c)
                c &+= vectorWidth
            }
            while c < channels {
                var sum: Float = 0
                var y = 0
                while y < rowCount {
                    var ix = begin
                    while ix < end {
                        sum += rows[y][ix &* pixelStride &+ c]
                        ix &+= 1
                    }
                    y &+= 1
                }
                pixel[c] = sum * scale
                c &+= 1
            }
            x &+= 1
        }
    }

}
