import CBLAS

/// The one matrix product we ask of BLAS.
enum BLAS {
    /// Our own pool spreads the panels over the cores; a second pool inside BLAS would fight it (measured: OpenBLAS's
    /// two threads gain 1.0 to 1.58 times, two of ours on one-thread BLAS 1.98) and change results with its size.
    private static let usesOneThread: Void = openblas_set_num_threads(1)

    /// `target = left · right`, all row-major with the given strides in floats: `[rows, depth]` · `[depth, columns]`.
    static func multiply(
        rows: Int, columns: Int, depth: Int, _ left: UnsafePointer<Float>, leftStride: Int,
        _ right: UnsafePointer<Float>, rightStride: Int, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        _ = usesOneThread
        cblas_sgemm(
            CblasRowMajor, CblasNoTrans, CblasNoTrans, blasint(rows), blasint(columns), blasint(depth), 1,
            left, blasint(leftStride), right, blasint(rightStride), 0, target, blasint(stride))
    }
}
