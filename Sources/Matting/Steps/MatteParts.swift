import TensorCore

/// The separate parts of a coarse matte: what hangs together of the values above one half, over sides and corners.
///
/// O(values), over a map of the network's size: half a millisecond at 384 × 384.
struct MatteParts {
    /// One part; the cells that hold all of it.
    struct Part: Equatable {
        let columns: Range<Int>
        let rows: Range<Int>
        /// Cells above one half.
        let area: Int
    }

    /// The largest first, of equal ones that which begins first, row by row from the top.
    let parts: [Part]
    /// The number in ``parts`` of each cell's part; −1 outside all of them.
    private let numbers: [Int]
    private let width: Int

    /// Alpha above which a value is part of a subject.
    static let subject: Float = 0.5

    /// - Parameters:
    ///   - matte: `[1, h, w, 1]`, in [0, 1].
    ///   - leastArea: cells of a part; smaller ones are left out.
    init(of matte: Tensor, leastArea: Int) {
        let (width, height) = (matte.shape.width, matte.shape.height)
        var numbers = [Int](repeating: -1, count: width * height)
        var found: [(part: Part, number: Int)] = []
        matte.withValues { values in
            for start in values.indices where values[start] > Self.subject && numbers[start] < 0 {
                let part = Self.flood(from: start, number: found.count, values, &numbers, width: width, height: height)
                found.append((part, found.count))
            }
        }
        // Stable by the second key: parts were found in the order of their first cells.
        let kept = found.filter { $0.part.area >= leastArea }.sorted {
            ($1.part.area, $0.number) < ($0.part.area, $1.number)
        }
        var places = [Int](repeating: -1, count: found.count)
        for (place, entry) in kept.enumerated() { places[entry.number] = place }
        for index in numbers.indices where numbers[index] >= 0 { numbers[index] = places[numbers[index]] }
        self.parts = kept.map(\.part)
        self.numbers = numbers
        self.width = width
    }

    private static func flood(
        from start: Int, number: Int, _ values: UnsafeBufferPointer<Float>, _ numbers: inout [Int], width: Int,
        height: Int
    ) -> Part {
        var (left, right, top, bottom) = (start % width, start % width + 1, start / width, start / width + 1)
        var area = 0
        var open = [start]
        numbers[start] = number
        while let cell = open.popLast() {
            let (x, y) = (cell % width, cell / width)
            area += 1
            (left, right, top, bottom) = (min(left, x), max(right, x + 1), min(top, y), max(bottom, y + 1))
            for row in max(y - 1, 0)..<min(y + 2, height) {
                for next in row * width + max(x - 1, 0)..<row * width + min(x + 2, width)
                where numbers[next] < 0 && values[next] > subject {
                    numbers[next] = number
                    open.append(next)
                }
            }
        }
        return Part(columns: left..<right, rows: top..<bottom, area: area)
    }

    /// Empties a matte of the parts that are not kept, with their soft surroundings: each cell belongs to the part that
    /// is nearest over sides.
    ///
    /// - Parameters:
    ///   - kept: by place in ``parts``, one for each.
    ///   - matte: the one that the parts are of.
    /// - Throws: ``TensorError`` where memory is refused.
    /// - Complexity: O(values).
    func keep(_ kept: [Bool], in matte: inout Tensor) throws(TensorError) {
        guard kept.contains(false) else { return }
        var numbers = numbers
        let height = matte.shape.height
        var border = numbers.indices.filter { numbers[$0] >= 0 }
        while !border.isEmpty {
            var next: [Int] = []
            for cell in border {
                let (x, y) = (cell % width, cell / width)
                for (dx, dy) in [(0, -1), (-1, 0), (1, 0), (0, 1)] {
                    let (column, row) = (x + dx, y + dy)
                    guard (0..<width).contains(column), (0..<height).contains(row) else { continue }
                    let neighbour = row * width + column
                    guard numbers[neighbour] < 0 else { continue }
                    numbers[neighbour] = numbers[cell]
                    next.append(neighbour)
                }
            }
            border = next
        }
        try matte.withMutableValues { values in
            for index in values.indices where numbers[index] >= 0 && !kept[numbers[index]] { values[index] = 0 }
        }
    }
}
