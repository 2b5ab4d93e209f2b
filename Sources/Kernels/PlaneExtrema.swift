extension VectorKernels {
    /// The least and the greatest value within `radius` rows and columns of each pixel of a plane.
    ///
    /// `scratch` holds two rows. Down the columns first, where eight pixels are compared at once, then along the row:
    /// 4·radius + 2 comparisons a pixel, fewer than the bookkeeping of a running extremum for the radii in use (1 to 3).
    @inline(never)
    package static func planeExtrema(
        _ source: UnsafePointer<Float>, _ width: Int, _ height: Int, _ radius: Int,
        _ least: UnsafeMutablePointer<Float>, _ greatest: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (lows, highs) = (scratch, scratch + width)
        var y = 0
        while y < height {
            let (top, bottom) = (max(y - radius, 0), min(y + radius, height - 1))
            lows.update(from: source + top * width, count: width)
            highs.update(from: source + top * width, count: width)
            var row = top + 1
            while row <= bottom {
                let values = source + row * width
                var x = 0
                while x < width {
                    let value = values[x]
                    lows[x] = value < lows[x] ? value : lows[x]
                    highs[x] = value > highs[x] ? value : highs[x]
                    x += 1
                }
                row += 1
            }
            var x = 0
            while x < width {
                let end = min(x + radius, width - 1)
                var column = max(x - radius, 0)
                var (low, high) = (lows[column], highs[column])
                while column < end {
                    column += 1
                    low = lows[column] < low ? lows[column] : low
                    high = highs[column] > high ? highs[column] : high
                }
                least[y * width + x] = low
                greatest[y * width + x] = high
                x += 1
            }
            y += 1
        }
    }

    /// Marks the columns whose neighbourhood of three rows and three columns is not one constant 0 or 1.
    ///
    /// `marks[x]` is 0 where all upper bounds are 0, 1 where all lower bounds are 1, and 2 elsewhere. `rows` are the row
    /// above, the row and the row below, as offsets into both planes.
    @inline(never)
    package static func planeMarkUnsure(
        _ lower: UnsafePointer<Float>, _ upper: UnsafePointer<Float>, _ above: Int, _ here: Int, _ below: Int,
        _ width: Int, _ marks: UnsafeMutablePointer<UInt8>
    ) {
        var x = 0
        while x < width {
            let high = max(upper[above + x], max(upper[here + x], upper[below + x]))
            let low = min(lower[above + x], min(lower[here + x], lower[below + x]))
            marks[x] = high <= 0 ? 0 : low >= 1 ? 1 : 2
            x += 1
        }
        // Spread to the neighbours: a change of mark makes both sides unsure.
        var previous = marks[0]
        x = 0
        while x < width {
            let own = marks[x]
            let next = x + 1 < width ? marks[x + 1] : own
            if previous != own || next != own { marks[x] = 2 }
            previous = own
            x += 1
        }
    }

    /// Whether anything in a row lies between its bounds: not all upper bounds are 0 and not all lower bounds are 1.
    @inline(never)
    package static func planeIsUnsure(_ lower: UnsafePointer<Float>, _ upper: UnsafePointer<Float>, _ count: Int)
        -> Bool
    {
        var column = 0
        while column < count {
            if upper[column] > 0 && lower[column] < 1 { return true }
            column += 1
        }
        return false
    }

    /// Stretches values so that `deadZone` and `1 - deadZone` become 0 and 1, and cuts the rest off.
    @inline(never)
    package static func planeClearDeadZone(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ deadZone: Float) {
        let slope = 1 / (1 - 2 * deadZone)
        var index = 0
        while index < count {
            values[index] = min(max((values[index] - deadZone) * slope, 0), 1)
            index += 1
        }
    }

    /// `result[i] = upper[i] - lower[i]`.
    @inline(never)
    package static func planeDifference(
        _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>,
        _ count: Int
    ) {
        var index = 0
        while index < count {
            result[index] = upper[index] - lower[index]
            index += 1
        }
    }

}
