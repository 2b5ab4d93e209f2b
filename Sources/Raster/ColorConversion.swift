/// From the colours of one space to those of another that look the same: curve, matrix, inverse curve. What the other
/// space cannot show is clipped to its edge; white stays white and neutral colours stay neutral.
///
/// Curves are tables by then: a pixel takes some 20 ns.
package struct ColorConversion: Sendable {
    private let forward: [[Float]]
    /// Nil between grey and colours, which are neutral on either side.
    private let matrix: [Float]?
    private let backward: [[Float]]

    private static let forwardSteps = 4_095
    /// Steps of the square root of light: by light itself the first step would take a tenth of all encoded values.
    private static let backwardSteps = 1_023

    /// nil where both are the same, to half a step of 8 bits: variants of sRGB differ by the rounding of their tables.
    package init?(from source: ColorSpace, to target: ColorSpace) {
        guard source != target else { return nil }
        func tables(_ curves: [ToneCurve], _ steps: Int, _ value: (ToneCurve, Double) -> Double) -> [[Float]] {
            var known: [(curve: ToneCurve, table: [Float])] = []
            let tables = curves.map { curve in
                if let match = known.first(where: { $0.curve == curve }) { return match.table }
                let table = (0...steps).map { Float(value(curve, Double($0) / Double(steps))) }
                known.append((curve, table))
                return table
            }
            return tables.count == 1 ? [tables[0], tables[0], tables[0]] : tables
        }
        forward = tables(source.curves, Self.forwardSteps) { $0.light($1) }
        backward = tables(target.curves, Self.backwardSteps) { $0.encoded($1 * $1) }
        if let primaries = source.primaries, let targets = target.primaries, let inverse = Matrix.inverse(targets) {
            let product = Matrix.product(inverse, primaries)
            // White to white: what profiles say of it differs in the last digits, or by a light that was not adapted.
            matrix = (0..<9).map { index in
                let white = product[index / 3 * 3] + product[index / 3 * 3 + 1] + product[index / 3 * 3 + 2]
                return Float(abs(white) > 0.1 ? product[index] / white : product[index])
            }
        } else {
            matrix = nil
        }
        if isIdentity { return nil }
    }

    private var isIdentity: Bool {
        let grid = (0...8).map { Float($0) / 8 }
        for red in grid {
            for green in grid {
                for blue in grid where matrix != nil || red == green && green == blue {
                    let (r, g, b) = converted(red, green, blue)
                    if max(abs(r - red), abs(g - green), abs(b - blue)) > 1 / 510 { return false }
                }
            }
        }
        return true
    }

    /// A colour of the one space as one of the other.
    package func converted(_ color: RasterColor) -> RasterColor {
        let (r, g, b) = converted(Float(color.red), Float(color.green), Float(color.blue))
        return RasterColor(red: Double(r), green: Double(g), blue: Double(b))
    }

    /// Converts pixels of three values in `[0, 1]` in place.
    package func convert(_ pixels: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count {
            let pixel = pixels + 3 * index
            (pixel[0], pixel[1], pixel[2]) = converted(pixel[0], pixel[1], pixel[2])
        }
    }

    /// Converts pixels of three samples of 16 bits in place, by way of as many floats.
    package func convert(
        _ pixels: UnsafeMutablePointer<UInt16>, count: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        for index in 0..<3 * count { scratch[index] = Float(pixels[index]) * (1 / 65_535) }
        convert(scratch, count: count)
        for index in 0..<3 * count {
            let value = scratch[index]
            pixels[index] = UInt16(min(max(value, 0), 1) * 65_535 + 0.5)
        }
    }

    private func converted(_ red: Float, _ green: Float, _ blue: Float) -> (Float, Float, Float) {
        var (r, g, b) = (
            Self.value(red, in: forward[0]), Self.value(green, in: forward[1]), Self.value(blue, in: forward[2])
        )
        if let m = matrix {
            (r, g, b) = (
                m[0] * r + m[1] * g + m[2] * b, m[3] * r + m[4] * g + m[5] * b, m[6] * r + m[7] * g + m[8] * b
            )
        }
        func encoded(_ light: Float, _ table: [Float]) -> Float { Self.value(max(light, 0).squareRoot(), in: table) }
        return (encoded(r, backward[0]), encoded(g, backward[1]), encoded(b, backward[2]))
    }

    /// Between the two entries beside `x`, which is clamped to `[0, 1]`.
    private static func value(_ x: Float, in table: [Float]) -> Float {
        let position = (x > 0 ? min(x, 1) : 0) * Float(table.count - 1)
        let index = min(Int(position), table.count - 2)
        let first = table[index]
        return first + (position - Float(index)) * (table[index + 1] - first)
    }
}
