import TensorCore

/// The default network: a U-Net (Ronneberger et al. 2015) with a MobileNetV2 encoder and a gate of global context
/// (squeeze and excitation, Hu et al. 2018). 2.2 M parameters, 1.8 GMAC at 320²; names as in
/// `Weights/training/network.py`.
package struct MobileNetV2UNet: MattingNetwork {
    private let encoder: MobileNetV2
    private let context: Convolution2D
    private let gate: Convolution2D
    /// Strides 16, 8, 4, 2 and 1.
    private let decoder: [Convolution2D]
    private let head: Convolution2D

    package init(_ scope: WeightScope) throws(WeightError) {
        self.encoder = try MobileNetV2(scope["encoder"])
        self.context = try Convolution2D(
            scope["context"]["conv"], inputs: 320, outputs: 128, kernel: 1, activation: .relu)
        self.gate = try Convolution2D(
            scope["context"]["gate"], inputs: 320, outputs: 128, kernel: 1, activation: .sigmoid)
        let skips = Array(MobileNetV2.channels.dropLast().reversed()) + [3]
        let widths = [96, 64, 48, 24, 16]
        self.decoder = try (0..<5).map { (level) throws(WeightError) in
            try Convolution2D(
                scope["decoder"]["stage\(16 >> level)"], inputs: (level == 0 ? 128 : widths[level - 1]) + skips[level],
                outputs: widths[level], kernel: 3, activation: .relu)
        }
        self.head = try Convolution2D(scope["head"], inputs: 16, outputs: 1, kernel: 3)
    }

    package func callAsFunction(_ image: Value) -> [Value] {
        let maps = encoder(image)
        let deepest = maps[maps.count - 1]
        var x = context(deepest).scaled(by: gate(deepest.globallyAveraged()))

        let skips = maps.dropLast().reversed() + [image]
        for (stage, skip) in zip(decoder, skips) {
            x = stage(concatenate(x.upsampled(like: skip), skip))
        }
        return [head(x)]
    }
}
