import TensorCore
import WeightFiles

/// U-Net: Convolutional Networks for Biomedical Image Segmentation. Ronneberger, Fischer, Brox, MICCAI 2015 (figure 1),
/// as PyTorch users publish it: convolutions padded and with batch norm, so that the matte has the picture's size. Names
/// as in `milesial/Pytorch-UNet`.
///
/// The width of the first maps follows the file, 64 in the paper and at most that; so does the way up, by transposed
/// convolutions as in the paper (31.0 M parameters) or by bilinear interpolation (17.3 M), and the number of classes.
package struct UNet: MattingNetwork {
    private let input: DoubleConvolution
    private let encoder: [DoubleConvolution]
    private let decoder: [DecoderStage]
    private let head: Convolution2D
    package let classCount: Int

    package init(_ scope: WeightScope) throws(WeightError) {
        // More than the paper's width would let a small file ask for much memory.
        let width = min(scope.shape("inc.double_conv.0.weight")?.first ?? 64, 64)
        let isBilinear = !scope.has("up1.up.weight")
        // Interpolation keeps the number of channels; maps that are to be doubled have half of them instead.
        func narrowed(_ channels: Int) -> Int { isBilinear ? channels / 2 : channels }
        self.input = try DoubleConvolution(scope["inc"], inputs: 3, middle: width, outputs: width)
        self.encoder = try (1...4).map { (level) throws(WeightError) in
            let outputs = level == 4 ? narrowed(width << 4) : width << level
            return try DoubleConvolution(
                scope["down\(level)"]["maxpool_conv"]["1"], inputs: width << (level - 1), middle: outputs,
                outputs: outputs)
        }
        self.decoder = try (1...4).map { (stage) throws(WeightError) in
            let inputs = width << (5 - stage)
            return try DecoderStage(
                scope["up\(stage)"], inputs: inputs, outputs: stage == 4 ? width : narrowed(inputs / 2),
                isBilinear: isBilinear)
        }
        let classes = min(max(scope.shape("outc.conv.weight")?.first ?? 1, 1), Self.largestClassCount)
        self.head = try Convolution2D(scope["outc"]["conv"], inputs: width, outputs: classes, kernel: 1)
        self.classCount = classes
    }

    /// More would be no segmentation that mattes are made of.
    private static let largestClassCount = 256

    package func callAsFunction(_ image: Value) -> [Value] {
        var skips = [input(image)]
        for stage in encoder { skips.append(stage(skips[skips.count - 1].halvedDown())) }

        var x = skips.removeLast()
        for (stage, skip) in zip(decoder, skips.reversed()) { x = stage(x, skip) }
        return [head(x)]
    }
}

/// Two 3×3 convolutions, each with batch norm and ReLU.
private struct DoubleConvolution: Sendable {
    private let first, second: Convolution2D

    init(_ scope: WeightScope, inputs: Int, middle: Int, outputs: Int) throws(WeightError) {
        let layers = scope["double_conv"]
        func layer(_ index: Int, _ inputs: Int, _ outputs: Int) throws(WeightError) -> Convolution2D {
            // Batch norm makes a bias useless, yet older files have one.
            try Convolution2D(
                layers["\(index)"], inputs: inputs, outputs: outputs, kernel: 3, batchNorm: layers["\(index + 1)"],
                hasBias: layers["\(index)"].has("bias"), activation: .relu)
        }
        self.first = try layer(0, inputs, middle)
        self.second = try layer(3, middle, outputs)
    }

    func callAsFunction(_ x: Value) -> Value { second(first(x)) }
}

/// Doubles, brings to the encoder's map of that size, which an odd side makes a pixel larger, and convolves both.
private struct DecoderStage: Sendable {
    /// Nil doubles by interpolation.
    private let up: TransposedConvolution2D?
    private let convolutions: DoubleConvolution

    init(_ scope: WeightScope, inputs: Int, outputs: Int, isBilinear: Bool) throws(WeightError) {
        self.up = isBilinear ? nil : try TransposedConvolution2D(scope["up"], inputs: inputs, outputs: inputs / 2)
        self.convolutions = try DoubleConvolution(
            scope["conv"], inputs: inputs, middle: isBilinear ? inputs / 2 : outputs, outputs: outputs)
    }

    func callAsFunction(_ x: Value, _ skip: Value) -> Value {
        let doubled = up.map { $0(x) } ?? x.doubled()
        return convolutions(concatenate(skip, doubled.framed(like: skip)))
    }
}

extension Architecture {
    /// The plain U-Net, Ronneberger et al. 2015, 17.3 or 31.0 M parameters or fewer.
    ///
    /// The paper's pictures are grey and cut into tiles; published files take colours in 0 … 1. Their sizes are their
    /// trainings': a file should say its own.
    public static let unet = Architecture(
        name: "unet",
        paper: "U-Net: Convolutional Networks for Biomedical Image Segmentation, Ronneberger et al. 2015",
        parameterCount: 31_037_633,
        defaultRecipe: InputRecipe(rule: .fit, width: 512, height: 512, multiple: 16, activation: .sigmoid),
        isRecognized: { scope in
            // Its width varies.
            let width = scope.shape("outc.conv.weight")?.dropFirst().first ?? 0
            return scope.shape("inc.double_conv.0.weight") == [width, 3, 3, 3]
        },
        assumedShapes: { layers in
            let ways = layers.filter { $0.kind == .transposedConvolution }.map { ("up1.up.weight", $0.weight.shape) }
            let widths = layers.prefix(1).map { ("inc.double_conv.0.weight", $0.weight.shape) }
            let heads = layers.suffix(1).map { ("outc.conv.weight", $0.weight.shape) }
            return Dictionary(widths + ways + heads) { first, _ in first }
        },
        makeNetwork: { (scope, _) throws(WeightError) in try UNet(scope) })
}
