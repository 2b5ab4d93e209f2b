import TensorCore
import WeightFiles

/// The recurrent decoder of Robust Video Matting (figure 2): from stride 16 up to 1, with a memory at strides 16, 8, 4 and 2
/// that half of the channels go through.
struct RecurrentDecoder: Sendable {
    private let bottleneck: HalfGRU
    /// Strides 8, 4 and 2.
    private let stages: [Stage]
    private let output: [Convolution2D]

    /// Channels at strides 16, 8, 4, 2 and 1; of each but the last, half is memory.
    static let channels = [128, 80, 40, 32, 16]
    private static let pictureChannels = 3

    /// Binds `decode4 … decode0` under `scope`.
    init(_ scope: WeightScope) throws(WeightError) {
        let channels = Self.channels
        let skips = MobileNetV3.channels.dropLast().reversed()
        self.bottleneck = try HalfGRU(scope["decode4.gru"], channels: channels[0])
        self.stages = try zip(1..., skips).map { (level, skip) throws(WeightError) in
            try Stage(
                scope["decode\(4 - level)"], inputs: channels[level - 1] + skip + Self.pictureChannels,
                outputs: channels[level])
        }
        let last = scope["decode0.conv"]
        self.output = try [(0, channels[3] + Self.pictureChannels), (3, channels[4])].map {
            (number, inputs) throws(WeightError) in
            try Convolution2D(
                last["\(number)"], inputs: inputs, outputs: channels[4], kernel: 3, batchNorm: last["\(number + 1)"],
                hasBias: false, activation: .relu)
        }
    }

    /// The memories' shapes for a picture, strides 2, 4, 8 and 16.
    func stateShapes(for picture: TensorShape) -> [TensorShape] {
        var shape = picture
        return Self.channels.dropLast().reversed().map { channels in
            shape = shape.with(height: (shape.height + 1) / 2, width: (shape.width + 1) / 2)
            return shape.with(channels: channels / 2)
        }
    }

    /// Features of the picture's size, `[N, H, W, 16]`, and the new state.
    ///
    /// - Parameters:
    ///   - picture: `[N, H, W, 3]`.
    ///   - maps: the encoder's, strides 2, 4, 8 and 16.
    ///   - state: the memories, strides 2, 4, 8 and 16.
    func callAsFunction(
        _ picture: Value, _ maps: [Value], state: [Value]
    ) -> (features: Value, state: [Value]) {
        let half = picture.averagedByHalf()
        let quarter = half.averagedByHalf()
        let pictures = [quarter.averagedByHalf(), quarter, half]

        var (x, memory) = bottleneck(maps[3], state: state[3])
        var memories = [memory]
        for (index, stage) in stages.enumerated() {
            (x, memory) = stage(x, skip: maps[2 - index], picture: pictures[index], state: state[2 - index])
            memories.append(memory)
        }
        x = concatenate(x.doubled(croppedLike: picture), picture)
        for convolution in output { x = convolution(x) }
        return (x, memories.reversed())
    }

    /// Doubles, appends the encoder's map and the picture of that size, convolves, remembers.
    private struct Stage: Sendable {
        private let convolution: Convolution2D
        private let memory: HalfGRU

        init(_ scope: WeightScope, inputs: Int, outputs: Int) throws(WeightError) {
            self.convolution = try Convolution2D(
                scope["conv.0"], inputs: inputs, outputs: outputs, kernel: 3, batchNorm: scope["conv.1"],
                hasBias: false, activation: .relu)
            self.memory = try HalfGRU(scope["gru"], channels: outputs)
        }

        func callAsFunction(
            _ x: Value, skip: Value, picture: Value, state: Value
        ) -> (features: Value, state: Value) {
            memory(convolution(concatenate(x.doubled(croppedLike: skip), skip, picture)), state: state)
        }
    }

    /// A gated recurrent unit on the second half of the channels: the first speaks of this frame only.
    private struct HalfGRU: Sendable {
        private let unit: ConvGRU
        private let half: Int

        init(_ scope: WeightScope, channels: Int) throws(WeightError) {
            self.half = channels / 2
            self.unit = try ConvGRU(scope, channels: half)
        }

        func callAsFunction(_ x: Value, state: Value) -> (features: Value, state: Value) {
            let state = unit(x.channels(half..<2 * half), state: state)
            return (concatenate(x.channels(0..<half), state), state)
        }
    }
}

extension Value {
    /// 2×2 means at stride 2; odd sizes are rounded up, and what lies outside does not count.
    fileprivate func averagedByHalf() -> Value {
        graph.append(Pooling(.average(countsPadding: false), kernel: 2, stride: 2, ceilMode: true), [self])
    }

    /// Bilinear interpolation by two. Halving rounds odd sizes up, so there may be a row or column too many.
    fileprivate func doubled(croppedLike other: Value) -> Value {
        resized(height: other.shape.height, width: other.shape.width, step: 0.5)
    }
}
