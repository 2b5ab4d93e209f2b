import TensorCore

/// MobileNetV2: Inverted Residuals and Linear Bottlenecks. Sandler, Howard, Zhu, Zhmoginov, Chen, CVPR 2018 (table 2),
/// as an encoder: the maps at strides 2, 4, 8, 16 and 32. Names as torchvision has them.
struct MobileNetV2: Sendable {
    private let stem: Convolution2D
    private let blocks: [InvertedResidual]

    /// Channels of the maps at strides 2, 4, 8, 16, 32.
    static let channels = [16, 24, 32, 96, 320]
    /// Expansion t, output channels c, repetitions n, first stride s: table 2 of the paper.
    private static let table: [(t: Int, c: Int, n: Int, s: Int)] = [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]
    /// Blocks (numbers in `features`) after which the next stride begins.
    private static let taps: Set = [1, 3, 6, 13, 17]

    /// Binds `features.0 … features.17` under `scope`.
    init(_ scope: WeightScope) throws(WeightError) {
        let features = scope["features"]
        self.stem = try Convolution2D(
            features["0"]["0"], inputs: 3, outputs: 32, kernel: 3, stride: 2, padding: .trailing,
            batchNorm: features["0"]["1"], hasBias: false, activation: .relu6)
        var blocks: [InvertedResidual] = []
        var inputs = 32
        for row in Self.table {
            for repetition in 0..<row.n {
                blocks.append(
                    try InvertedResidual(
                        features["\(blocks.count + 1)"]["conv"], expansion: row.t, inputs: inputs, outputs: row.c,
                        stride: repetition == 0 ? row.s : 1))
                inputs = row.c
            }
        }
        self.blocks = blocks
    }

    /// The maps at strides 2, 4, 8, 16 and 32 of a normalised picture `[N, H, W, 3]`.
    func callAsFunction(_ image: Value) -> [Value] {
        var maps: [Value] = []
        var x = stem(image)
        for (index, block) in blocks.enumerated() {
            x = block(x)
            if Self.taps.contains(index + 1) { maps.append(x) }
        }
        return maps
    }
}

/// The inverted residual (figure 3b): 1×1 up, 3×3 depthwise, 1×1 down without an activation, added to its input where
/// the shapes allow.
private struct InvertedResidual: Sendable {
    private let expand: Convolution2D?
    private let depthwise: Convolution2D
    private let project: Convolution2D
    private let isResidual: Bool

    init(_ scope: WeightScope, expansion: Int, inputs: Int, outputs: Int, stride: Int) throws(WeightError) {
        let hidden = inputs * expansion
        // Without expansion the first layer is missing and the others move up by one.
        let first = expansion == 1 ? 0 : 1
        self.expand =
            expansion == 1
            ? nil
            : try Convolution2D(
                scope["0"]["0"], inputs: inputs, outputs: hidden, kernel: 1, batchNorm: scope["0"]["1"],
                hasBias: false, activation: .relu6)
        self.depthwise = try Convolution2D(
            scope["\(first)"]["0"], inputs: hidden, outputs: hidden, kernel: 3, stride: stride,
            padding: stride == 2 ? .trailing : nil, groups: hidden, batchNorm: scope["\(first)"]["1"],
            hasBias: false, activation: .relu6)
        self.project = try Convolution2D(
            scope["\(first + 1)"], inputs: hidden, outputs: outputs, kernel: 1,
            batchNorm: scope["\(first + 2)"], hasBias: false)
        self.isResidual = stride == 1 && inputs == outputs
    }

    func callAsFunction(_ x: Value) -> Value {
        let y = project(depthwise(expand?(x) ?? x))
        return isResidual ? y + x : y
    }
}
