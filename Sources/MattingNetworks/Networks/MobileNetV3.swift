import KernelInterface
import TensorCore
import WeightFiles

/// Searching for MobileNetV3. Howard, Sandler, Chu, Chen, Chen, Tan, Wang, Zhu, Pang, Vasudevan, Le, Adam, ICCV 2019
/// (table 1, MobileNetV3-Large) as an encoder: the maps at strides 2, 4, 8 and 16, the last stage dilated instead of
/// strided, without the classifier. Names as torchvision has them.
struct MobileNetV3: Sendable {
    private let normalization: Convolution2D
    private let stem: Convolution2D
    private let blocks: [Block]
    private let last: Convolution2D

    /// Channels of the maps at strides 2, 4, 8, 16.
    static let channels = [16, 24, 40, 960]
    /// Of the batch norms.
    static let epsilon = 1e-3

    /// A row of table 1: kernel, expanded and output channels, attention, h-swish (else ReLU), stride and dilation.
    private typealias Row = (
        kernel: Int, expanded: Int, outputs: Int, attends: Bool, activation: Activation, stride: Int, dilation: Int
    )
    private static let table: [Row] = [
        (3, 16, 16, false, .relu, 1, 1),
        (3, 64, 24, false, .relu, 2, 1),
        (3, 72, 24, false, .relu, 1, 1),
        (5, 72, 40, true, .relu, 2, 1),
        (5, 120, 40, true, .relu, 1, 1),
        (5, 120, 40, true, .relu, 1, 1),
        (3, 240, 80, false, .hardSwish, 2, 1),
        (3, 200, 80, false, .hardSwish, 1, 1),
        (3, 184, 80, false, .hardSwish, 1, 1),
        (3, 184, 80, false, .hardSwish, 1, 1),
        (3, 480, 112, true, .hardSwish, 1, 1),
        (3, 672, 112, true, .hardSwish, 1, 1),
        (5, 672, 160, true, .hardSwish, 1, 2),
        (5, 960, 160, true, .hardSwish, 1, 2),
        (5, 960, 160, true, .hardSwish, 1, 2),
    ]
    /// Blocks (numbers in `features`) after which the next stride begins.
    private static let taps: Set = [1, 3, 6]

    /// Binds `features.0 … features.16` under `scope`.
    init(_ scope: WeightScope) throws(WeightError) {
        // A scale and a shift a channel. Not folded into the stem: its padding is of normalised zeros.
        let (mean, std) = (SIMD3<Float>(0.485, 0.456, 0.406), SIMD3<Float>(0.229, 0.224, 0.225))
        let (scale, shift) = (1 / std, -mean / std)
        self.normalization = try Convolution2D(
            fixed: [scale.x, scale.y, scale.z], bias: [shift.x, shift.y, shift.z], inputs: 3, outputs: 3, kernel: 1,
            groups: 3, file: scope.file)
        let features = scope["features"]
        self.stem = try Convolution2D(
            features["0.0"], inputs: 3, outputs: 16, kernel: 3, stride: 2, padding: .init(1),
            batchNorm: features["0.1"], epsilon: Self.epsilon, hasBias: false, activation: .hardSwish)
        var inputs = 16
        self.blocks = try Self.table.enumerated().map { (index, row) throws(WeightError) in
            defer { inputs = row.outputs }
            return try Block(features["\(index + 1)"]["block"], inputs: inputs, row)
        }
        self.last = try Convolution2D(
            features["16.0"], inputs: inputs, outputs: 960, kernel: 1, batchNorm: features["16.1"],
            epsilon: Self.epsilon, hasBias: false, activation: .hardSwish)
    }

    /// The maps at strides 2, 4, 8 and 16 of a picture `[N, H, W, 3]` in `[0, 1]`; odd sizes are rounded up.
    func callAsFunction(_ image: Value) -> [Value] {
        var maps: [Value] = []
        var x = stem(normalization(image))
        for (index, block) in blocks.enumerated() {
            x = block(x)
            if Self.taps.contains(index + 1) { maps.append(x) }
        }
        return maps + [last(x)]
    }

    /// The block of figure 4: 1×1 up, depthwise, attention over channels, 1×1 down without an activation, added to its
    /// input where the shapes allow.
    private struct Block: Sendable {
        private let expand: Convolution2D?
        private let depthwise: Convolution2D
        private let attention: SqueezeExcitation?
        private let project: Convolution2D
        private let isResidual: Bool

        init(_ scope: WeightScope, inputs: Int, _ row: Row) throws(WeightError) {
            // Layers that a block does not have are missing from the numbering.
            var number = 0
            func next() -> WeightScope {
                defer { number += 1 }
                return scope["\(number)"]
            }
            func layer(
                _ inputs: Int, _ outputs: Int, kernel: Int = 1, stride: Int = 1, dilation: Int = 1, groups: Int = 1,
                activation: Activation
            ) throws(WeightError) -> Convolution2D {
                let scope = next()
                return try Convolution2D(
                    scope["0"], inputs: inputs, outputs: outputs, kernel: kernel, stride: stride, dilation: dilation,
                    groups: groups, batchNorm: scope["1"], epsilon: MobileNetV3.epsilon, hasBias: false,
                    activation: activation)
            }
            self.expand = row.expanded == inputs ? nil : try layer(inputs, row.expanded, activation: row.activation)
            self.depthwise = try layer(
                row.expanded, row.expanded, kernel: row.kernel, stride: row.stride, dilation: row.dilation,
                groups: row.expanded, activation: row.activation)
            self.attention =
                row.attends
                ? try SqueezeExcitation(next(), channels: row.expanded, squeezed: Self.squeezed(row.expanded)) : nil
            self.project = try layer(row.expanded, row.outputs, activation: .none)
            self.isResidual = row.stride == 1 && inputs == row.outputs
        }

        /// A quarter of the channels, rounded to a multiple of 8 but not by more than a tenth down.
        private static func squeezed(_ channels: Int) -> Int {
            let quarter = channels / 4
            let rounded = max((quarter + 4) / 8 * 8, 8)
            return 10 * rounded < 9 * quarter ? rounded + 8 : rounded
        }

        func callAsFunction(_ x: Value) -> Value {
            let hidden = depthwise(expand?(x) ?? x)
            let y = project(attention?(hidden) ?? hidden)
            return isResidual ? y + x : y
        }
    }
}
