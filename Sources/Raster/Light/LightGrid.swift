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
}
