import KernelDispatch
import TensorCore

/// Where a matte may be wrong: near values between 0 and 1, and where its network doubts them.
struct UncertainBand {
    /// `[1, h, w, 1]`, 0 certain, 1 unknown.
    let map: Tensor
    /// `[1, h, w, 1]`: 4a(1 − a), how far from certain each value is, or the doubt where that is more.
    let softness: Tensor

    /// Values up to this and from 1 minus this are certain, and doubts up to the other are none. The edge network was
    /// trained with the same numbers (`Weights/training/edge/dataset.py`).
    private static let deadZone: Float = 0.02
    private static let largestDoubt: Float = 0.08
    /// Pixels of the matte by which the band reaches beyond what is uncertain itself.
    private static let reach = 4

    /// - Parameters:
    ///   - matte: `[1, h, w, 1]` in [0, 1].
    ///   - doubt: the expected error of each value, of the same shape, where the network tells.
    /// - Throws: ``TensorError`` where memory is refused.
    init(_ matte: Tensor, doubt: Tensor?) throws(TensorError) {
        let count = matte.shape.elementCount
        var softness = try Tensor(zeros: matte.shape)
        var marks = try Tensor(zeros: matte.shape)
        try softness.withMutablePointer { softness in
            matte.withPointer { kernels.softness($0, softness, count: count) }
        }
        let deadZone = 4 * Self.deadZone * (1 - Self.deadZone)
        try marks.withMutablePointer { marks in
            softness.withPointer { kernels.markAbove($0, threshold: deadZone, marks, count: count) }
            doubt?.withPointer { kernels.markAbove($0, threshold: Self.largestDoubt, marks, count: count) }
        }
        if let doubt {
            try softness.withMutablePointer { softness in
                doubt.withPointer { kernels.raise(softness, to: $0, count: count) }
            }
        }
        self.softness = softness
        self.map = try marks.dilated(by: Self.reach)
    }
}

extension Tensor {
    /// The greatest value within some rows and columns of each pixel of a plane `[1, h, w, 1]`.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    fileprivate func dilated(by radius: Int) throws(TensorError) -> Tensor {
        let least = try FloatBuffer(count: shape.elementCount, purpose: "extrema of a matte")
        let rows = try FloatBuffer(count: 2 * shape.width, purpose: "rows of a matte")
        var greatest = try Tensor(zeros: shape)
        try greatest.withMutablePointer { greatest in
            withPointer { values in
                kernels.planeExtrema(values, shape.width, shape.height, radius, least.base, greatest, rows.base)
            }
        }
        return greatest
    }
}
