import KernelInterface
import TensorCore
import WeightFiles

/// The reconstruction module of BiRefNet (figure 2, right): from the deepest map to the picture's size in four blocks, each
/// of which also sees the picture itself, cut into as many cells as its map is smaller.
struct BiRefNetDecoder: Sendable {
    private let stages: [ReconstructionStage]
    private let last: ReconstructionBlock
    private let lastInjection: PictureInjection
    private let head: ReconstructionHead

    /// Binds all below `scope`.
    ///
    /// - Parameters:
    ///   - widths: channels of the encoder's maps, from a quarter of the size to a thirty-second.
    ///   - order: of the cells' channels, which is that of the file's weights.
    init(_ scope: WeightScope, widths: [Int], order: GridToChannels.Order) throws(WeightError) {
        // Of the multi-stage supervision nothing is left at inference.
        for level in 2...4 {
            scope.ignore("conv_ms_spvn_\(level)")
            scope.ignore("gdt_convs_pred_\(level)")
        }
        let injected = [widths[3], widths[3], widths[2], widths[1], widths[0]].map { $0 / 8 }
        self.stages = try [4, 3, 2].enumerated().map { (index, level) throws(WeightError) in
            try ReconstructionStage(
                scope, level: level, inputs: widths[3 - index], outputs: widths[2 - index], picture: injected[index],
                cells: 32 >> index, order: order)
        }
        self.last = try ReconstructionBlock(
            scope["decoder_block1"], inputs: widths[0] + injected[3], outputs: widths[0] / 2)
        self.lastInjection = try PictureInjection(scope["ipt_blk2"], outputs: injected[3], cells: 4, order: order)
        self.head = try ReconstructionHead(scope, inputs: widths[0] / 2, picture: injected[4])
    }

    /// The blocks' maps, the deepest first, and the logits.
    ///
    /// - Parameters:
    ///   - maps: of the encoder, the finest first; the deepest one squeezed.
    func callAsFunction(_ image: Value, _ maps: [Value]) -> (blocks: [Value], logits: Value) {
        var x = maps[3]
        var blocks: [Value] = []
        for (stage, skip) in zip(stages, [maps[2], maps[1], maps[0]]) {
            blocks.append(stage.refined(x, image))
            x = stage.merged(blocks[blocks.count - 1], skip)
        }
        blocks.append(last(concatenate(x, lastInjection(image))))
        return (blocks, head(blocks[3], image))
    }
}

/// A block, the gate behind it and the way to the next one.
private struct ReconstructionStage: Sendable {
    private let injection: PictureInjection
    private let block: ReconstructionBlock
    private let gate: GradientGate
    private let lateral: Convolution2D

    init(
        _ scope: WeightScope, level: Int, inputs: Int, outputs: Int, picture: Int, cells: Int,
        order: GridToChannels.Order
    ) throws(WeightError) {
        self.injection = try PictureInjection(
            scope["ipt_blk\(level + 1)"], outputs: picture, cells: cells, order: order)
        self.block = try ReconstructionBlock(
            scope["decoder_block\(level)"], inputs: inputs + picture, outputs: outputs)
        self.gate = try GradientGate(
            scope["gdt_convs_\(level)"], attention: scope["gdt_convs_attn_\(level)"], channels: outputs)
        self.lateral = try Convolution2D(
            scope["lateral_block\(level)"]["conv"], inputs: outputs, outputs: outputs, kernel: 1)
    }

    func refined(_ x: Value, _ image: Value) -> Value { block(concatenate(x, injection(image))) }

    func merged(_ x: Value, _ skip: Value) -> Value {
        gate(x).resized(like: skip, alignsCorners: true) + lateral(skip)
    }
}

/// The picture at a block's size, cut into cells that become channels, and two convolutions with nothing in between.
private struct PictureInjection: Sendable {
    private let first, second: Convolution2D
    private let grid: GridToChannels

    init(_ scope: WeightScope, outputs: Int, cells: Int, order: GridToChannels.Order) throws(WeightError) {
        self.first = try Convolution2D(
            scope["conv1"], inputs: 3 * cells * cells, outputs: DeformableASPP.channels, kernel: 3)
        self.second = try Convolution2D(
            scope["conv_out"], inputs: DeformableASPP.channels, outputs: outputs, kernel: 3)
        self.grid = GridToChannels(cells: cells, order: order)
    }

    func callAsFunction(_ image: Value) -> Value { second(first(image.graph.append(grid, [image]))) }
}

/// What decoders of BiRefNet are made of: a 3×3 convolution to few channels, deformable pyramid pooling, and a 3×3
/// convolution to many.
struct ReconstructionBlock: Sendable {
    private let first, last: Convolution2D
    private let pyramid: DeformableASPP

