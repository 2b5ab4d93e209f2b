import TensorCore
import WeightFiles

/// The default network: a U-Net (Ronneberger et al. 2015) with a MobileNetV2 encoder and a gate of global context
/// (squeeze and excitation, Hu et al. 2018). 2.6 M parameters, 1.9 GMAC at 320²; names as in
/// `Weights/training/coarse/network.py`.
package struct MobileNetV2UNet: MattingNetwork {
    private let encoder: MobileNetV2
    private let context: Convolution2D
    private let gate: Convolution2D
    private let contextResiduals: [Residual]
    /// Strides 16, 8, 4, 2 and 1.
    private let decoder: [DecoderStage]
    private let head: Convolution2D
    private let doubt: Convolution2D

    package static let predictsDoubt = true

    package init(_ scope: WeightScope) throws(WeightError) {
        self.encoder = try MobileNetV2(scope["encoder"], .encoder)
        let context = scope["context"]
        self.context = try Convolution2D(
            context["conv"], inputs: 320, outputs: 128, kernel: 1, activation: .relu)
        self.gate = try Convolution2D(context["gate"], inputs: 320, outputs: 128, kernel: 1, activation: .sigmoid)
        self.contextResiduals = try (0..<2).map { (index) throws(WeightError) in
            try Residual(context["residuals"]["\(index)"], channels: 128)
        }
        let skips = Array(MobileNetV2.channels.dropLast().reversed()) + [3]
        let widths = [96, 64, 48, 24, 16]
        self.decoder = try (0..<5).map { (level) throws(WeightError) in
            try DecoderStage(
                scope["decoder"]["stage\(16 >> level)"], inputs: (level == 0 ? 128 : widths[level - 1]) + skips[level],
                outputs: widths[level], isResidual: level < 2)
        }
        self.head = try Convolution2D(scope["head"], inputs: 16, outputs: 1, kernel: 3)
        self.doubt = try Convolution2D(scope["doubt"], inputs: 24, outputs: 1, kernel: 3)
    }

    /// The matte, then its doubt, from the stage at half the size.
    package func callAsFunction(_ image: Value) -> [Value] {
        let maps = encoder(image)
        let deepest = maps[maps.count - 1]
        var x = context(deepest).scaled(by: gate(deepest.globallyAveraged()))
        for residual in contextResiduals { x = residual(x) }

        for (stage, skip) in zip(decoder, maps.dropLast().reversed()) {
            x = x.graph.inRowBands { stage(x, skip) }
        }
        let matte = x.graph.inRowBands { head(decoder[decoder.count - 1](x, image)) }
        return [matte, doubt(x).upsampled(like: image)]
    }
}

/// Doubles, appends the encoder's map of that size, convolves.
private struct DecoderStage: Sendable {
    private let convolution: Convolution2D
    private let residual: Residual?

    init(_ scope: WeightScope, inputs: Int, outputs: Int, isResidual: Bool) throws(WeightError) {
        self.convolution = try Convolution2D(
            scope["conv"], inputs: inputs, outputs: outputs, kernel: 3, activation: .relu)
        self.residual = isResidual ? try Residual(scope["residuals"]["0"], channels: outputs) : nil
    }

    func callAsFunction(_ x: Value, _ skip: Value) -> Value {
        let y = convolution(concatenate(x.upsampled(like: skip), skip))
        return residual?(y) ?? y
    }
}

extension Architecture {
    /// The default: a U-Net with a MobileNetV2 encoder.
    public static let mobileNetV2UNet = Architecture(
        name: "mobilenetv2-unet",
        paper: "this package's own: a U-Net (Ronneberger et al. 2015) with a MobileNetV2 encoder (Sandler et al. 2018)",
        parameterCount: 2_616_850,
        defaultRecipe: InputRecipe(
            rule: .fit, width: 384, height: 384, multiple: 32, closerLook: 0.85, mean: SIMD3(repeating: 0.5),
            std: SIMD3(repeating: 0.5), activation: .sigmoid),
        sideMultiple: 32,
        isRecognized: { $0.shape("decoder.stage16.conv.weight") == [96, 224, 3, 3] },
        makeNetwork: { (scope, _) throws(WeightError) in try MobileNetV2UNet(scope) })
}
