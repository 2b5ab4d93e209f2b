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
