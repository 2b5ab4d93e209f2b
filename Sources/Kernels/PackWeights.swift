extension VectorKernels {
    /// Reorders convolution weights from `[output, input, tap]` to `[group][tap][input][output]`, each times the `scale` of
    /// its output.
    ///
    /// `groupStride` and `tapStride` are the target's strides; inputs and outputs of a group follow as a row-major matrix.
    /// Cost: one scattered copy, once when a network is loaded.
    @inline(never)
    package static func packWeights(
        _ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, scale: UnsafePointer<Float>,
        outputs: Int, groupOutputs: Int, groupInputs: Int, taps: Int, groupStride: Int, tapStride: Int
    ) {
        var output = 0
        while output < outputs {
            let group = output / groupOutputs
            let column = target + (group &* groupStride &+ output % groupOutputs)
            var input = 0
            while input < groupInputs {
                let values = source + (output &* groupInputs &+ input) &* taps
                var tap = 0
                while tap < taps {
                    column[tap &* tapStride &+ input &* groupOutputs] = values[tap] * scale[output]
                    tap &+= 1
                }
                input &+= 1
            }
            output &+= 1
        }
    }

}
