import Raster
import Testing

@testable import ImageCodecs

@Suite struct RowFilterTests {
    /// The formulas of the PNG specification, clause 9.2, byte by byte.
    private static func reference(
        _ kind: RowFilter.Kind, _ left: UInt8, _ above: UInt8, _ aboveLeft: UInt8
    ) -> Int {
        let (a, b, c) = (Int(left), Int(above), Int(aboveLeft))
        switch kind {
        case .nothing: return 0
        case .left: return a
        case .above: return b
        case .mean: return (a + b) / 2
        case .paeth:
            let estimate = a + b - c
            let (toA, toB, toC) = (abs(estimate - a), abs(estimate - b), abs(estimate - c))
            if toA <= toB && toA <= toC { return a }
            return toB <= toC ? b : c
        }
    }

    /// Rows of noise, and of steps from 0 to 255 where rounding and ties show.
    @Test(arguments: RowFilter.Kind.allCases, [1, 2, 3, 4, 6, 8])
    func filtersFollowTheSpecification(kind: RowFilter.Kind, pixel: Int) {
        var generator = SeededGenerator(seed: 5)
        for count in [pixel, 7 * pixel, 40 * pixel] {
            for choices in [[UInt8](0...255), [0, 1, 254, 255], [7, 8]] {
                func row() -> [UInt8] {
                    [UInt8](repeating: 0, count: pixel)
                        + (0..<count).map { _ in choices[Int.random(in: choices.indices, using: &generator)] }
                }
                let (row, above) = (row(), row())
                var result = [UInt8](repeating: 0, count: count)
                row.withUnsafeBufferPointer { row in
                    above.withUnsafeBufferPointer { above in
                        result.withUnsafeMutableBufferPointer { target in
                            guard let row = row.baseAddress, let above = above.baseAddress,
                                let target = target.baseAddress
                            else { return }
                            kind.apply(to: row + pixel, above: above + pixel, pixel: pixel, count: count, target)
                        }
                    }
                }
                for i in 0..<count {
                    let expected = Self.reference(kind, row[i], above[pixel + i], above[i])
                    #expect(result[i] == UInt8(truncatingIfNeeded: Int(row[pixel + i]) - expected))
                }
            }
        }
    }

    @Test func weightsAreDistancesFromZero() {
        let bytes: [UInt8] = [0, 1, 127, 128, 129, 255]
        #expect(RowFilter.weight(of: bytes, count: bytes.count) == 0 + 1 + 127 + 128 + 127 + 1)
    }

    /// The first row's neighbours above are zeros; a tie goes to the filter with the lower number.
    @Test(arguments: [
        ([[0, 0, 0, 0]], [0]), ([[9, 9, 9, 9]], [1]), ([[1, 200, 3, 100], [1, 200, 3, 100]], [0, 2]),
        ([[10, 10, 200, 200], [10, 10, 200, 200], [10, 10, 200, 205]], [1, 2, 2]),
        ([[0, 80, 0, 80], [40, 60, 30, 55]], [0, 3]),
    ])
    func theBestFilterIsChosen(rows: [[UInt8]], expected: [UInt8]) throws {
        var image = try RasterImage(width: 4, height: rows.count, colorModel: .gray)
        try _ = image.withMutableSamples8 { $0.update(fromContentsOf: rows.flatMap { $0 }) }
        let filtered = try FilteredRows(of: image, filter: .best)
        filtered.seek(to: 0)
        #expect(rows.map { _ in filtered.read()[0] } == expected)
    }

    @Test func rowsCanBeReadFromAnywhere() throws {
        let image = try RasterImage.noise(width: 9, height: 6, colorModel: .rgb, bitDepth: .sixteen)
        for filter in [RowFilter.best] + RowFilter.Kind.allCases.map({ .always($0) }) {
            let rows = try FilteredRows(of: image, filter: filter)
            rows.seek(to: 0)
            let expected = (0..<6).map { _ in Array(rows.read()) }
            for start in [5, 0, 3, 2] {
                rows.seek(to: start)
                for number in start..<6 { #expect(Array(rows.read()) == expected[number]) }
            }
        }
    }
}
