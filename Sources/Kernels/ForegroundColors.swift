// Foreground and background colours under a matte. Rows of planes are padded: one float before and a vector after `count`
// may be read and written.

extension VectorKernels {
    /// The light of some pixels of a row of 8 bits, plane by plane: `tables` has 256 values for each colour.
    @inline(never)
    package static func colorsOfRow8(
        _ pixels: UnsafePointer<UInt8>, samplesPerPixel: Int, colors: Int, columns: UnsafePointer<Int32>,
        tables: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>, planeStride: Int, count: Int
    ) {
        colorsOfRow(
            pixels, samplesPerPixel: samplesPerPixel, colors: colors, columns: columns, tables: tables, planes,
            planeStride: planeStride, count: count)
    }

    /// The light of some pixels of a row of 16 bits, plane by plane: `tables` has 65,536 values for each colour.
    @inline(never)
    package static func colorsOfRow16(
        _ pixels: UnsafePointer<UInt16>, samplesPerPixel: Int, colors: Int, columns: UnsafePointer<Int32>,
        tables: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>, planeStride: Int, count: Int
    ) {
        colorsOfRow(
            pixels, samplesPerPixel: samplesPerPixel, colors: colors, columns: columns, tables: tables, planes,
            planeStride: planeStride, count: count)
    }

    @inline(__always)
    private static func colorsOfRow<Sample: FixedWidthInteger & UnsignedInteger>(
        _ pixels: UnsafePointer<Sample>, samplesPerPixel: Int, colors: Int, columns: UnsafePointer<Int32>,
        tables: UnsafePointer<Float>, _ planes: UnsafeMutablePointer<Float>, planeStride: Int, count: Int
    ) {
        let size = Int(Sample.max) &+ 1
        var x = 0
        while x < count {
            let pixel = pixels + Int(columns[x]) &* samplesPerPixel
            var c = 0
            while c < colors {
                planes[c &* planeStride &+ x] = tables[c &* size &+ Int(pixel[c])]
                c &+= 1
            }
            x &+= 1
        }
    }

