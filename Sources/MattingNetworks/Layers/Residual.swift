import TensorCore
import WeightFiles

/// x + ReLU(3×3 convolution of x): more depth where maps are small and depth costs little.
struct Residual: Sendable {
    private let convolution: Convolution2D

    /// Binds `conv` under `scope`.
    init(_ scope: WeightScope, channels: Int, dilation: Int = 1) throws(WeightError) {
        self.convolution = try Convolution2D(
            scope["conv"], inputs: channels, outputs: channels, kernel: 3, dilation: dilation, activation: .relu)
    }

    func callAsFunction(_ x: Value) -> Value { convolution(x) + x }
}
