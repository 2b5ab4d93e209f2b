// Moving averages down columns of a block of `lanes` floats a row, exact where they can be: values are multiples of 2⁻²⁴,
// whose sums in double precision are exact, so that what enters a window leaves it without a trace. Zeros stay zeros and
// ones ones, and a sum does not depend on where it was begun.

extension VectorKernels {
    /// Rows of a map as columns of a block: `target[x · lanes + row] = source[row · rowStride + x]`.
    @inline(never)
    package static func transposeIn(
        _ source: UnsafePointer<Float>, rowStride: Int, rows: Int, _ target: UnsafeMutablePointer<Float>, lanes: Int,
        count: Int
    ) {
        var row = 0
        while row < rows {
            let values = source + row &* rowStride
            var x = 0
            while x < count {
                target[x &* lanes &+ row] = values[x]
                x &+= 1
            }
            row &+= 1
        }
    }

    /// Columns of a block as rows of a map.
    @inline(never)
    package static func transposeOut(
        _ source: UnsafePointer<Float>, lanes: Int, _ target: UnsafeMutablePointer<Float>, rowStride: Int, rows: Int,
        count: Int
    ) {
        var row = 0
        while row < rows {
            let values = target + row &* rowStride
            var x = 0
            while x < count {
                values[x] = source[x &* lanes &+ row]
                x &+= 1
            }
            row &+= 1
        }
    }

    /// Adding this and taking it away rounds to multiples of 2⁻²⁴.
    @_transparent
    private static var gridShift: Double { 402_653_184 }

    /// Values in [0, 1] rounded to multiples of 2⁻²⁴.
    @inline(never)
    package static func roundToGrid(_ values: UnsafeMutablePointer<Float>, count: Int) {
        var x = 0
        while x < count {
            values[x] = Float((Double(values[x]) + gridShift) - gridShift)
            x &+= 1
        }
    }

    /// The mean down each column over `reach` rows on either side, and `edge` of the rows beyond: times `scale`, which is
    /// 1 / (2·reach + 1 + 2·edge). The first and the last row stand for those that are not there. `sums` holds a number a lane.
    @inline(never)
    package static func boxColumns(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, lanes: Int, count: Int, reach: Int,
        edge: Double, scale: Double, _ sums: UnsafeMutablePointer<Double>
    ) {
        var lane = 0
        while lane < lanes {
            sums[lane] = 0
            lane &+= 1
        }
        var row = 0 &- reach
        while row <= reach {
            let values = source + min(max(row, 0), count &- 1) &* lanes
            lane = 0
            while lane < lanes {
                sums[lane] += Double(values[lane])
                lane &+= 1
            }
            row &+= 1
        }
        var y = 0
        while y < count {
            let before = source + max(y &- reach &- 1, 0) &* lanes
            let after = source + min(y &+ reach &+ 1, count &- 1) &* lanes
            let leaving = source + max(y &- reach, 0) &* lanes
            let result = target + y &* lanes
            lane = 0
            while lane < lanes {
                let next = Double(after[lane])
                let mean = (sums[lane] + edge * (Double(before[lane]) + next)) * scale
                result[lane] = Float((mean + gridShift) - gridShift)
                sums[lane] += next - Double(leaving[lane])
                lane &+= 1
            }
            y &+= 1
        }
    }
}
