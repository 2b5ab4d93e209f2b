import TensorCore
import WeightFiles

/// MODNet: Real-Time Trimap-Free Portrait Matting via Objective Decomposition. Ke, Sun, Li, Yan, Lau, AAAI 2022
/// (figure 2), with a MobileNetV2 encoder; names as in the authors' implementation.
///
/// What a matte asks for is decomposed: where the person is, decided at small size; what the details are, decided along
/// its border at full size; and the fusion of the two. 6.5 M parameters, 15.5 GMAC at 512².
package struct MODNet: MattingNetwork {
    private let encoder: MobileNetV2
    private let semantics: SemanticBranch
    private let details: DetailBranch
    private let fusion: FusionBranch

    package init(_ scope: WeightScope) throws(WeightError) {
        // One module under two names; where a file has both, PyTorch loads the second over the first.
        let (first, second) = (scope["backbone"]["model"], scope["lr_branch"]["backbone"]["model"])
        let hasSecond = second.has("features.0.0.weight")
        if hasSecond { scope.ignore("backbone") }
        self.encoder = try MobileNetV2(hasSecond ? second : first, .modnet)
        self.semantics = try SemanticBranch(scope["lr_branch"])
        self.details = try DetailBranch(scope["hr_branch"])
        self.fusion = try FusionBranch(scope["f_branch"])
    }

    /// The matte, then what serves training: the semantic estimate at a sixteenth of the size, and the details.
    package func callAsFunction(_ image: Value) -> [Value] {
        let maps = encoder(image)
        let (semantic, eighth) = semantics(maps)
        let (detail, half) = details(image, maps, eighth)
        return [fusion(image, maps, eighth, half), semantic, detail]
    }

    /// Channels of the encoder's maps at strides 2, 4, 8 and 16.
    fileprivate static let channels = MobileNetV2.channels
    /// Channels of the detail branch.
    fileprivate static let width = 32
}

/// Semantic estimation (section 3.2), the low-resolution branch: what the person is, from the deepest map.
private struct SemanticBranch: Sendable {
    private let squeeze, excite: Convolution2D
    private let sixteenth, eighth: IBNConvolution
    private let head: Convolution2D

    init(_ scope: WeightScope) throws(WeightError) {
        let deepest = MobileNetV2.headChannels
        let gate = scope["se_block"]["fc"]
        self.squeeze = try Convolution2D(
            gate["0"], inputs: deepest, outputs: deepest / 4, kernel: 1, hasBias: false, activation: .relu)
        self.excite = try Convolution2D(
            gate["2"], inputs: deepest / 4, outputs: deepest, kernel: 1, hasBias: false, activation: .sigmoid)
        let channels = MODNet.channels
        self.sixteenth = try IBNConvolution(
            scope["conv_lr16x"], inputs: deepest, outputs: channels[3], kernel: 5)
        self.eighth = try IBNConvolution(
            scope["conv_lr8x"], inputs: channels[3], outputs: channels[2], kernel: 5)
        self.head = try Convolution2D(
            scope["conv_lr"]["layers"]["0"], inputs: channels[2], outputs: 1, kernel: 3, stride: 2)
    }

    /// The coarse matte at stride 16 and the features at stride 8.
    func callAsFunction(_ maps: [Value]) -> (semantic: Value, eighth: Value) {
        // Which channels matter is decided over the whole picture (squeeze and excitation, Hu et al. 2018).
        var x = maps[4].scaled(by: excite(squeeze(maps[4].globallyAveraged())))
        x = sixteenth(x.upsampled(like: maps[3]))
        x = eighth(x.upsampled(like: maps[2]))
        return (head(x), x)
    }
}

/// Detail prediction (section 3.3), the high-resolution branch: the border, from shallow maps and the picture itself.
private struct DetailBranch: Sendable {
    private let skip2, skip4: IBNConvolution
    private let down, merge: IBNConvolution
    private let quarter, half: [IBNConvolution]
    private let full: IBNConvolution
    private let head: Convolution2D

