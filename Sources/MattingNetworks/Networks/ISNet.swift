import TensorCore
import WeightFiles

/// IS-Net: Highly Accurate Dichotomous Image Segmentation. Qin, Dai, Hu, Fan, Shao, Van Gool, ECCV 2022 (figure 4, the
/// segmentation component); names as in the authors' implementation.
///
/// U²-Net's nested body behind a stride-2 convolution, so that 1024² pictures cost what 512² ones would; no fusion of
/// the side outputs. 44.0 M parameters, 159.7 GMAC at 1024².
package struct ISNet: MattingNetwork {
    private let stem: Convolution2D
    private let body: NestedUNet

    package init(_ scope: WeightScope) throws(WeightError) {
        self.stem = try Convolution2D(scope["conv_in"], inputs: 3, outputs: 64, kernel: 3, stride: 2)
        self.body = try NestedUNet(scope, inputs: 64, widths: .full)
    }

    /// The side outputs d0 … d5 at the picture's size; d0, the finest, is the matte.
    package func callAsFunction(_ image: Value) -> [Value] {
        body(stem(image)).map { $0.upsampled(like: image) }
    }
}

extension Architecture {
    /// IS-Net, Qin et al. 2022, 44 M parameters.
    public static let isnet = Architecture(
        name: "isnet", paper: "Highly Accurate Dichotomous Image Segmentation, Qin et al. 2022",
        parameterCount: 44_046_790,
        defaultRecipe: InputRecipe(
            rule: .stretch, width: 1024, height: 1024, mean: SIMD3(repeating: 0.5), std: .one, activation: .sigmoid),
        isRecognized: { scope in
            scope.shape(NestedUNet.firstTensor) == [32, 64, 3, 3] && scope.shape("conv_in.weight") == [64, 3, 3, 3]
        },
        makeNetwork: { (scope, _) throws(WeightError) in try ISNet(scope) })
}
