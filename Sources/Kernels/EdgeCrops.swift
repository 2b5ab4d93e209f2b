extension VectorKernels {
    /// 4a(1 − a) for each value of a matte, 0 where it is certain and 1 in the middle.
    @inline(never)
    package static func softness(
        _ matte: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            result[x] = 4 * matte[x] * (1 - matte[x])
            x &+= 1
        }
    }

    /// 1 where a value is above the threshold; others keep what was there.
    @inline(never)
    package static func markAbove(
        _ values: UnsafePointer<Float>, threshold: Float, _ marks: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            marks[x] = values[x] > threshold ? 1 : marks[x]
            x &+= 1
        }
    }

    /// The larger of two values.
    @inline(never)
    package static func raise(_ values: UnsafeMutablePointer<Float>, to others: UnsafePointer<Float>, count: Int) {
        var x = 0
        while x < count {
            values[x] = others[x] > values[x] ? others[x] : values[x]
            x &+= 1
        }
    }

    /// A row of a crop for the edge network: red, green, blue and matte as 2v − 1, then the band, side by side.
    ///
    /// The planes are `stride` apart, in that order; `green` and `blue` say where their planes begin. Pixels from `count` to
    /// `width` repeat the last one.
    @inline(never)
    package static func cropRow(
        _ planes: UnsafePointer<Float>, stride: Int, green: Int, blue: Int, count: Int, width: Int,
        _ output: UnsafeMutablePointer<Float>
    ) {
        var x = 0
        while x < width {
            let source = planes + (x < count ? x : count &- 1)
            let pixel = output + 5 &* x
            pixel[0] = 2 * source[0] - 1
            pixel[1] = 2 * source[green] - 1
            pixel[2] = 2 * source[blue] - 1
            pixel[3] = 2 * source[3 &* stride] - 1
            pixel[4] = source[4 &* stride]
            x &+= 1
        }
    }

    /// `change = change · (alpha − base)`, alpha stretched so that values up to `deadZone` become 0 and from 1 minus it 1.
    @inline(never)
    package static func changeRow(
        _ change: UnsafeMutablePointer<Float>, alpha: UnsafePointer<Float>, base: UnsafePointer<Float>,
        deadZone: Float, count: Int
    ) {
        let scale = 1 / (1 - 2 * deadZone)
        var x = 0
        while x < count {
            let stretched = (alpha[x] - deadZone) * scale
            let bounded = stretched < 0 ? 0 : stretched > 1 ? 1 : stretched
            change[x] *= bounded - base[x]
            x &+= 1
        }
    }

    /// `values += weight · weights · change`.
    @inline(never)
    package static func addWeighted(
        _ change: UnsafePointer<Float>, weights: UnsafePointer<Float>, weight: Float,
        to values: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            values[x] += weight * weights[x] * change[x]
            x &+= 1
        }
    }
}
