extension VectorKernels {
    /// Transforms the kernels of `one point: `G g Gᵀ` at `point` of the tile,
    /// `[inputs, outputs]` from weights `[3, 3, allInputs, outputs]`, in double precision.
    ///
    /// Once when a network is planned: nine multiply-adds a value.
    @inline(never)
    package static func winogradWeights(
        size: Int, point: Int, _ weights: UnsafePointer<Float>, inputs: Int, outputs: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let side = size &+ 2
        let y = winogradKernelRow(size: size, point / side)
        let x = winogradKernelRow(size: size, point % side)
        let tap = inputs &* outputs
        var i = 0
        while i < tap {
            let w = weights + i
            let top = Double(w[0]) * x.0 + Double(w[tap]) * x.1 + Double(w[2 &* tap]) * x.2
            let middle = Double(w[3 &* tap]) * x.0 + Double(w[4 &* tap]) * x.1 + Double(w[5 &* tap]) * x.2
            let bottom = Double(w[6 &* tap]) * x.0 + Double(w[7 &* tap]) * x.1 + Double(w[8 &* tap]) * x.2
            target[i] = Float(top * y.0 + middle * y.1 + bottom * y.2)
            i &+= 1
        }
    }
}
