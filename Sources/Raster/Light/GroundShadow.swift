#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif
import Threads

/// The shadow that a picture's subject throws on its ground: how much darker the ground is beside the subject than a smooth
/// surface through the rest of it.
///
/// The logarithm of the ground's light is fitted by a profile from top to bottom, as of a paper sweep or a floor before a
/// wall, and slow changes across, by iterated least squares whose weights forgive darkness, since a shadow is what lies
/// below; what lies below it by more than the ground's own restlessness, and hangs together with the subject, is shadow.
/// What is brighter than the surface is never shadow: where there is much of that, the surface is not the ground, and no
/// shadow can be told from it. Works on a grid of some hundred cells, so that the ground's texture is averaged away.
package struct GroundShadow {
    /// What keeps a shadow from being told.
    package enum Absence: Sendable, Equatable {
        /// There is too little ground in the picture.
        case noGround
        /// The ground varies by itself as much as a shadow would.
        case restlessGround
        /// The ground is nowhere darker beside the subject.
        case nothingDarker
        /// What is darker beside the subject is too dark for a shadow: a thing of its own.
        case anotherThing
    }

    /// Of the same size as the grids: the share of light that is missing, in `[0, 1)`; also where the subject hides the ground.
    package let missing: [Float]

    private let width: Int
    private let height: Int

    /// The density from which a shadow is black, four fifths of the light missing, and the share of it that may be.
    private static let (black, mostBlack) = (1.6, 0.2)

    /// - Parameters:
    ///   - ground: the picture's light multiplied by one minus alpha, and one minus alpha.
    ///   - reach: how far from the subject, in cells.
    /// - Throws: ``Absence`` as an error.
    package init(_ ground: LightGrid, reach: Double) throws(Failure) {
        (width, height) = (ground.width, ground.height)
        let count = width * height
        var isGround = [Bool](repeating: false, count: count)
        var level = [Double](repeating: 0, count: count)
        for index in 0..<count {
            let cell = ground.base + 4 * index
            let share = Double(cell[3])
            guard share > 0.98 else { continue }
            isGround[index] = true
            let light = 0.2126 * Double(cell[0]) + 0.7152 * Double(cell[1]) + 0.0722 * Double(cell[2])
            level[index] = log(max(light / share, 0) + 0.003)
        }
        let distance = Self.distances(isGround, width, height)
        // Cells beside the subject may hold a fringe of it.
        for index in 0..<count where distance[index] < 2 { isGround[index] = false }
        level = Self.smoothed(level, isGround, width, height)
        guard isGround.lazy.filter({ $0 }).count >= max(count / 20, 30) else { throw Failure(.noGround) }
        let (surface, restlessness) = Self.surface(level, isGround, width, height)
        var (brighter, cells) = (0, 0)
        for index in 0..<count where isGround[index] {
            cells += 1
            if level[index] - surface[index] > 0.05 { brighter += 1 }
        }
        // Rendered and photographed sweeps have none such; rooms have a sixth and more.
        guard restlessness < 0.05, Double(brighter) < 0.03 * Double(cells) else { throw Failure(.restlessGround) }

        let noise = max(restlessness, 0.012)
        var density = [Double](repeating: 0, count: count)
        for index in 0..<count where isGround[index] {
            let darker = surface[index] - level[index]
            let gate = Self.smoothStep((darker / noise - 1.5) / 2.5)
            let fade = 1 - Self.smoothStep((distance[index] / max(reach, 1) - 0.3) / 0.7)
            density[index] = max(darker, 0) * gate * fade
        }
        // What is a twentieth as dark as the darkest is more likely the surface's fault; at the picture's borders a shadow
        // ends, as nobody knows how it goes on.
        let floor = max(0.05 * min(density.max() ?? 0, 1), 0.012)
        for index in 0..<count where density[index] > 0 {
            let (x, y) = (index % width, index / width)
            let border = Double(min(x, y, width - 1 - x, height - 1 - y))
            density[index] *= Self.smoothStep((density[index] - floor) / (2 * floor)) * Self.smoothStep(border / 8)
        }
        let isShadow = Self.touching(density, isGround, distance, width, height)
        var darkest = 0.0
        for index in 0..<count {
            if !isShadow[index] { density[index] = 0 }
            darkest = max(darkest, density[index])
        }
        guard darkest > 0.04 else { throw Failure(.nothingDarker) }
        // Shadows are black beneath the subject at most; hair that the matte missed and a dark floor are so all over.
        let shadow = density.filter { $0 > 0.04 }
        let black = shadow.count { $0 > Self.black }
        guard Double(black) <= Self.mostBlack * Double(shadow.count) else { throw Failure(.anotherThing) }
        missing = Self.filled(density, isGround, width, height).map { Float(1 - exp(-$0)) }
    }

    package struct Failure: Error {
        package let absence: Absence

        init(_ absence: Absence) { self.absence = absence }
    }

    private static func smoothStep(_ x: Double) -> Double {
        let t = min(max(x, 0), 1)
        return t * t * (3 - 2 * t)
    }

    /// From each cell to the nearest that is no ground, in cells: chamfer distances in two passes (Borgefors 1986).
    private static func distances(_ isGround: [Bool], _ width: Int, _ height: Int) -> [Double] {
        let diagonal = 2.0.squareRoot()
        var distance = isGround.map { $0 ? 1e6 : 0.0 }
        func relax(_ index: Int, _ x: Int, _ y: Int, _ dx: Int, _ dy: Int) {
            guard x + dx >= 0, x + dx < width, y + dy >= 0, y + dy < height else { return }
            let step = dx != 0 && dy != 0 ? diagonal : 1
            distance[index] = min(distance[index], distance[index + dy * width + dx] + step)
        }
        for y in 0..<height {
            for x in 0..<width {
                for (dx, dy) in [(-1, 0), (-1, -1), (0, -1), (1, -1)] { relax(y * width + x, x, y, dx, dy) }
            }
        }
        for y in (0..<height).reversed() {
            for x in (0..<width).reversed() {
                for (dx, dy) in [(1, 0), (1, 1), (0, 1), (-1, 1)] { relax(y * width + x, x, y, dx, dy) }
            }
        }
        return distance
    }

    /// Means over 3 × 3 cells of ground.
    private static func smoothed(_ level: [Double], _ isGround: [Bool], _ width: Int, _ height: Int) -> [Double] {
        var smooth = level
        for y in 0..<height {
            for x in 0..<width where isGround[y * width + x] {
                var (sum, number) = (0.0, 0.0)
                for v in max(y - 1, 0)...min(y + 1, height - 1) {
                    for u in max(x - 1, 0)...min(x + 1, width - 1) where isGround[v * width + u] {
                        sum += level[v * width + u]
                        number += 1
                    }
                }
                smooth[y * width + x] = sum / number
            }
        }
        return smooth
    }

    /// Knots of the profile from top to bottom.
    private static let knots = 10
    private static let termCount = knots + 4

    /// Hat functions down, and across a line, a parabola, and how they change downwards.
    private static func terms(_ index: Int, _ width: Int, _ height: Int) -> [Double] {
        let x = 2 * (Double(index % width) + 0.5) / Double(width) - 1
        let place = (Double(index / width) + 0.5) / Double(height)
        let y = 2 * place - 1
        let hats = (0..<knots).map { max(1 - abs(place * Double(knots - 1) - Double($0)), 0) }
        return hats + [x, x * x, x * y, x * x * y]
    }

    /// The surface, and how far the ground strays from it upwards: half of all that is above is nearer.
    private static func surface(
        _ level: [Double], _ isGround: [Bool], _ width: Int, _ height: Int
    ) -> (surface: [Double], restlessness: Double) {
        // A few thousand cells say as much as all of them.
        let cells = isGround.indices.filter { isGround[$0] }
        let sample = stride(from: 0, to: cells.count, by: max(cells.count / 6_000, 1)).map { cells[$0] }
        let basis = sample.map { terms($0, width, height) }
        var weights = [Double](repeating: 1, count: sample.count)
        var coefficients = [Double](repeating: 0, count: termCount)
        var scale = 0.0
        for _ in 0..<20 {
            var matrix = [Double](repeating: 0, count: termCount * termCount)
            var right = [Double](repeating: 0, count: termCount)
            for (k, index) in sample.enumerated() {
                let (row, weight) = (basis[k], weights[k])
                for i in 0..<termCount where row[i] != 0 {
                    right[i] += weight * row[i] * level[index]
                    for j in 0..<termCount { matrix[termCount * i + j] += weight * row[i] * row[j] }
                }
            }
            // Knots without ground go on as their neighbours do.
            let stiffness = 0.003 * Double(sample.count)
            for first in 0..<knots - 2 {
                let bend = [1.0, -2, 1]
                for i in 0..<3 {
                    for j in 0..<3 { matrix[termCount * (first + i) + first + j] += stiffness * bend[i] * bend[j] }
                }
            }
            for i in 0..<termCount { matrix[(termCount + 1) * i] += 1e-6 * Double(sample.count) }
            coefficients = solve(matrix, right)
            let residuals = sample.indices.map { k in
                level[sample[k]] - zip(basis[k], coefficients).reduce(0) { $0 + $1.0 * $1.1 }
            }
            // What is brighter than the surface is never shadow: it says how restless the ground is.
            let above = residuals.filter { $0 > 0 }.sorted()
            scale = max(1.4826 * (above.isEmpty ? 0 : above[above.count / 2]), 1e-4)
            for (k, residual) in residuals.enumerated() {
                let ratio = residual / scale
                weights[k] = ratio >= 0 ? 1 / (1 + ratio * ratio / 9) : 1 / (1 + ratio * ratio * ratio * ratio / 4)
            }
        }
        var surface = [Double](repeating: 0, count: width * height)
        for index in surface.indices {
            surface[index] = zip(terms(index, width, height), coefficients).reduce(0) { $0 + $1.0 * $1.1 }
        }
        return (surface, scale)
    }

    /// Gauss' elimination with pivots; the matrix is positive by its diagonal's addition.
    private static func solve(_ matrix: [Double], _ right: [Double]) -> [Double] {
        let n = right.count
        var (a, b) = (matrix, right)
        for column in 0..<n {
            var pivot = column
            for row in column..<n where abs(a[n * row + column]) > abs(a[n * pivot + column]) { pivot = row }
            if pivot != column {
                for k in 0..<n { a.swapAt(n * column + k, n * pivot + k) }
                b.swapAt(column, pivot)
            }
            guard abs(a[(n + 1) * column]) > 1e-12 else { continue }
            for row in column + 1..<max(n, column + 1) {
                let factor = a[n * row + column] / a[(n + 1) * column]
                for k in column..<n { a[n * row + k] -= factor * a[n * column + k] }
                b[row] -= factor * b[column]
            }
        }
        for row in (0..<n).reversed() {
            for k in row + 1..<max(n, row + 1) { b[row] -= a[n * row + k] * b[k] }
            b[row] = abs(a[(n + 1) * row]) > 1e-12 ? b[row] / a[(n + 1) * row] : 0
        }
        return b
    }

    /// Cells that hang together, darkened, with one beside the subject.
    private static func touching(
        _ density: [Double], _ isGround: [Bool], _ distance: [Double], _ width: Int, _ height: Int
    ) -> [Bool] {
        var isReached = [Bool](repeating: false, count: density.count)
        let least = 0.012
        var open = density.indices.filter { isGround[$0] && distance[$0] < 4 && density[$0] > least }
        for index in open { isReached[index] = true }
        while let index = open.popLast() {
            let (x, y) = (index % width, index / width)
            for v in max(y - 1, 0)...min(y + 1, height - 1) {
                for u in max(x - 1, 0)...min(x + 1, width - 1) {
                    let next = v * width + u
                    if isGround[next], !isReached[next], density[next] > least {
                        isReached[next] = true
                        open.append(next)
                    }
                }
            }
        }
        return isReached
    }

    /// Smoothed, and continued under the subject by what surrounds it: wider and wider means of cells of ground.
    private static func filled(_ density: [Double], _ isGround: [Bool], _ width: Int, _ height: Int) -> [Double] {
        var result = density
        var isFilled = isGround
        for (radius, replacesGround) in [(1, true), (3, false), (8, false), (20, false)] {
            let values = boxSums(density.indices.map { isGround[$0] ? density[$0] : 0 }, radius, width, height)
            let numbers = boxSums(isGround.map { $0 ? 1 : 0 }, radius, width, height)
            for index in density.indices where isGround[index] == replacesGround {
                // The first mean that rests on a tenth of its window is the nearest.
                let window = Double((2 * radius + 1) * (2 * radius + 1))
                if replacesGround {
                    result[index] = values[index] / max(numbers[index], 1)
                } else if !isFilled[index], numbers[index] > 0.1 * window {
                    result[index] = values[index] / numbers[index]
                    isFilled[index] = true
                }
            }
        }
        return result
    }

    private static func boxSums(_ values: [Double], _ radius: Int, _ width: Int, _ height: Int) -> [Double] {
        // Summed areas (Crow 1984) with a row and a column of zeros before them.
        var table = [Double](repeating: 0, count: (width + 1) * (height + 1))
        for y in 0..<height {
            var row = 0.0
            for x in 0..<width {
                row += values[y * width + x]
                table[(y + 1) * (width + 1) + x + 1] = table[y * (width + 1) + x + 1] + row
            }
        }
        return values.indices.map { index in
            let (x, y) = (index % width, index / width)
            let (left, right) = (max(x - radius, 0), min(x + radius + 1, width))
            let (top, bottom) = (max(y - radius, 0), min(y + radius + 1, height))
            func at(_ u: Int, _ v: Int) -> Double { table[v * (width + 1) + u] }
            return at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)
        }
    }
}
