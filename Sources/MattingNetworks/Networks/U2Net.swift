import TensorCore
import WeightFiles

/// U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection. Qin, Zhang, Huang, Dehghan, Zaiane,
/// Jagersand, Pattern Recognition 2020 (figure 5); names as in the authors' implementation.
///
/// A U-Net whose every stage is itself a small U-Net. 44.0 M parameters, 58.6 GMAC at 320².
package struct U2Net: MattingNetwork {
    private let body: NestedUNet
    private let fusion: Convolution2D

    package init(_ scope: WeightScope) throws(WeightError) {
        try self.init(scope, widths: .full)
    }

    init(_ scope: WeightScope, widths: NestedUNet.Widths) throws(WeightError) {
        self.body = try NestedUNet(scope, widths: widths)
        self.fusion = try Convolution2D(scope["outconv"], inputs: 6, outputs: 1, kernel: 1)
    }

    /// The fused map d0, then the side outputs d1 … d6 at the picture's size.
    package func callAsFunction(_ image: Value) -> [Value] {
        let sides = body(image).map { $0.upsampled(like: image) }
        return [fusion(concatenate(sides))] + sides
    }
}

/// U²-Net-p, the paper's small variant: every stage 16 channels inside and 64 outside. 1.13 M parameters, 19.8 GMAC.
package struct U2NetP: MattingNetwork {
    private let network: U2Net

    package init(_ scope: WeightScope) throws(WeightError) { self.network = try U2Net(scope, widths: .small) }
    package func callAsFunction(_ image: Value) -> [Value] { network(image) }
}

extension Architecture {
    /// U²-Net, Qin et al. 2020, 44 M parameters.
    public static let u2net = Architecture(
        name: "u2net", paper: U2Net.paper, parameterCount: 44_009_869, defaultRecipe: U2Net.recipe,
        isRecognized: { U2Net.isRecognized(in: $0, width: 32) },
        makeNetwork: { (scope, _) throws(WeightError) in try U2Net(scope) })

    /// U²-Net's small variant, 1.1 M parameters.
    public static let u2netp = Architecture(
        name: "u2netp", paper: U2Net.paper, parameterCount: 1_131_181, defaultRecipe: U2Net.recipe,
        isRecognized: { U2Net.isRecognized(in: $0, width: 16) },
        makeNetwork: { (scope, _) throws(WeightError) in try U2NetP(scope) })
}

extension U2Net {
    fileprivate static let paper =
        "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection, Qin et al. 2020"

    /// The authors divide by the picture's own maximum and normalise as ImageNet does.
    fileprivate static let recipe = InputRecipe(
        rule: .stretch, width: 320, height: 320, mean: SIMD3(0.485, 0.456, 0.406), std: SIMD3(0.229, 0.224, 0.225),
        dividesByMaximum: true, activation: .sigmoid)

    /// - Parameter width: of the first stage's inner maps.
    fileprivate static func isRecognized(in scope: WeightScope, width: Int) -> Bool {
        scope.shape(NestedUNet.firstTensor) == [width, 64, 3, 3] && scope.shape("outconv.weight") == [1, 6, 1, 1]
    }
}