    /// Binds `conv_in`, `bn_in`, `dec_att`, `conv_out` and `bn_out` under `scope`.
    init(_ scope: WeightScope, inputs: Int, outputs: Int) throws(WeightError) {
        self.first = try Convolution2D(
            scope["conv_in"], inputs: inputs, outputs: DeformableASPP.channels, kernel: 3, batchNorm: scope["bn_in"],
            activation: .relu)
        self.pyramid = try DeformableASPP(scope["dec_att"])
        self.last = try Convolution2D(
            scope["conv_out"], inputs: DeformableASPP.channels, outputs: outputs, kernel: 3,
            batchNorm: scope["bn_out"])
    }

    func callAsFunction(_ x: Value) -> Value { last(pyramid(first(x))) }
}

/// Gradient-aware attention (section 3.4): at inference, a gate between 0 and 1 a pixel.
private struct GradientGate: Sendable {
    private let features, attention: Convolution2D

    init(_ features: WeightScope, attention: WeightScope, channels: Int) throws(WeightError) {
        self.features = try Convolution2D(
            features["0"], inputs: channels, outputs: 16, kernel: 3, batchNorm: features["1"], activation: .relu)
        self.attention = try Convolution2D(
            attention["0"], inputs: 16, outputs: 1, kernel: 1, activation: .sigmoid)
    }

    func callAsFunction(_ x: Value) -> Value { x.weighed(by: attention(features(x))) }
}

/// The logits at the picture's size: a 1×1 convolution over the last block's map, brought to that size, joined with the
/// picture after two more convolutions (`ipt_blk1`).
///
/// All of it is linear, so it is done in another order, which at 1024² spares maps of 0.9 GB: the block's share of the
/// logits is brought to the picture's size, not its map; and the picture's second convolution needs only the one channel
/// that the 1×1 convolution makes of its outputs. Hence its nine taps are outputs of the first convolution, each then seen
/// from the neighbour that it belongs to, with zeros outside as between the two.
private struct ReconstructionHead: Sendable {
    private let block: Convolution2D
    private let taps: Convolution2D
    private let sum: Convolution2D

    /// Binds `conv_out1.0`, `ipt_blk1.conv1` and `ipt_blk1.conv_out` under `scope`.
    init(_ scope: WeightScope, inputs: Int, picture: Int) throws(WeightError) {
        let width = DeformableASPP.channels
        let geometry = ConvolutionGeometry(kernel: 3)
        let joined = try ConvolutionParameters(
            scope["conv_out1"]["0"], inputs: inputs + picture, outputs: 1, geometry: ConvolutionGeometry(kernel: 1))
        let first = try ConvolutionParameters(
            scope["ipt_blk1"]["conv1"], inputs: 3, outputs: width, geometry: geometry)
        let second = try ConvolutionParameters(
            scope["ipt_blk1"]["conv_out"], inputs: width, outputs: picture, geometry: geometry)
        let weights = joined.weight.values
        self.block = try Convolution2D(
            fixed: Array(weights[..<inputs]), inputs: inputs, outputs: 1, kernel: 1, file: scope.file,
            label: scope["conv_out1"]["0"].path)

        // In double: folding adds no error of its own.
        let (inner, innerBias) = (first.weight.values, first.bias ?? [])
        let (outer, outerBias) = (second.weight.values, second.bias ?? [])
        var bias = joined.bias.map { Double($0[0]) } ?? 0
        var outputWeights = [Double](repeating: 0, count: width * 9)
        for output in 0..<picture {
            let weight = Double(weights[inputs + output])
            bias += weight * Double(outerBias[output])
            for index in 0..<width * 9 { outputWeights[index] += weight * Double(outer[output * width * 9 + index]) }
        }
        var tapWeights = [Double](repeating: 0, count: 9 * 27)
        var tapBiases = [Double](repeating: 0, count: 9)
        for tap in 0..<9 {
            for channel in 0..<width {
                let weight = outputWeights[channel * 9 + tap]
                tapBiases[tap] += weight * Double(innerBias[channel])
                for index in 0..<27 { tapWeights[tap * 27 + index] += weight * Double(inner[channel * 27 + index]) }
            }
        }
        self.taps = try Convolution2D(
            fixed: tapWeights.map(Float.init), bias: tapBiases.map(Float.init), inputs: 3, outputs: 9, kernel: 3,
            file: scope.file, label: scope["ipt_blk1"]["conv1"].path)
        self.sum = try Convolution2D(
            fixed: (0..<81).map { $0 / 9 == $0 % 9 ? 1 : 0 }, bias: [Float(bias)], inputs: 9, outputs: 1, kernel: 3,
            file: scope.file, label: scope["ipt_blk1"]["conv_out"].path)
    }

    func callAsFunction(_ x: Value, _ image: Value) -> Value {
        block(x).resized(like: image, alignsCorners: true) + sum(taps(image))
    }
}
