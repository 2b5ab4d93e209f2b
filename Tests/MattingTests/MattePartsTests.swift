import TensorCore
import TestSupport
import Testing

@testable import Matting

/// The separate parts of a coarse matte.
@Suite struct MattePartsTests {
    /// A drawing of `#` for 1, `+` for a soft 0.3, anything else for 0.
    private static func matte(_ rows: [String]) throws -> Tensor {
        let cells = rows.map(Array.init)
        return try .plane(cells[0].count, cells.count) { x, y in ["#": 1, "+": 0.3][cells[y][x]] ?? 0 }
    }

    private static let drawing = [
        "##..+.....",
        "##..+..#..",
        "...++.#...",
        "....#.....",
        ".#..###...",
    ]

    @Test func largestFirstAndCornersHangTogether() throws {
        let parts = try MatteParts(of: Self.matte(Self.drawing), leastArea: 1).parts
        #expect(
            parts == [
                MatteParts.Part(columns: 0..<2, rows: 0..<2, area: 4),
                MatteParts.Part(columns: 4..<7, rows: 3..<5, area: 4),
                MatteParts.Part(columns: 6..<8, rows: 1..<3, area: 2),
                MatteParts.Part(columns: 1..<2, rows: 4..<5, area: 1),
            ])
        #expect(try MatteParts(of: Self.matte(Self.drawing), leastArea: 3).parts == Array(parts.prefix(2)))
    }

    @Test func oneHalfIsOutside() throws {
        #expect(try MatteParts(of: .plane(3, 3) { _, _ in 0.5 }, leastArea: 1).parts.isEmpty)
        #expect(try MatteParts(of: .plane(1, 1) { _, _ in 0.51 }, leastArea: 1).parts.count == 1)
    }

    /// Against a labelling that asks again and again, on noise that percolates.
    @Test(arguments: [(17, 23), (1, 40), (40, 1), (31, 31)]) func noise(width: Int, height: Int) throws {
        var random = SeededGenerator(seed: 5)
        let matte = try Tensor.plane(width, height) { _, _ in random.value() > 0.62 ? 1 : 0 }
        let solid = matte.values.map { $0 > 0.5 }
        var labels = solid.indices.map { solid[$0] ? $0 : -1 }
        var changed = true
        while changed {
            changed = false
            for y in 0..<height {
                for x in 0..<width where solid[y * width + x] {
                    for (i, j) in [(-1, -1), (0, -1), (1, -1), (-1, 0), (1, 0), (-1, 1), (0, 1), (1, 1)] {
                        let (u, v) = (x + i, y + j)
                        guard (0..<width).contains(u), (0..<height).contains(v), solid[v * width + u] else { continue }
                        if labels[v * width + u] < labels[y * width + x] {
                            labels[y * width + x] = labels[v * width + u]
                            changed = true
                        }
                    }
                }
            }
        }
        let areas = Dictionary(grouping: labels.filter { $0 >= 0 }, by: { $0 }).values.map(\.count).sorted(by: >)
        #expect(try MatteParts(of: matte, leastArea: 1).parts.map(\.area) == areas)
    }

    @Test func whatIsDroppedTakesItsSoftSurroundingsAlong() throws {
        var matte = try Self.matte(Self.drawing)
        let parts = try MatteParts(of: matte, leastArea: 1)
        // All but the second: the soft column above it is nearer to it than to the others, but for its upper end, which is
        // as near to the first.
        try parts.keep([true, false, true, true], in: &matte)
        let expected = try Self.matte([
            "##..+.....",
            "##.....#..",
            "......#...",
            "..........",
            ".#........",
        ])
        #expect(matte.values == expected.values)
        var same = try Self.matte(Self.drawing)
        try parts.keep([true, true, true, true], in: &same)
        #expect(try same.values == Self.matte(Self.drawing).values)
    }
}
