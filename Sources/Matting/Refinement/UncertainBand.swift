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
        let shape = matte.shape
        var softness = try Tensor(shape: shape) { target in
            matte.withValues { values in
                for index in values.indices { target[index] = 4 * values[index] * (1 - values[index]) }
            }
        }
        let deadZone = 4 * Self.deadZone * (1 - Self.deadZone)
        let marks = try Tensor(shape: shape) { target in
            softness.withValues { soft in
                for index in soft.indices { target[index] = soft[index] > deadZone ? 1 : 0 }
            }
            doubt?.withValues { doubts in
                for index in doubts.indices where doubts[index] > Self.largestDoubt { target[index] = 1 }
            }
        }
        if let doubt {
            try softness.withMutableValues { soft in
                doubt.withValues { doubts in
                    for index in doubts.indices { soft[index] = max(soft[index], doubts[index]) }
                }
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
        return try Tensor(shape: shape) { greatest in
            withValues { values in
                guard let source = values.baseAddress, let greatest = greatest.baseAddress else { return }
                kernels.planeExtrema(source, shape.width, shape.height, radius, least.base, greatest, rows.base)
            }
        }
    }
}