    /// Some values of a row of a matte, clamped to [0, 1]; not a number counts as 0.
    @inline(never)
    package static func coverageOfRow(
        _ alpha: UnsafePointer<Float>, columns: UnsafePointer<Int32>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            let value = alpha[Int(columns[x])]
            result[x] = value > 0 ? (value < 1 ? value : 1) : 0
            x &+= 1
        }
    }

    /// Divides alpha by the picture's own, which is the last sample of a pixel, down to what was there without it.
    @inline(never)
    package static func divideByAlpha8(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt8>, samplesPerPixel: Int,
        columns: UnsafePointer<Int32>, count: Int
    ) {
        divideByAlpha(alpha, pixels, samplesPerPixel: samplesPerPixel, columns: columns, count: count)
    }

    /// The same for 16 bits.
    @inline(never)
    package static func divideByAlpha16(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<UInt16>, samplesPerPixel: Int,
        columns: UnsafePointer<Int32>, count: Int
    ) {
        divideByAlpha(alpha, pixels, samplesPerPixel: samplesPerPixel, columns: columns, count: count)
    }

    @inline(__always)
    private static func divideByAlpha<Sample: FixedWidthInteger & UnsignedInteger>(
        _ alpha: UnsafeMutablePointer<Float>, _ pixels: UnsafePointer<Sample>, samplesPerPixel: Int,
        columns: UnsafePointer<Int32>, count: Int
    ) {
        var x = 0
        while x < count {
            let own = pixels[Int(columns[x]) &* samplesPerPixel &+ samplesPerPixel &- 1]
            let value = own > 0 ? alpha[x] * Float(Sample.max) / Float(own) : 0
            alpha[x] = value < 1 ? value : 1
            x &+= 1
        }
    }

    /// Some values of a row.
    @inline(never)
    package static func gather(
        _ source: UnsafePointer<Float>, columns: UnsafePointer<Int32>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            result[x] = source[Int(columns[x])]
            x &+= 1
        }
    }

    /// Whether any value is above `low` and below `high`.
    @inline(never)
    package static func hasValueBetween(
        _ low: Float, _ high: Float, _ values: UnsafePointer<Float>, count: Int
    ) -> Bool {
        var x = 0
        while x < count {
            if values[x] > low && values[x] < high { return true }
            x &+= 1
        }
        return false
    }

    /// One row of the colours that fit picture and matte best, given those around it.
    ///
    /// In each pixel it minimises `(αF + (1 − α)B − I)² + Σ dₙ((F − Fₙ)² + (B − Bₙ)²)` over the four neighbours n, with
    /// `dₙ = regularization + gradientWeight · |α − αₙ|`. The minimum in closed form: with s = Σ dₙ and the neighbours'
    /// means f = Σ dₙFₙ / s and b, what the means leave unexplained, r = I − αf − (1 − α)b, is shared out,
    /// `F = f + αr / (s + α² + (1 − α)²)` and `B = b + (1 − α)r / (…)`, and clamped to [0, 1]. (The 2 × 2 system of the paper,
    /// solved by Sherman and Morrison's formula: a difference of nearly equal products, as in its determinant, would cost
    /// all digits where s is small.)
    ///
    /// `colors` are rows of the planes of F, then those of B, `planeStride` apart; left and right neighbours are read from
    /// `here`, which `result` is not. The neighbours of the ends are themselves, which is seen to here. Costs two divisions
    /// and some 75 operations for a vector of pixels of three channels.
    @inline(never)
    package static func relaxColors(
        _ colors: (
            above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>,
            result: UnsafeMutablePointer<Float>
        ), _ alpha: (above: UnsafePointer<Float>, here: UnsafePointer<Float>, below: UnsafePointer<Float>),
        _ image: UnsafePointer<Float>, channels: Int, planeStride: Int, regularization: Float, gradientWeight: Float,
        count: Int
    ) {
        let (zero, one) = (Wide.zero, Wide(repeating: 1))
        let base = Wide(repeating: regularization)
        var x = 0
        while x < count {
            let a = loadWide(alpha.here + x)
            let rest = one - a
            let left = multiplyAdd(base, magnitude(a - loadWide(alpha.here + x - 1)), gradientWeight)
            let right = multiplyAdd(base, magnitude(a - loadWide(alpha.here + x + 1)), gradientWeight)
            let up = multiplyAdd(base, magnitude(a - loadWide(alpha.above + x)), gradientWeight)
            let down = multiplyAdd(base, magnitude(a - loadWide(alpha.below + x)), gradientWeight)
            let sum = (left + right) + (up + down)
            let scale = one / sum
            let (wl, wr, wu, wd) = (left * scale, right * scale, up * scale, down * scale)
            let norm = one / multiplyAdd(multiplyAdd(sum, a, a), rest, rest)
            var c = 0
            while c < channels {
                let (f, b) = (c &* planeStride &+ x, (c &+ channels) &* planeStride &+ x)
                let foreground = multiplyAdd(
                    multiplyAdd(wl * loadWide(colors.here + f - 1), wr, loadWide(colors.here + f + 1)),
                    wu, loadWide(colors.above + f))
                let background = multiplyAdd(
                    multiplyAdd(wl * loadWide(colors.here + b - 1), wr, loadWide(colors.here + b + 1)),
                    wu, loadWide(colors.above + b))
                let meanF = multiplyAdd(foreground, wd, loadWide(colors.below + f))
                let meanB = multiplyAdd(background, wd, loadWide(colors.below + b))
                let mixed = multiplyAdd(a * meanF, rest, meanB)
                let share = (loadWide(image + c &* planeStride + x) - mixed) * norm
                storeWide(clamped(multiplyAdd(meanF, a, share), zero, one), colors.result + f)
                storeWide(clamped(multiplyAdd(meanB, rest, share), zero, one), colors.result + b)
                c &+= 1
            }
            x &+= wideWidth
        }
        var plane = 0
        while plane < 2 &* channels {
            let row = colors.result + plane &* planeStride
            row[-1] = row[0]
            row[count] = row[count &- 1]
            plane &+= 1
        }
    }

    @_transparent
    private static func magnitude(_ x: Wide) -> Wide { maximum(x, Wide.zero - x) }

    /// Writes colours where the coverage is at least `least` and below `limit` into a row of 8 bits; see ``encoded``.
    @inline(never)
    package static func encodeColors8(
        _ planes: UnsafePointer<Float>, planeStride: Int, colors: Int, coverage: UnsafePointer<Float>,
        least: Float, limit: Float, tables: UnsafePointer<Float>, steps: Int, _ pixels: UnsafeMutablePointer<UInt8>,
        samplesPerPixel: Int, count: Int
    ) {
        encodeColors(
            planes, planeStride: planeStride, colors: colors, coverage: coverage, least: least, limit: limit,
            tables: tables, steps: steps, pixels, samplesPerPixel: samplesPerPixel, count: count)
    }

    /// Writes colours where the coverage is at least `least` and below `limit` into a row of 16 bits; see ``encoded``.
    @inline(never)
    package static func encodeColors16(
        _ planes: UnsafePointer<Float>, planeStride: Int, colors: Int, coverage: UnsafePointer<Float>,
        least: Float, limit: Float, tables: UnsafePointer<Float>, steps: Int, _ pixels: UnsafeMutablePointer<UInt16>,
        samplesPerPixel: Int, count: Int
    ) {
        encodeColors(
            planes, planeStride: planeStride, colors: colors, coverage: coverage, least: least, limit: limit,
            tables: tables, steps: steps, pixels, samplesPerPixel: samplesPerPixel, count: count)
    }

    @inline(__always)
    private static func encodeColors<Sample: FixedWidthInteger & UnsignedInteger>(
        _ planes: UnsafePointer<Float>, planeStride: Int, colors: Int, coverage: UnsafePointer<Float>,
        least: Float, limit: Float, tables: UnsafePointer<Float>, steps: Int, _ pixels: UnsafeMutablePointer<Sample>,
        samplesPerPixel: Int, count: Int
    ) {
        var x = 0
        while x < count {
            if coverage[x] >= least && coverage[x] < limit {
                var c = 0
                while c < colors {
                    let value = encoded(planes[c &* planeStride &+ x], tables + c &* (steps &+ 1), steps)
                    pixels[x &* samplesPerPixel &+ c] = Sample(
                        truncatingIfNeeded: quantized(value, Float(Sample.max)))
                    c &+= 1
                }
            }
            x &+= 1
        }
    }

    /// The encoded value of a light, from a table of equal steps of the light's root; not a number counts as 0.
    @inline(__always)
    private static func encoded(_ light: Float, _ table: UnsafePointer<Float>, _ steps: Int) -> Float {
        let position = (light > 0 ? (light < 1 ? light : 1) : 0).squareRoot() * Float(steps)
        let index = min(Int(position), steps &- 1)
        return table[index] + (position - Float(index)) * (table[index &+ 1] - table[index])
    }
}
