import TensorCore
import WeightFiles

/// Squeeze and excitation (Hu et al. 2018) as MobileNetV3 has it: each channel times a gate between 0 and 1 that two 1×1
/// convolutions make of all channels' means.
struct SqueezeExcitation: Sendable {
    private let squeeze: Convolution2D
    private let excite: Convolution2D

    /// Binds `fc1` and `fc2` under `scope`.
    init(_ scope: WeightScope, channels: Int, squeezed: Int) throws(WeightError) {
        self.squeeze = try Convolution2D(
            scope["fc1"], inputs: channels, outputs: squeezed, kernel: 1, activation: .relu)
        self.excite = try Convolution2D(
            scope["fc2"], inputs: squeezed, outputs: channels, kernel: 1, activation: .hardSigmoid)
    }

    func callAsFunction(_ x: Value) -> Value { x.scaled(by: excite(squeeze(x.globallyAveraged()))) }
}
