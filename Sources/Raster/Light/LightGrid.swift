import KernelDispatch
import Threads

/// A small picture of light: four floats a cell.
package final class LightGrid: LightRows, @unchecked Sendable {
    // Unchecked: written while one owner makes it, read only afterwards; threads write disjoint rows.
    package let width: Int
    package let height: Int
    private let storage: PixelStorage
    package var base: UnsafeMutablePointer<Float> { storage.base.assumingMemoryBound(to: Float.self) }

    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    package init(width: Int, height: Int) throws(RasterError) {
        let count = width * height * 4
        storage = try PixelStorage(byteCount: count * MemoryLayout<Float>.stride, purpose: "a grid of light")
        _ = storage.base.bindMemory(to: Float.self, capacity: max(count, 1))
        self.width = width
        self.height = height
    }

    /// Light at another size, place or sharpness.
    package convenience init(
        _ source: some LightRows & Sendable, _ resampling: Resampling, pool: ThreadPool
    ) throws(RasterError) {
        try self.init(width: resampling.columns.count, height: resampling.rows.count)
        let (base, stride) = (base, width * 4)
        try Self.forEachRow(of: source, resampling, pool: pool) { y, light in
            (base + y * stride).update(from: light, count: stride)
        }
    }

    /// Calls `body` with each row of light at another size, place or sharpness, several at once and in no order.
    private static func forEachRow(
        of source: some LightRows & Sendable, _ resampling: Resampling, pool: ThreadPool,
        _ body: (_ y: Int, _ light: UnsafeMutablePointer<Float>) -> Void
    ) throws(RasterError) {
        let (height, bandRows) = (resampling.rows.count, 16)
        let count = resampling.scratchCount + resampling.columns.count * 4
        let memory = try PixelStorage(
            byteCount: count * pool.threadCount * MemoryLayout<Float>.stride, purpose: "rows of light")
        let floats = memory.base.bindMemory(to: Float.self, capacity: count * pool.threadCount)
        pool.forEach((height + bandRows - 1) / bandRows) { band, slot in
            let row = floats + slot * count
            var state = Resampling.State(resampling, scratch: row + resampling.columns.count * 4)
            for y in band * bandRows..<min((band + 1) * bandRows, height) {
                resampling.fill(y, from: source, into: row, state: &state)
                body(y, row)
            }
        }
        withExtendedLifetime(memory) {}
    }

    package func add(
        row: Int, columns: Range<Int>, weight: Float, into sums: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>
    ) {
        kernels.addRow(
            base + (row * width + columns.lowerBound) * 4, weight: weight, into: sums, count: columns.count * 4)
    }

    /// Blurred by a Gaussian; what lies beside the grid is nothing.
    package func blurred(across: Double, down: Double, pool: ThreadPool) throws(RasterError) -> LightGrid {
        try LightGrid(
            self,
            Resampling(
                columns: .gaussian(count: width, sigma: across), rows: .gaussian(count: height, sigma: down)),
            pool: pool)
    }

    /// Whether there is next to no alpha anywhere.
    package var isEmpty: Bool { (0..<width * height).allSatisfy { base[4 * $0 + 3] < 1e-3 } }

    /// Multiplies everything.
    package func multiply(by factor: Float) {
        for index in 0..<width * height * 4 { base[index] *= factor }
    }

    /// Alpha becomes what two layers hide together, of which one has a share of this alpha and the other of another grid's.
    package func overlay(_ other: LightGrid, _ share: Float, _ otherShare: Float) {
        for index in 0..<width * height {
            let (first, second) = (min(base[4 * index + 3], 1), min(other.base[4 * index + 3], 1))
            base[4 * index + 3] = 1 - (1 - share * max(first, 0)) * (1 - otherShare * max(second, 0))
        }
    }

    /// Turns a silhouette into a flat spot on the ground: of each column what lies lowest, `thickness` high, the weaker the
    /// farther it is above `ground`, and nothing from `lift` on. All in cells.
    package func keepLowest(ground: Double, lift: Double, thickness: Double) {
        let half = max(thickness / 2, 0.5)
        for x in 0..<width {
            var lowest = -1
            for y in 0..<height where base[4 * (y * width + x) + 3] >= 0.5 { lowest = y }
            let edge = Double(lowest + 1)
            let nearness = lowest < 0 ? 0 : 1 - max(ground - edge, 0) / max(lift, 1e-6)
            let strength = nearness > 0 ? nearness * nearness : 0
            for y in 0..<height {
                let covered = min(Double(y + 1), edge + half) - max(Double(y), edge - half)
                base[4 * (y * width + x) + 3] = Float(strength * min(max(covered, 0), 1))
            }
        }
    }

    /// Divides the colours by alpha, which becomes 1; where there is little, they pass over into those of what is near.
    ///
    /// What is near a grid of half the size tells, which passes over into one of half that size, and so on to the mean of
    /// all: pull and push (Gortler et al., "The Lumigraph", 1996). The mean of all alone drew a border around whatever had
    /// nothing beside it.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(cells); memory for a third of them.
    package func normalize(pool: ThreadPool) throws(RasterError) {
        guard width > 1 || height > 1 else { return Self.normalize(base, 1, near: nil) }
        let (columns, rows) = ((width + 1) / 2, (height + 1) / 2)
        func halves(_ count: Int, _ half: Int) -> AxisWeights {
            .area(.init(inputCount: count, outputCount: half, step: 2))
        }
        let coarser = try LightGrid(
            self, Resampling(columns: halves(width, columns), rows: halves(height, rows)), pool: pool)
        try coarser.normalize(pool: pool)
        func doubles(_ half: Int, _ count: Int) -> AxisWeights {
            .bilinear(.init(inputCount: half, outputCount: count, step: 0.5))
        }
        let (base, width) = (base, width)
        try Self.forEachRow(
            of: coarser, Resampling(columns: doubles(columns, width), rows: doubles(rows, height)), pool: pool
        ) { y, near in
            Self.normalize(base + y * width * 4, width, near: near)
        }
    }

    private static func normalize(_ light: UnsafeMutablePointer<Float>, _ count: Int, near: UnsafePointer<Float>?) {
        let little: Float = 1e-3
        for index in 0..<count {
            let alpha = light[4 * index + 3]
            let weight = near == nil ? alpha : alpha + little
            for c in 0..<3 {
                let color = light[4 * index + c] + little * (near?[4 * index + c] ?? 0)
                light[4 * index + c] = weight > 0 ? color / weight : 0
            }
            light[4 * index + 3] = 1
        }
    }
}
