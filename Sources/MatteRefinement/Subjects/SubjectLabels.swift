import KernelDispatch
import TensorCore
import Threads

/// Which subject of a matte each pixel belongs to.
///
/// Subjects are told apart on a grid of at most ``longestSide`` cells a side: bodies are where the matte's mean over a cell
/// reaches the threshold; lines between bodies that touch follow the picture; what is no body goes with the nearest one. In
/// the picture itself the lines are drawn once more, in the cells along them.
///
/// - Complexity: O(pixels). Memory: 1 byte a pixel, and some 40 bytes a cell while it is made.
package struct SubjectLabels: Sendable {
    package let width: Int
    package let height: Int
    /// Labels are 1 to this.
    package let count: Int
    /// A label for each pixel, row by row; nil where all are 1.
    let map: NumberBuffer<UInt8>?

    let grid: ReducedGrid
    /// A label for each cell.
    let cells: NumberBuffer<UInt8>
    /// The matte's mean in each cell.
    let coverage: PlaneStack
    /// 1 in cells of bodies and beside them, 0 where there are specks at most.
    let isNearBody: NumberBuffer<UInt8>

    /// What networks tell apart is coarser, and a subject of a twentieth of the picture still has fifty cells.
    static let longestSide = 1024

    /// - Parameters:
    ///   - matte: `[1, H, W, 1]`, in [0, 1].
    ///   - guide: the picture, of the same size.
    ///   - checkpoint: called between pieces of the work of at most some 50 ms; what it throws ends it. Loops of the pool may
    ///     end early where it will throw.
    /// - Throws: ``TensorError``, and what `checkpoint` throws.
    package init(
        of matte: Tensor, guide: some GuideRows, separation: SubjectSeparation, pool: ThreadPool,
        checkpoint: () throws -> Void
    ) throws {
        let (width, height) = (matte.shape.width, matte.shape.height)
        precondition(guide.width == width && guide.height == height, "a guide of another size")
        guard matte.shape.pixelCount <= Int32.max else {
            throw TensorError.shapeOverflow(dimensions: [1, height, width, 1])
        }
        self.width = width
        self.height = height
        let grid = ReducedGrid(
            width: width, height: height, factor: (max(width, height) + Self.longestSide - 1) / Self.longestSide)
        self.grid = grid

        let coverage = try PlaneStack(width: grid.width, height: grid.height, count: 1)
        try grid.reduce(into: coverage, planes: 0..<1, pool: pool) { row, plane, _ in
            plane.update(from: matte.borrowed + row * width, count: width)
        }
        self.coverage = coverage
        try checkpoint()
        let isBody = try Self.bodies(matte, coverage: coverage, grid: grid, threshold: separation.threshold)
        let parts = try SubjectParts(
            coverage: coverage.plane(0), isBody: isBody.base, width: grid.width, height: grid.height,
            separation: separation, pool: pool, checkpoint: checkpoint)
        self.count = parts.middles.count
        if count > 1 {
            try SubjectContacts.refine(parts, guide: guide, grid: grid, pool: pool, checkpoint: checkpoint)
        }
        try checkpoint()
        self.isNearBody = try Self.nearBodies(parts.labels.base, grid: grid)
        self.cells = try Self.spread(parts.labels.base, grid: grid, count: count, pool: pool)
        try checkpoint()
        self.map =
            count > 1
            ? try SubjectPainting(cells: cells.base, coverage: coverage.plane(0), grid: grid, guide: guide)
                .paint(pool: pool) : nil
        withExtendedLifetime((matte, cells, coverage)) {}
        try checkpoint()
    }

    /// The label of a pixel, also where the matte is 0; 0 where there are no subjects.
    package func label(x: Int, y: Int) -> Int {
        guard let map else { return count }
        return Int(map.base[y * width + x])
    }

    /// The cells whose mean reaches the threshold. Where none does, the subject is thinner than a cell: then those in which
    /// any pixel does.
    private static func bodies(
        _ matte: Tensor, coverage: PlaneStack, grid: ReducedGrid, threshold: Float
    ) throws(TensorError) -> NumberBuffer<UInt8> {
        let isBody = try NumberBuffer<UInt8>(count: grid.width * grid.height, purpose: "subjects of a matte")
        let means = coverage.plane(0)
        var isAny = false
        for index in 0..<isBody.count where means[index] >= threshold {
            isBody.base[index] = 1
            isAny = true
        }
        guard !isAny, grid.factor > 1 else { return isBody }
        let values = matte.borrowed
        for y in 0..<grid.fineHeight {
            for x in 0..<grid.fineWidth where values[y * grid.fineWidth + x] >= threshold {
                isBody.base[y / grid.factor * grid.width + x / grid.factor] = 1
            }
        }
        withExtendedLifetime(matte) {}
        return isBody
    }

    private static func nearBodies(
        _ labels: UnsafePointer<UInt8>, grid: ReducedGrid
    ) throws(TensorError) -> NumberBuffer<UInt8> {
        let isNear = try NumberBuffer<UInt8>(count: grid.width * grid.height, purpose: "subjects of a matte")
        for y in 0..<grid.height {
            for x in 0..<grid.width where labels[y * grid.width + x] != 0 {
                for row in max(y - 1, 0)...min(y + 1, grid.height - 1) {
                    for column in max(x - 1, 0)...min(x + 1, grid.width - 1) {
                        isNear.base[row * grid.width + column] = 1
                    }
                }
            }
        }
        return isNear
    }

    /// The label of the nearest body for every cell.
    private static func spread(
        _ labels: UnsafePointer<UInt8>, grid: ReducedGrid, count: Int, pool: ThreadPool
    ) throws(TensorError) -> NumberBuffer<UInt8> {
        let (width, height) = (grid.width, grid.height)
        let cells = try NumberBuffer<UInt8>(count: width * height, purpose: "subjects of a matte")
        guard count > 1 else {
            cells.base.update(repeating: UInt8(count), count: width * height)
            return cells
        }
        let nearest = try NearestSites(labels, width: width, height: height, pool: pool)
        pool.forEach(height) { y, _ in
            for index in y * width..<(y + 1) * width { cells.base[index] = labels[nearest[index] ?? index] }
        }
        return cells
    }
}
