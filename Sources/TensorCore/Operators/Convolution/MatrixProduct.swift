import CBLAS
import KernelDispatch
import KernelInterface

/// The matrix product of convolutions: our own kernel where it is the faster one, OpenBLAS where it is not.
///
/// Our own product reads a right operand that was packed for it and finishes each tile of sums while it is in the
/// first-level cache; on a machine without fused multiply-add BLAS, which picks its instructions itself, is ahead.
enum MatrixProduct {
    /// Floats of a packed right operand `[depth, columns]`.
    static func packedCount(depth: Int, columns: Int) -> Int {
        kernels.hasFastProduct ? kernels.packedCount(depth: depth, columns: columns) : depth * columns
    }

    /// Packs a row-major right operand.
    static func pack(
        _ source: UnsafePointer<Float>, depth: Int, columns: Int, into target: UnsafeMutablePointer<Float>
    ) {
        if kernels.hasFastProduct {
            kernels.packPanels(source, stride: columns, depth: depth, columns: columns, target)
        } else {
            target.update(from: source, count: depth * columns)
        }
    }

    /// `target = left · right[columns]`, rows `leftStride` and `stride` floats apart.
    ///
    /// - Parameters:
    ///   - columns: of all columns of the right operand; a part begins at a multiple of 64.
    ///   - right: packed by ``pack(_:depth:columns:into:)``, all of it.
    ///   - epilogue: for the first of `columns`; nil writes the bare sums, for which `stride` leaves room up to a whole
    ///     vector.
    static func multiply(
        rows: Int, columns: Range<Int>, of allColumns: Int, depth: Int, _ left: UnsafePointer<Float>, leftStride: Int,
        _ right: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, stride: Int, epilogue: ProductEpilogue?
    ) {
        if kernels.hasFastProduct {
            kernels.product(
                rows: rows, columns: columns.count, depth: depth, left, leftStride: leftStride,
                panels: right + columns.lowerBound * depth, into: target, stride: stride, epilogue: epilogue)
            return
        }
        _ = blasUsesOneThread
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns.count), blasint(depth), 1,
            left, blasint(leftStride), right + columns.lowerBound, blasint(allColumns), 0, target, blasint(stride))
        if let epilogue {
            kernels.finishProduct(target, stride: stride, rows: rows, columns: columns.count, epilogue: epilogue)
        }
    }

    /// Our own pool spreads the panels over the cores; a second pool inside BLAS would fight it (measured: OpenBLAS's
    /// two threads gain 1.0 to 1.58 times, two of ours on one-thread BLAS 1.98) and change results with its size.
    private static let blasUsesOneThread: Void = openblas_set_num_threads(1)
}
