/// The tone curves of a picture as tables: from its samples to light, and back.
package struct ToneTables: Sendable {
    /// For each colour the light in `[0, 1]` of each sample: 256 or 65,536 values.
    package let light: [Float]
    /// For each colour the encoded values in `[0, 1]` of the squares of ``encodingSteps`` + 1 equal steps of `[0, 1]`: of
    /// light itself the first steps would take a tenth of all encoded values.
    package let encoded: [Float]
    /// Steps of ``encoded``.
    package static let encodingSteps = 4_095
    /// Where curves are looked at.
    private static let curveSteps = 8_191

    /// - Parameters:
    ///   - space: what the picture's numbers mean; of its curves the first, or one for each colour.
    ///   - colors: 1 or 3.
    package init(_ space: ColorSpace, colors: Int, bitDepth: RasterImage.BitDepth) {
        let curves = Array(space.curves.prefix(colors))
        let tables = Self.each(curves) { Self.table($0, count: bitDepth == .eight ? 256 : 65_536) }
        self.light = Array(tables.joined())
        self.encoded = Array(Self.each(curves) { Self.inverse(of: $0) }.joined())
    }

    /// Tables of no curve: samples and encoded values are proportional to what is called light.
    package init(linearFor colors: Int, bitDepth: RasterImage.BitDepth) {
        let count = bitDepth == .eight ? 256 : 65_536
        let table = (0..<count).map { Float($0) / Float(count - 1) }
        let squares = (0...Self.encodingSteps).map { step in
            Float(Double(step * step) / Double(Self.encodingSteps * Self.encodingSteps))
        }
        self.light = Array(repeatElement(table, count: colors).joined())
        self.encoded = Array(repeatElement(squares, count: colors).joined())
    }

    /// A table a curve, made once for curves that are the same.
    private static func each(_ curves: [ToneCurve], _ table: (ToneCurve) -> [Float]) -> [[Float]] {
        var known: [(curve: ToneCurve, table: [Float])] = []
        return curves.map { curve in
            if let match = known.first(where: { $0.curve == curve }) { return match.table }
            let new = table(curve)
            known.append((curve, new))
            return new
        }
    }

    private static func table(_ curve: ToneCurve, count: Int) -> [Float] {
        (0..<count).map { Float(curve.light(Double($0) / Double(count - 1))) }
    }

    /// Between the two looks at the curve whose light lies around, linearly.
    private static func inverse(of curve: ToneCurve) -> [Float] {
        let lights = (0...curveSteps).map { curve.light(Double($0) / Double(curveSteps)) }
        var index = 0
        return (0...encodingSteps).map { step in
            let light = Double(step * step) / Double(encodingSteps * encodingSteps)
            while index < curveSteps - 1 && lights[index + 1] < light { index += 1 }
            let (low, high) = (lights[index], lights[index + 1])
            let fraction = high > low ? min(max((light - low) / (high - low), 0), 1) : 0
            return Float((Double(index) + fraction) / Double(curveSteps))
        }
    }
}
