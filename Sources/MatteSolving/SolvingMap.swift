import KernelInterface
import TensorCore

/// A plane of a grid with room around it: two rows above and below, a block to the left and at least one to the right, all
/// zeros, so that kernels need no cases at borders.
struct SolvingMap: @unchecked Sendable {
    // Unchecked: written by loops whose chunks write different rows.
    let width: Int
    let height: Int
    /// Floats from row to row.
    let stride: Int
    private let buffer: FloatBuffer
    private let base: UnsafeMutablePointer<Float>

    static func stride(width: Int) -> Int {
        (width + solvingBlock - 1) / solvingBlock * solvingBlock + 2 * solvingBlock
    }

    /// - Parameter planes: values a pixel; the planes of a row follow one another.
    /// - Throws: ``TensorError`` where memory is refused.
    init(width: Int, height: Int, planes: Int = 1) throws(TensorError) {
        self.width = width
        self.height = height
        self.stride = Self.stride(width: width)
        let (rows, overflow) = (planes * stride).multipliedReportingOverflow(by: height + 4)
        guard !overflow else { throw .outOfMemory(byteCount: .max, purpose: "a system of equations") }
        self.planes = planes
        // A vector may end behind the last row.
        self.buffer = try FloatBuffer(count: rows + solvingBlock, zeroed: true, purpose: "a system of equations")
        self.base = buffer.base + 2 * planes * stride + solvingBlock
    }

    private let planes: Int

    /// The first pixel of a row; -2 to height + 1.
    func row(_ y: Int) -> UnsafeMutablePointer<Float> { base + y * planes * stride }

    /// A pixel of the first plane.
    func at(_ x: Int, _ y: Int) -> UnsafeMutablePointer<Float> { base + y * planes * stride + x }
}
