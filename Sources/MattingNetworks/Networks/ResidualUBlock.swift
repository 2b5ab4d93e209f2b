import TensorCore
import WeightFiles

/// RSU-L, the residual U-block of U²-Net (Qin et al. 2020, figure 2): a small U-Net of L levels whose output is added to
/// its first feature map.
struct ResidualUBlock: Sendable {
    private let input: Convolution2D
    /// Levels 1 to L − 1, halved in between; the last one (L) is dilated instead.
    private let encoder: [Convolution2D]
    private let bottom: Convolution2D
    /// Levels L − 1 down to 1.
    private let decoder: [Convolution2D]
    private let halves: Bool

    /// An RSU of `levels` levels, each half the size of the one above.
    init(_ scope: WeightScope, levels: Int, inputs: Int, middle: Int, outputs: Int) throws(WeightError) {
        try self.init(
            scope, inputs: inputs, middle: middle, outputs: outputs, halves: true,
            dilations: [Int](repeating: 1, count: levels - 1) + [2])
    }

    /// RSU-4F: four levels at one size, told apart by dilation (figure 2, right), for maps too small to be halved.
    init(dilated scope: WeightScope, inputs: Int, middle: Int, outputs: Int) throws(WeightError) {
        try self.init(
            scope, inputs: inputs, middle: middle, outputs: outputs, halves: false, dilations: [1, 2, 4, 8])
    }

    private init(
        _ scope: WeightScope, inputs: Int, middle: Int, outputs: Int, halves: Bool, dilations: [Int]
    ) throws(WeightError) {
        func layer(
            _ name: String, _ inputs: Int, _ outputs: Int, dilation: Int
        ) throws(WeightError) -> Convolution2D {
            try Convolution2D(
                scope[name]["conv_s1"], inputs: inputs, outputs: outputs, kernel: 3, dilation: dilation,
                batchNorm: scope[name]["bn_s1"], activation: .relu)
        }
        let levels = dilations.count
        self.halves = halves
        self.input = try layer("rebnconvin", inputs, outputs, dilation: 1)
        self.encoder = try (1..<levels).map { (level) throws(WeightError) in
            try layer("rebnconv\(level)", level == 1 ? outputs : middle, middle, dilation: dilations[level - 1])
        }
        self.bottom = try layer("rebnconv\(levels)", middle, middle, dilation: dilations[levels - 1])
        self.decoder = try (1..<levels).reversed().map { (level) throws(WeightError) in
            try layer("rebnconv\(level)d", 2 * middle, level == 1 ? outputs : middle, dilation: dilations[level - 1])
        }
    }

    func callAsFunction(_ x: Value) -> Value {
        let first = input(x)

        var skips: [Value] = []
        var x = first
        for (level, convolve) in encoder.enumerated() {
            if halves && level > 0 { x = x.halved() }
            x = convolve(x)
            skips.append(x)
        }

        x = bottom(x)
        for (convolve, skip) in zip(decoder, skips.reversed()) {
            x = convolve(concatenate(x.upsampled(like: skip), skip))
        }
        return x + first
    }
}
