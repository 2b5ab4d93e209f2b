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
        let bandRows = 16
        let scratch = try PixelStorage(
            byteCount: resampling.scratchCount * pool.threadCount * MemoryLayout<Float>.stride,
            purpose: "rows of light")
        let floats = scratch.base.bindMemory(to: Float.self, capacity: resampling.scratchCount * pool.threadCount)
        pool.forEach((height + bandRows - 1) / bandRows) { band, slot in
            var state = Resampling.State(resampling, scratch: floats + slot * resampling.scratchCount)
            for y in band * bandRows..<min((band + 1) * bandRows, self.height) {
                resampling.fill(y, from: source, into: self.base + y * self.width * 4, state: &state)
            }
        }
        withExtendedLifetime(scratch) {}
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

    /// Divides the colours by alpha, which becomes 1; where there is little, they pass over into the mean of all.
    package func normalize() {
        var mean = SIMD4<Float>.zero
        for index in 0..<width * height {
            for c in 0..<4 { mean[c] += base[4 * index + c] / Float(width * height) }
        }
        let share = mean[3] > 0 ? 1 / mean[3] : 0
        let little: Float = 1e-3
        for index in 0..<width * height {
            let weight = base[4 * index + 3] + little
            for c in 0..<3 { base[4 * index + c] = (base[4 * index + c] + little * mean[c] * share) / weight }
            base[4 * index + 3] = 1
        }
    }
}
