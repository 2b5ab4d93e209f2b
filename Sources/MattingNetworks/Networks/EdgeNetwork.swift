import TensorCore
import WeightFiles

/// The edge network: alpha of a crop at the picture's own resolution, from the crop and a coarse matte.
///
/// An encoder of five scales; each coarser one is merged into the next finer one (as in Lin et al., *Feature Pyramid
/// Networks*, 2017), then every pixel attends to the four finer ones (Chen et al., *Attention to Scale*, 2016): what is hair
/// and which side of an edge is the subject is decided at a sixteenth and an eighth of the size, where each hair is, at the
/// full one. What things are is told by MobileNetV2 up to stride 16, which sees the picture at half the size. What the scales
/// say is multiplied by details of the picture, as a guided filter (He et al. 2013) does. 1.2 million parameters, 15.3 thousand
/// multiplications a pixel; names as in `Weights/training/edge/network.py`.
struct EdgeNetwork: Sendable {
    private let stem: Convolution2D
    private let down2, down4, down8, down16: Convolution2D
    private let residual2, residual4: Residual
    private let residuals8, residuals16: [Residual]
    private let lateral8, lateral4, lateral2: Convolution2D
    private let merge8: Residual
    private let merge4, merge2: Convolution2D
    /// One of each a scale, the finest first.
    private let features, attention: [Convolution2D]
    private let detail: Convolution2D
    private let fuse: Convolution2D
    private let head: Convolution2D
    /// What things are: the first part of the coarse network's encoder, and what of its maps is added at 1/8 and 1/16.
    private let semantics: MobileNetV2
    private let semantic8, semantic16: Convolution2D

    /// Red, green, blue; the coarse matte; the colour of the subject nearby, and that of the background; how far the pixel's
    /// is on the way from one to the other, how near that way, and how well the two can be told apart; where the coarse
    /// matte is unknown.
    static let inputChannels = 14
    private static let matteChannel = 3, placeChannel = 10
    /// Sides of a crop are multiples of this.
    static let multiple = 32

    init(_ scope: WeightScope) throws(WeightError) {
        func layer(
            _ name: String, _ inputs: Int, _ outputs: Int, kernel: Int = 3, stride: Int = 1, relu: Bool = true
        ) throws(WeightError) -> Convolution2D {
            try Convolution2D(
                scope[name], inputs: inputs, outputs: outputs, kernel: kernel, stride: stride,
                padding: stride == 2 ? .trailing : nil, activation: relu ? .relu : .none)
        }
        self.stem = try layer("stem", Self.inputChannels, 16)
        self.down2 = try layer("down2", 16, 24, stride: 2)
        self.down4 = try layer("down4", 24, 32, stride: 2)
        self.down8 = try layer("down8", 32, 48, stride: 2)
        self.down16 = try layer("down16", 48, 128, stride: 2)
        self.residual2 = try Residual(scope["residual2"], channels: 24)
        self.residual4 = try Residual(scope["residual4"], channels: 32)
        func residuals(_ name: String, channels: Int) throws(WeightError) -> [Residual] {
            try [1, 2, 4].enumerated().map { (index, dilation) throws(WeightError) in
                try Residual(scope[name]["\(index)"], channels: channels, dilation: dilation)
            }
        }
        self.residuals8 = try residuals("residual8", channels: 48)
        self.residuals16 = try residuals("residual16", channels: 128)
        self.lateral8 = try layer("lateral8", 128, 48, kernel: 1, relu: false)
        self.lateral4 = try layer("lateral4", 48, 32, kernel: 1, relu: false)
        self.lateral2 = try layer("lateral2", 32, 24, kernel: 1, relu: false)
        self.semantics = try MobileNetV2(scope["semantics"], .shallowEncoder)
        let seen = MobileNetV2.channels
        self.semantic8 = try layer("semantic8", seen[1], 48, kernel: 1, relu: false)
        self.semantic16 = try layer("semantic16", seen[2] + seen[3], 128, kernel: 1, relu: false)
        self.merge8 = try Residual(scope["merge8"], channels: 48)
        self.merge4 = try layer("merge4", 32, 32)
        self.merge2 = try layer("merge2", 24, 24)
        let widths = [16, 24, 32, 48].enumerated()
        self.features = try widths.map { (scale, width) throws(WeightError) in
            try layer("features.\(scale)", width, 16, kernel: 1, relu: false)
        }
        self.attention = try widths.map { (scale, width) throws(WeightError) in
            try layer("attention.\(scale)", width, 1, kernel: 1, relu: false)
        }
        self.detail = try layer("detail", 16, 16, kernel: 1, relu: false)
        self.fuse = try layer("fuse", 16, 16)
        self.head = try layer("head", 16, 4, relu: false)
    }

    /// Alpha `[N, H, W, 1]` of crops `[N, H, W, 14]`: at every pixel the network's own alpha, the coarse matte and the
    /// place between the colours of background and subject, weighed by a softmax.
    func callAsFunction(_ crop: Value) -> Value {
        let full = stem(crop)
        var half = residual2(down2(full))
        var quarter = residual4(down4(half))
        let seen = semantics(crop.channels(0..<3).downsampled(like: half))
        var eighth = down8(quarter) + semantic8(seen[1])
        for residual in residuals8 { eighth = residual(eighth) }
        var sixteenth = down16(eighth) + semantic16(concatenate(seen[2], seen[3].upsampled(like: seen[2])))
        for residual in residuals16 { sixteenth = residual(sixteenth) }

        eighth = merge8(lateral8(sixteenth).upsampled(like: eighth) + eighth)
        quarter = merge4(lateral4(eighth).upsampled(like: quarter) + quarter)
        half = merge2(lateral2(quarter).upsampled(like: half) + half)

        let scales = [full, half, quarter, eighth]
        let fused = attend(
            to: zip(features, scales).map { $0($1) }, by: zip(attention, scales).map { $0($1) })
        return mixture(
            of: crop, by: head(fuse(fused * detail(full))), first: Self.matteChannel, second: Self.placeChannel)
    }
}
