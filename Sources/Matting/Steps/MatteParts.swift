import MatteRefinement
import TensorCore
import Threads

/// The separate parts of a coarse matte: what hangs together of the values above one half, over sides and corners.
///
/// O(values), over a map of the network's size.
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
    private let components: ConnectedComponents
    /// The place in ``parts`` of each component by its label, −1 of those that were left out; first that of the ground.
    private let places: [Int]

    /// Alpha above which a value is part of a subject.
    static let subject: Float = 0.5

    /// - Parameters:
    ///   - matte: `[1, h, w, 1]`, in [0, 1].
    ///   - leastArea: cells of a part; smaller ones are left out.
    ///   - pool: the threads that share the work.
    /// - Throws: ``TensorError`` where memory is refused.
    init(of matte: Tensor, leastArea: Int, pool: ThreadPool = .shared) throws(TensorError) {
        let components = try ConnectedComponents(
            of: matte, reaching: Self.subject.nextUp, connectivity: .eight, pool: pool)
        // Stable by the second key: labels are in the order of their first cells.
        let areas = (0..<components.count).map { components.area($0 + 1) }
        let kept = areas.indices.filter { areas[$0] >= leastArea }.sorted { (areas[$1], $0) < (areas[$0], $1) }
        parts = kept.map { index in
            let box = components.box(index + 1)
            return Part(columns: box.columns, rows: box.rows, area: areas[index])
        }
        var places = [Int](repeating: -1, count: components.count + 1)
        for (place, index) in kept.enumerated() { places[index + 1] = place }
        self.places = places
        self.components = components
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
        let (width, height) = (components.width, components.height)
        var numbers = (0..<height).flatMap { y in
            UnsafeBufferPointer(start: components.row(y), count: width).map { places[Int($0)] }
        }
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
