/// The least and the greatest value within `radius` rows and columns of each pixel of a plane.
///
/// For the few pixels of a coarse matte: (2·radius + 1)² comparisons a pixel.
@inline(never)
public func planeExtrema(
    _ source: UnsafePointer<Float>, _ width: Int, _ height: Int, _ radius: Int,
    _ least: UnsafeMutablePointer<Float>, _ greatest: UnsafeMutablePointer<Float>
) {
    var y = 0
    while y < height {
        let (top, bottom) = (max(y - radius, 0), min(y + radius, height - 1))
        var x = 0
        while x < width {
            let (left, right) = (max(x - radius, 0), min(x + radius, width - 1))
            var low = source[y * width + x]
            var high = low
            var row = top
            while row <= bottom {
                var column = left
                while column <= right {
                    let value = source[row * width + column]
                    if value < low { low = value }
                    if value > high { high = value }
                    column += 1
                }
                row += 1
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
public func planeMarkUnsure(
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
public func planeIsUnsure(_ lower: UnsafePointer<Float>, _ upper: UnsafePointer<Float>, _ count: Int) -> Bool {
    var column = 0
    while column < count {
        if upper[column] > 0 && lower[column] < 1 { return true }
        column += 1
    }
    return false
}

/// Stretches values so that `deadZone` and `1 - deadZone` become 0 and 1, and cuts the rest off.
@inline(never)
public func planeClearDeadZone(_ values: UnsafeMutablePointer<Float>, _ count: Int, _ deadZone: Float) {
    let slope = 1 / (1 - 2 * deadZone)
    var index = 0
    while index < count {
        values[index] = min(max((values[index] - deadZone) * slope, 0), 1)
        index += 1
    }
}

/// `result[i] = upper[i] - lower[i]`.
@inline(never)
public func planeDifference(
    _ upper: UnsafePointer<Float>, _ lower: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, _ count: Int
) {
    var index = 0
    while index < count {
        result[index] = upper[index] - lower[index]
        index += 1
    }
}
