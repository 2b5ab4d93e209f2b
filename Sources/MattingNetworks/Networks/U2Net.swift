import TensorCore
import WeightFiles

/// U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection. Qin, Zhang, Huang, Dehghan, Zaiane,
/// Jagersand, Pattern Recognition 2020 (figure 5); names as in the authors' implementation.
///
/// A U-Net whose every stage is itself a small U-Net. 44.0 M parameters, 58.6 GMAC at 320².
/// The stages' widths follow the file, which may have narrower ones; so does the number of classes, one map each.
package struct U2Net: MattingNetwork {
    private let body: NestedUNet
    private let fusion: Convolution2D
    package let classCount: Int

    package init(_ scope: WeightScope) throws(WeightError) {
        try self.init(scope, widths: NestedUNet.Widths(of: scope))
    }

    init(_ scope: WeightScope, widths: NestedUNet.Widths, classes: Int = 1) throws(WeightError) {
        self.body = try NestedUNet(scope, widths: widths, classes: classes)
        self.fusion = try Convolution2D(scope["outconv"], inputs: 6 * classes, outputs: classes, kernel: 1)
        self.classCount = classes
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
    /// U²-Net, Qin et al. 2020, 44 M parameters or fewer.
    public static let u2net = Architecture(
        name: "u2net", paper: U2Net.paper, parameterCount: 44_009_869, defaultRecipe: U2Net.recipe,
        isRecognized: { U2Net.hasClasses(1, in: $0) && !U2Net.isSmall(in: $0) },
        assumedShapes: { NestedUNet.Widths.shapes(in: $0) },
        makeNetwork: { (scope, _) throws(WeightError) in try U2Net(scope) })

    /// U²-Net's small variant, 1.1 M parameters.
    public static let u2netp = Architecture(
        name: "u2netp", paper: U2Net.paper, parameterCount: 1_131_181, defaultRecipe: U2Net.recipe,
        isRecognized: { U2Net.hasClasses(1, in: $0) && U2Net.isSmall(in: $0) },
        makeNetwork: { (scope, _) throws(WeightError) in try U2NetP(scope) })

    /// U²-Net that tells garments: background, upper body, lower body, full body. 44.1 M parameters.
    ///
    /// As `levindabhi/cloth-segmentation` publishes it, whose recipe this is.
    public static let u2netClothes = Architecture(
        name: "u2net-clothes", paper: U2Net.paper, parameterCount: 44_051_452,
        defaultRecipe: InputRecipe(
            rule: .stretch, width: 768, height: 768, mean: SIMD3(repeating: 0.5), std: SIMD3(repeating: 0.5),
            activation: .sigmoid),
        isRecognized: { U2Net.hasClasses(4, in: $0) },
        assumedShapes: { NestedUNet.Widths.shapes(in: $0) },
        makeNetwork: { (scope, _) throws(WeightError) in
            try U2Net(scope, widths: NestedUNet.Widths(of: scope), classes: 4)
        })
}

extension U2Net {
    fileprivate static let paper =
        "U²-Net: Going Deeper with Nested U-Structure for Salient Object Detection, Qin et al. 2020"

    /// The authors divide by the picture's own maximum and normalise as ImageNet does.
    fileprivate static let recipe = InputRecipe(
        rule: .stretch, width: 320, height: 320, mean: SIMD3(0.485, 0.456, 0.406), std: SIMD3(0.229, 0.224, 0.225),
        dividesByMaximum: true, activation: .sigmoid)

    fileprivate static func hasClasses(_ count: Int, in scope: WeightScope) -> Bool {
        scope.shape(NestedUNet.firstTensor)?.dropFirst(2) == [3, 3]
            && scope.shape("outconv.weight") == [count, 6 * count, 1, 1]
    }

    /// The deepest stage of the small variant is no wider than its others.
    fileprivate static func isSmall(in scope: WeightScope) -> Bool {
        scope.shape("stage6.rebnconv1.conv_s1.weight") == [16, 64, 3, 3]
    }
}
