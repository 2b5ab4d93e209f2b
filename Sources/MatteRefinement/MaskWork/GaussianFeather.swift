import KernelDispatch
import TensorCore
import Threads

/// A Gaussian of a matte by three extended boxes a direction, whose standard deviation is exact for every number.
///
/// A box of 2L + 1 pixels with a share of the pixel beyond either end has any variance between those of whole boxes; three
/// of them are within some hundredths of a Gaussian everywhere. Beyond the picture's border its outermost pixels go on.
///
/// Values are rounded to multiples of 2⁻²⁴, so that the running sums are exact: where all is 0 or all is 1 it stays so.
///
/// - Complexity: O(pixels), whatever the radius, in place; a block of rows or columns for each thread.
/// - Note: P. Gwosdek, S. Grewenig, A. Bruhn, J. Weickert, *Theoretical Foundations of Gaussian Convolution by Extended Box
///   Filtering*, SSVM 2011.
package struct GaussianFeather: Sendable {
    /// Whole pixels to either side.
    package let reach: Int
    /// The share of the pixel beyond.
    package let edge: Double
    /// One by the box's length.
    package let scale: Double

    private static let passes = 3
    /// Rows or columns that are averaged side by side.
    private static let lanes = 32

    /// - Parameter deviation: the standard deviation in pixels, above 0.
    package init(deviation: Double) {
        // The variance of one box.
        let variance = deviation * deviation / Double(Self.passes)
        let reach = Int((((12 * variance + 1).squareRoot() - 1) / 2).rounded(.down))
        let length = Double(2 * reach + 1)
        let next = Double((reach + 1) * (reach + 1))
        self.reach = reach
        self.edge =
            length * (Double(reach * (reach + 1)) - 3 * variance) / (6 * (variance - next))
        self.scale = 1 / (length + 2 * edge)
    }

    /// - Parameter matte: `[1, H, W, 1]`, in [0, 1]; becomes the result.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func apply(to matte: inout Tensor, pool: ThreadPool) throws(TensorError) {
        let (width, height) = (matte.shape.width, matte.shape.height)
        if matte.shape.elementCount == 0 { return }
        let values = try matte.exclusive()
        let block = (max(width, height) + 1) * Self.lanes
        // Two versions of a block, and a double for each lane.
        let size = 2 * block + 2 * Self.lanes
        let scratch = try FloatBuffer(count: size * pool.threadCount, purpose: "blocks of a Gaussian")
        pool.forEach((height + Self.lanes - 1) / Self.lanes) { chunk, slot in
            let rows = chunk * Self.lanes..<min((chunk + 1) * Self.lanes, height)
            let base = scratch.base + slot * size
            let start = values + rows.lowerBound * width
            kernels.roundToGrid(start, count: rows.count * width)
            kernels.transposeIn(
                start, rowStride: width, rows: rows.count, base, lanes: rows.count, count: width)
            let result = average(base, block: block, lanes: rows.count, count: width)
            kernels.transposeOut(
                result, lanes: rows.count, start, rowStride: width, rows: rows.count, count: width)
        }
        pool.forEach((width + Self.lanes - 1) / Self.lanes) { chunk, slot in
            let columns = chunk * Self.lanes..<min((chunk + 1) * Self.lanes, width)
            let base = scratch.base + slot * size
            let start = values + columns.lowerBound
            for y in 0..<height {
                (base + y * columns.count).update(from: start + y * width, count: columns.count)
            }
            let result = average(base, block: block, lanes: columns.count, count: height)
            for y in 0..<height {
                (start + y * width).update(from: result + y * columns.count, count: columns.count)
            }
        }
        withExtendedLifetime(scratch) {}
    }

    /// All passes down the columns of a block; the result is in one of the two versions.
    private func average(
        _ base: UnsafeMutablePointer<Float>, block: Int, lanes: Int, count: Int
    ) -> UnsafeMutablePointer<Float> {
        var (source, target) = (base, base + block)
        let sums = UnsafeMutableRawPointer(base + 2 * block).assumingMemoryBound(to: Double.self)
        for _ in 0..<Self.passes {
            kernels.boxColumns(
                source, target, lanes: lanes, count: count, reach: reach, edge: edge, scale: scale, sums)
            swap(&source, &target)
        }
        return source
    }
}
