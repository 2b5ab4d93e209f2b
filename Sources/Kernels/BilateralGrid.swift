// The bilateral grid (Chen, Paris, Durand 2007): cells over place and value, `[rows][columns][bins]`, of two floats each,
// the weighted sum of values and the weight.

extension VectorKernels {
    /// Whether all values are equal to one.
    @inline(never)
    package static func isConstant(_ values: UnsafePointer<Float>, _ value: Float, count: Int) -> Bool {
        var x = 0
        while x < count {
            if values[x] != value { return false }
            x &+= 1
        }
        return true
    }

    /// Shares the values of a row out among the eight cells around each.
    ///
    /// Pixel i lies at column `x` + i · `step` and at row `y` of the grid, all of it within, and at bin value · `scale`.
    @inline(never)
    package static func gridSplat(
        _ row: UnsafePointer<Float>, count: Int, x: Double, y: Double, step: Double, scale: Float,
        _ grid: UnsafeMutablePointer<Float>, columns: Int, bins: Int
    ) {
        let top = Int(y)
        let v = Float(y - Double(top))
        let (across, down) = (2 &* bins, 2 &* bins &* columns)
        var i = 0
        while i < count {
            let place = x + Double(i) * step
            let left = Int(place)
            let u = Float(place - Double(left))
            let value = row[i]
            let height = value * scale
            let bin = Int(height)
            let w = height - Float(bin)
            let cell = grid + (top &* down &+ left &* across &+ 2 &* bin)
            var corner = 0
            while corner < 4 {
                let share = (corner & 1 == 0 ? 1 - u : u) * (corner & 2 == 0 ? 1 - v : v)
                let pair = cell + ((corner & 1) &* across &+ (corner >> 1) &* down)
                let (low, high) = (share * (1 - w), share * w)
                pair[0] += low * value
                pair[1] += low
                pair[2] += high * value
                pair[3] += high
                corner &+= 1
            }
            i &+= 1
        }
    }

    /// Weighted sums along one axis, in place: each of `lines` lines is `count` groups of `inner` floats; what lies beyond
    /// its ends counts as 0. `weights` are those at distance 0 to `reach`; `scratch` holds a line.
    @inline(never)
    package static func gridBlur(
        _ grid: UnsafeMutablePointer<Float>, lines: Int, count: Int, inner: Int, weights: UnsafePointer<Float>,
        reach: Int, _ scratch: UnsafeMutablePointer<Float>
    ) {
        var line = 0
        while line < lines {
            let target = grid + line &* count &* inner
            scratch.update(from: target, count: count &* inner)
            var group = 0
            while group < count {
                let result = target + group &* inner
                var i = 0
                while i < inner {
                    result[i] *= weights[0]
                    i &+= 1
                }
                var other = max(group &- reach, 0)
                while other <= min(group &+ reach, count &- 1) {
                    if other != group {
                        let (source, weight) = (scratch + other &* inner, weights[abs(other &- group)])
                        i = 0
                        while i < inner {
                            result[i] += weight * source[i]
                            i &+= 1
                        }
                    }
                    other &+= 1
                }
                group &+= 1
            }
            line &+= 1
        }
    }

    /// The mean value at each pixel of a row, interpolated between the eight cells around it; see ``gridSplat``.
    @inline(never)
    package static func gridSlice(
        _ row: UnsafePointer<Float>, count: Int, x: Double, y: Double, step: Double, scale: Float,
        _ grid: UnsafePointer<Float>, columns: Int, bins: Int, _ result: UnsafeMutablePointer<Float>
    ) {
        let top = Int(y)
        let v = Float(y - Double(top))
        let (across, down) = (2 &* bins, 2 &* bins &* columns)
        var i = 0
        while i < count {
            let place = x + Double(i) * step
            let left = Int(place)
            let u = Float(place - Double(left))
            let height = row[i] * scale
            let bin = Int(height)
            let w = height - Float(bin)
            let cell = grid + (top &* down &+ left &* across &+ 2 &* bin)
            var (sum, weight) = (Float(0), Float(0))
            var corner = 0
            while corner < 4 {
                let share = (corner & 1 == 0 ? 1 - u : u) * (corner & 2 == 0 ? 1 - v : v)
                let pair = cell + ((corner & 1) &* across &+ (corner >> 1) &* down)
                sum += share * ((1 - w) * pair[0] + w * pair[2])
                weight += share * ((1 - w) * pair[1] + w * pair[3])
                corner &+= 1
            }
            let mean = weight > 0 ? sum / weight : row[i]
            result[i] = mean < 1 ? mean : 1
            i &+= 1
        }
    }
}
