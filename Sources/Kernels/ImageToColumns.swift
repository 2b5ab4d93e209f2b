extension VectorKernels {
    /// Copies the neighbourhoods of `count` output pixels into the rows of a panel, `[count, kernelHeight, kernelWidth,
    /// channels]`, zeros where a tap falls outside: the left operand of a convolution's matrix product (im2col).
    ///
    /// Pixels are counted over the whole batch from `first`, row-major. Cost: one copy of each neighbourhood, memory-bound;
    /// a panel of a few hundred kilobytes stays in the second-level cache, where the product reads it again. Copying whole
    /// picture-sized panels at once was 1.5 to 3 times slower.
    @inline(never)
    package static func fillPanel(
        _ panel: UnsafeMutablePointer<Float>, first: Int, count: Int,
        input: UnsafePointer<Float>, pixelStride: Int, height: Int, width: Int, channels: Int,
        outputHeight: Int, outputWidth: Int, kernelHeight: Int, kernelWidth: Int,
        strideY: Int, strideX: Int, paddingTop: Int, paddingLeft: Int, dilationY: Int, dilationX: Int
    ) {
        var row = panel
        var x = first % outputWidth
        var y = (first / outputWidth) % outputHeight
        var picture = first / (outputWidth &* outputHeight)
        let rowStride = width &* pixelStride
        // A kernel row whose taps are neighbours in memory is one copy.
        let isRowContiguous = dilationX == 1 && pixelStride == channels
        var done = 0
        while done < count {
            let source = input + picture &* height &* rowStride
            let left = x &* strideX &- paddingLeft
            let isInside = left >= 0 && left &+ (kernelWidth &- 1) &* dilationX < width
            var ky = 0
            while ky < kernelHeight {
                let iy = y &* strideY &- paddingTop &+ ky &* dilationY
                if iy < 0 || iy >= height {
                    row.update(repeating: 0, count: kernelWidth &* channels)
                    row += kernelWidth &* channels
                } else if isInside && isRowContiguous {
                    copy(source + (iy &* rowStride &+ left &* pixelStride), row, kernelWidth &* channels)
                    row += kernelWidth &* channels
                } else {
                    var kx = 0
                    while kx < kernelWidth {
                        let ix = left &+ kx &* dilationX
                        if ix >= 0 && ix < width {
                            copy(source + (iy &* rowStride &+ ix &* pixelStride), row, channels)
                        } else {
                            row.update(repeating: 0, count: channels)
                        }
                        row += channels
                        kx &+= 1
                    }
                }
                ky &+= 1
            }
            done &+= 1
            x &+= 1
            if x == outputWidth {
                x = 0
                y &+= 1
                if y == outputHeight {
                    y = 0
                    picture &+= 1
                }
            }
        }
    }

}

extension VectorKernels {
    /// Addresses of the pixels under the kernel for `count` output pixels from `first` on: `[taps, count]`, `zeros` for
    /// those in the padding. Rows, columns and pictures follow one another as the output's pixels do.
    ///
    /// Cost: one address a tap and pixel, a few per cent of a product with eight or more channels behind each.
    @inline(never)
    package static func fillPointers(
        _ pointers: UnsafeMutablePointer<UnsafePointer<Float>>, first: Int, count: Int, input: UnsafePointer<Float>,
        zeros: UnsafePointer<Float>, pixelStride: Int, height: Int, width: Int, outputHeight: Int, outputWidth: Int,
        kernelHeight: Int, kernelWidth: Int, strideY: Int, strideX: Int, paddingTop: Int, paddingLeft: Int,
        dilationY: Int, dilationX: Int
    ) {
        var x = first % outputWidth
        var y = first / outputWidth % outputHeight
        var picture = input + first / (outputWidth &* outputHeight) &* height &* width &* pixelStride
        var pixel = 0
        while pixel < count {
            let top = y &* strideY &- paddingTop
            let left = x &* strideX &- paddingLeft
            var entry = pointers + pixel
            var ky = 0
            while ky < kernelHeight {
                let iy = top &+ ky &* dilationY
                let isRow = iy >= 0 && iy < height
                var kx = 0
                while kx < kernelWidth {
                    let ix = left &+ kx &* dilationX
                    let isInside = isRow && ix >= 0 && ix < width
                    entry[0] = isInside ? picture + (iy &* width &+ ix) &* pixelStride : zeros
                    entry += count
                    kx &+= 1
                }
                ky &+= 1
            }
            x &+= 1
            if x == outputWidth {
                x = 0
                y &+= 1
                if y == outputHeight {
                    y = 0
                    picture += height &* width &* pixelStride
                }
            }
            pixel &+= 1
        }
    }
}