    init(_ scope: WeightScope) throws(WeightError) {
        let (channels, width) = (MODNet.channels, MODNet.width)
        /// A chain of 3×3 convolutions, `widths` from the first one's inputs to the last one's outputs.
        func chain(_ name: String, _ widths: [Int]) throws(WeightError) -> [IBNConvolution] {
            try zip(widths, widths.dropFirst()).enumerated().map { (index, channels) throws(WeightError) in
                try IBNConvolution(scope[name]["\(index)"], inputs: channels.0, outputs: channels.1, kernel: 3)
            }
        }
        self.skip2 = try IBNConvolution(scope["tohr_enc2x"], inputs: channels[0], outputs: width, kernel: 1)
        self.skip4 = try IBNConvolution(scope["tohr_enc4x"], inputs: channels[1], outputs: width, kernel: 1)
        self.down = try IBNConvolution(scope["conv_enc2x"], inputs: width + 3, outputs: width, kernel: 3, stride: 2)
        self.merge = try IBNConvolution(scope["conv_enc4x"], inputs: 2 * width, outputs: 2 * width, kernel: 3)
        self.quarter = try chain("conv_hr4x", [3 * width + 3, 2 * width, 2 * width, width])
        self.half = try chain("conv_hr2x", [2 * width, 2 * width, width, width, width])
        self.full = try IBNConvolution(scope["conv_hr"]["0"], inputs: width + 3, outputs: width, kernel: 3)
        self.head = try Convolution2D(scope["conv_hr"]["1"]["layers"]["0"], inputs: width, outputs: 1, kernel: 1)
    }

    /// The detail matte at the picture's size and the features at half of it.
    func callAsFunction(_ image: Value, _ maps: [Value], _ eighth: Value) -> (detail: Value, half: Value) {
        let skip = skip2(maps[0])
        let shallow = down(concatenate(image.downsampled(like: maps[0]), skip))
        let merged = merge(concatenate(shallow, skip4(maps[1])))

        var x = concatenate(merged, eighth.upsampled(like: maps[1]), image.downsampled(like: maps[1]))
        for convolve in quarter { x = convolve(x) }
        x = concatenate(x.upsampled(like: maps[0]), skip)
        for convolve in half { x = convolve(x) }
        return (head(full(concatenate(x.upsampled(like: image), image))), x)
    }
}

/// Semantic-detail fusion (section 3.4): the matte, from both branches and the picture.
private struct FusionBranch: Sendable {
    private let quarter, half, full: IBNConvolution
    private let head: Convolution2D

    init(_ scope: WeightScope) throws(WeightError) {
        let width = MODNet.width
        self.quarter = try IBNConvolution(
            scope["conv_lr4x"], inputs: MODNet.channels[2], outputs: width, kernel: 5)
        self.half = try IBNConvolution(scope["conv_f2x"], inputs: 2 * width, outputs: width, kernel: 3)
        self.full = try IBNConvolution(scope["conv_f"]["0"], inputs: width + 3, outputs: width / 2, kernel: 3)
        self.head = try Convolution2D(scope["conv_f"]["1"]["layers"]["0"], inputs: width / 2, outputs: 1, kernel: 1)
    }

    func callAsFunction(_ image: Value, _ maps: [Value], _ eighth: Value, _ details: Value) -> Value {
        var x = quarter(eighth.upsampled(like: maps[1]))
        x = half(concatenate(x.upsampled(like: maps[0]), details))
        return head(full(concatenate(x.upsampled(like: image), image)))
    }
}

extension Architecture {
    /// MODNet with a MobileNetV2 encoder, Ke et al. 2022, 6.5 M parameters.
    public static let modnet = Architecture(
        name: "modnet",
        paper: "MODNet: Real-Time Trimap-Free Portrait Matting via Objective Decomposition, Ke et al. 2022",
        parameterCount: 6_487_075,
        defaultRecipe: InputRecipe(
            rule: .shortSide, width: 512, height: 512, multiple: 32, mean: SIMD3(repeating: 0.5),
            std: SIMD3(repeating: 0.5), activation: .sigmoid),
        isRecognized: { $0.shape("lr_branch.conv_lr16x.layers.0.weight") == [96, 1280, 5, 5] },
        makeNetwork: { (scope, _) throws(WeightError) in try MODNet(scope) })
}
