import TensorCore
import WeightFiles

/// MobileNetV2: Inverted Residuals and Linear Bottlenecks. Sandler, Howard, Zhu, Zhmoginov, Chen, CVPR 2018 (table 2),
/// as an encoder: the maps at strides 2, 4, 8, 16 and 32.
struct MobileNetV2: Sendable {
    private let stem: Convolution2D
    private let blocks: [InvertedResidual]
    private let head: Convolution2D?

    /// What implementations disagree in.
    struct Variant: Sendable {
        /// Whether `conv.0 … conv.7` are the layers of a block one by one, activations included. Otherwise, as torchvision
        /// has it, a convolution, its norm and its activation are one of them: `conv.0.0`, `conv.0.1`.
        let isFlat: Bool
        /// How maps are padded at stride 2; nil is one pixel on every side.
        let padding: ConvolutionGeometry.Padding?
        /// Rows of the paper's table that there are.
        let rows: Int
        /// Whether the map at stride 32 goes through the classifier's last convolution, to 1280 channels.
        let hasHead: Bool

        /// Torchvision's names, TensorFlow's padding, without the head.
        static let encoder = Variant(isFlat: false, padding: .trailing, rows: 7, hasHead: false)
        /// The same up to stride 16.
        static let shallowEncoder = Variant(isFlat: false, padding: .trailing, rows: 5, hasHead: false)
        /// The encoder of MODNet.
        static let modnet = Variant(isFlat: true, padding: nil, rows: 7, hasHead: true)
    }

    /// Channels of the maps at strides 2, 4, 8, 16, 32, without the head.
    static let channels = [16, 24, 32, 96, 320]
    /// Expansion t, output channels c, repetitions n, first stride s: table 2 of the paper.
    private static let table: [(t: Int, c: Int, n: Int, s: Int)] = [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]
    /// Blocks (numbers in `features`) after which the next stride begins.
    private static let taps: Set = [1, 3, 6, 13, 17]

    /// Channels of the map at stride 32 behind the head.
    static let headChannels = 1280

    /// Binds `features.0 … features.17` or what the variant has of them, and `features.18` for the head, under `scope`.
    init(_ scope: WeightScope, _ variant: Variant) throws(WeightError) {
        let features = scope["features"]
        self.stem = try Convolution2D(
            features["0"]["0"], inputs: 3, outputs: 32, kernel: 3, stride: 2, padding: variant.padding,
            batchNorm: features["0"]["1"], hasBias: false, activation: .relu6)
        var blocks: [InvertedResidual] = []
        var inputs = 32
        for row in Self.table.prefix(variant.rows) {
            for repetition in 0..<row.n {
                blocks.append(
                    try InvertedResidual(
                        features["\(blocks.count + 1)"]["conv"], expansion: row.t, inputs: inputs, outputs: row.c,
                        stride: repetition == 0 ? row.s : 1, variant))
                inputs = row.c
            }
        }
        self.blocks = blocks
        self.head =
            variant.hasHead
            ? try Convolution2D(
                features["18"]["0"], inputs: inputs, outputs: Self.headChannels, kernel: 1,
                batchNorm: features["18"]["1"], hasBias: false, activation: .relu6)
            : nil
    }

    /// The maps at strides 2, 4, 8, 16 and, where the variant goes so far, 32 of a normalised picture `[N, H, W, 3]`.
    func callAsFunction(_ image: Value) -> [Value] {
        var maps: [Value] = []
        var x = stem(image)
        for (index, block) in blocks.enumerated() {
            x = block(x)
            if Self.taps.contains(index + 1) { maps.append(x) }
        }
        if let head { maps[maps.count - 1] = head(x) }
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

    init(
        _ scope: WeightScope, expansion: Int, inputs: Int, outputs: Int, stride: Int, _ variant: MobileNetV2.Variant
    ) throws(WeightError) {
        /// The convolution and the batch norm that are layer `index` of the block; the last one has no activation.
        func layer(_ index: Int, isLast: Bool = false) -> (convolution: WeightScope, norm: WeightScope) {
            if variant.isFlat { return (scope["\(3 * index)"], scope["\(3 * index + 1)"]) }
            if isLast { return (scope["\(index)"], scope["\(index + 1)"]) }
            return (scope["\(index)"]["0"], scope["\(index)"]["1"])
        }
        let hidden = inputs * expansion
        // Without expansion the first layer is missing and the others move up by one.
        let first = expansion == 1 ? 0 : 1
        self.expand =
            expansion == 1
            ? nil
            : try Convolution2D(
                layer(0).convolution, inputs: inputs, outputs: hidden, kernel: 1, batchNorm: layer(0).norm,
                hasBias: false, activation: .relu6)
        self.depthwise = try Convolution2D(
            layer(first).convolution, inputs: hidden, outputs: hidden, kernel: 3, stride: stride,
            padding: stride == 2 ? variant.padding : nil, groups: hidden, batchNorm: layer(first).norm,
            hasBias: false, activation: .relu6)
        let last = layer(first + 1, isLast: true)
        self.project = try Convolution2D(
            last.convolution, inputs: hidden, outputs: outputs, kernel: 1, batchNorm: last.norm, hasBias: false)
        self.isResidual = stride == 1 && inputs == outputs
    }

    func callAsFunction(_ x: Value) -> Value {
        // Six times as wide in the middle as at its ends.
        x.graph.inRowBands {
            let y = project(depthwise(expand?(x) ?? x))
            return isResidual ? y + x : y
        }
    }
}
