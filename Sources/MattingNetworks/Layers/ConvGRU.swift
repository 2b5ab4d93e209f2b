import TensorCore
import WeightFiles

/// A gated recurrent unit whose products are 3×3 convolutions (Ballas et al., *Delving Deeper into Convolutional Networks
/// for Learning Video Representations*, 2016): what it remembers of a video, pixel by pixel.
struct ConvGRU: Sendable {
    private let gates: Convolution2D
    private let candidate: Convolution2D
    private let channels: Int

    /// Binds `ih.0` (reset and update gates, in this order) and `hh.0` (the candidate) under `scope`.
    init(_ scope: WeightScope, channels: Int) throws(WeightError) {
        self.gates = try Convolution2D(
            scope["ih.0"], inputs: 2 * channels, outputs: 2 * channels, kernel: 3, activation: .sigmoid)
        self.candidate = try Convolution2D(
            scope["hh.0"], inputs: 2 * channels, outputs: channels, kernel: 3, activation: .hyperbolicTangent)
        self.channels = channels
    }

    /// The new state, which is the output too; all maps `[N, H, W, channels]`.
    func callAsFunction(_ x: Value, state: Value) -> Value {
        let gates = gates(concatenate(x, state))
        let reset = gates.channels(0..<channels)
        let update = gates.channels(channels..<2 * channels)
        return state.mixed(with: candidate(concatenate(x, reset * state)), by: update)
    }
}
