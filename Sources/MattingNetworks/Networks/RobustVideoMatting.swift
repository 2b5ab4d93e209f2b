import TensorCore
import WeightFiles

/// Robust High-Resolution Video Matting with Temporal Guidance. Lin, Yang, Saleemi, Sengupta, WACV 2022 (figure 2), with
/// the MobileNetV3 encoder and the deep guided filter. 3.7 M parameters.
///
/// Encoder and decoder see the picture shrunk to a base size and carry four maps from frame to frame; the guided filter
/// then finds alpha and foreground at the picture's own size. Its matte is in `[0, 1]` without an activation.
package struct RobustVideoMatting: MattingNetwork {
    private let baseSide: Int
    private let encoder: MobileNetV3
    private let bottleneck: LiteASPP
    private let decoder: RecurrentDecoder
    private let project: Convolution2D
    private let refiner: DeepGuidedFilter

    /// The authors' base size for pictures of any size, `auto_downsample_ratio`.
    package static let defaultBaseSide = 512

    package init(_ scope: WeightScope) throws(WeightError) {
        try self.init(scope, baseSide: Self.defaultBaseSide)
    }

    /// - Parameter baseSide: the longer side, in pixels, of what encoder and decoder see of a larger picture; at least 1.
    ///   A picture that is no larger is seen as it is, and the guided filter has nothing to do.
    init(_ scope: WeightScope, baseSide: Int) throws(WeightError) {
        self.baseSide = baseSide
        self.encoder = try MobileNetV3(scope["backbone"])
        self.bottleneck = try LiteASPP(scope["aspp"], inputs: 960, outputs: 128)
        self.decoder = try RecurrentDecoder(scope["decoder"])
        self.project = try Convolution2D(scope["project_mat.conv"], inputs: 16, outputs: 4, kernel: 1)
        self.refiner = try DeepGuidedFilter(scope["refiner"])
        // A second head, for training on segmentations.
        scope.ignore("project_seg")
    }

    package func stateShapes(for image: TensorShape) -> [TensorShape] {
        let base = base(of: image)
        return decoder.stateShapes(for: image.with(height: base.height, width: base.width))
    }

    /// Alpha `[N, H, W, 1]` and foreground `[N, H, W, 3]`, both in `[0, 1]`, of a picture in `[0, 1]` as a first frame.
    package func callAsFunction(_ image: Value) -> [Value] {
        self(image, state: stateShapes(for: image.shape).map { image.graph.input($0) }).maps
    }

    /// Alpha `[N, H, W, 1]` and foreground `[N, H, W, 3]`, both in `[0, 1]`, of a picture in `[0, 1]`.
    package func callAsFunction(_ image: Value, state: [Value]) -> (maps: [Value], state: [Value]) {
        let base = base(of: image.shape)
        let isShrunk = base.ratio < 1
        // Not by area, as pictures are shrunk elsewhere: the network learned on what interpolation leaves.
        let picture =
            isShrunk ? image.resized(height: base.height, width: base.width, step: 1 / base.ratio) : image

        var maps = encoder(picture)
        maps[3] = bottleneck(maps[3])
        let (features, state) = decoder(picture, maps, state: state)

        // Foreground minus picture, and alpha.
        let coarse = project(features)
        if isShrunk {
            let refined = refiner(image, picture: picture, coarse: coarse, features: features)
            return ([refined.alpha, (refined.residual + image).activated(.clamped)], state)
        }
        let residual = coarse.channels(0..<3)
        return ([coarse.channels(3..<4).activated(.clamped), (residual + image).activated(.clamped)], state)
    }

    /// The size that encoder and decoder see: the sides times the ratio, rounded down.
    private func base(of image: TensorShape) -> (height: Int, width: Int, ratio: Double) {
        let ratio = min(Double(baseSide) / Double(max(image.height, image.width)), 1)
        func side(_ side: Int) -> Int { max(Int(Double(side) * ratio), 1) }
        return (side(image.height), side(image.width), ratio)
    }
}

/// Lite reduced atrous spatial pyramid pooling (MobileNetV3's paper, figure 10): a 1×1 convolution, gated channel by
/// channel by what the whole picture shows.
private struct LiteASPP: Sendable {
    private let convolution: Convolution2D
    private let gate: Convolution2D

    init(_ scope: WeightScope, inputs: Int, outputs: Int) throws(WeightError) {
        self.convolution = try Convolution2D(
            scope["aspp1.0"], inputs: inputs, outputs: outputs, kernel: 1, batchNorm: scope["aspp1.1"], hasBias: false,
            activation: .relu)
        self.gate = try Convolution2D(
            scope["aspp2.1"], inputs: inputs, outputs: outputs, kernel: 1, hasBias: false, activation: .sigmoid)
    }

    func callAsFunction(_ x: Value) -> Value { convolution(x).scaled(by: gate(x.globallyAveraged())) }
}

extension Architecture {
    /// Robust Video Matting, Lin et al. 2022, with the MobileNetV3 encoder, 3.7 M parameters; recurrent.
    public static let robustVideoMatting = Architecture(
        name: "rvm-mobilenetv3",
        paper: "Robust High-Resolution Video Matting with Temporal Guidance, Lin et al. 2022",
        parameterCount: 3_748_633,
        defaultRecipe: InputRecipe(rule: .native, baseSide: RobustVideoMatting.defaultBaseSide),
        isRecognized: { $0.shape("aspp.aspp1.0.weight") == [128, 960, 1, 1] },
        makeNetwork: { (scope, recipe) throws(WeightError) in
            try RobustVideoMatting(scope, baseSide: recipe.baseSide ?? RobustVideoMatting.defaultBaseSide)
        })
}
