import WeightFiles

/// Batch normalisation at inference (Ioffe and Szegedy 2015): a scale and a shift a channel, folded into the
/// convolution before it.
struct BatchNorm {
    /// The factor of each channel of the convolution's weights.
    let scale: [Float]
    private let mean: [Double]
    private let factor: [Double]
    private let bias: [Double]
    private let scope: WeightScope
    /// The name in the file.
    var label: String { scope.path }

    /// Binds `weight`, `bias`, `running_mean` and `running_var`, each `[channels]`.
    init(_ scope: WeightScope, channels: Int, epsilon: Double = 1e-5) throws(WeightError) {
        self.scope = scope
        scope.note(LayerForm(.batchNorm, weight: [channels], hasBias: true, epsilon: epsilon))
        let gain = try scope.tensor("weight", shape: [channels])
        let variance = try scope.tensor("running_var", shape: [channels])
        self.mean = try scope.tensor("running_mean", shape: [channels]).map(Double.init)
        self.bias = try scope.tensor("bias", shape: [channels]).map(Double.init)
        // In double: folding adds no more error than a separate float norm would.
        self.factor = zip(gain, variance).map { Double($0) / (Double($1) + epsilon).squareRoot() }
        self.scale = factor.map(Float.init)
    }

    /// The bias of the convolution and the norm together. A negative variance, or a gain that is far too large for it,
    /// is noted as a problem of the file: no folded value may be other than finite.
    func shifted(_ convolutionBias: [Float]?) -> [Float] {
        let shifts = factor.indices.map { channel in
            let own = convolutionBias.map { Double($0[channel]) } ?? 0
            return Float((own - mean[channel]) * factor[channel] + bias[channel])
        }
        // What is wrong with a convolution's own bias is noted with that.
        let isBiasFinite = convolutionBias?.allSatisfy(\.isFinite) ?? true
        let unfoldable = shifts.indices.first { !scale[$0].isFinite || !shifts[$0].isFinite }
        if let unfoldable, isBiasFinite { scope.noteUnfoldable(firstIndex: unfoldable) }
        return shifts
    }
}
