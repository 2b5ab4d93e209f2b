import WeightFiles

/// The networks that this package runs.
public enum Architecture: String, Sendable, CaseIterable, CustomStringConvertible {
    /// U²-Net, Qin et al. 2020, 44 M parameters.
    case u2net
    /// U²-Net's small variant, 1.1 M parameters.
    case u2netp
    /// IS-Net, Qin et al. 2022, 44 M parameters.
    case isnet
    /// MODNet with a MobileNetV2 encoder, Ke et al. 2022, 6.5 M parameters.
    case modnet
    /// The plain U-Net, Ronneberger et al. 2015, 17.3 or 31.0 M parameters or fewer.
    case unet
    /// Robust Video Matting, Lin et al. 2022, with the MobileNetV3 encoder, 3.7 M parameters; recurrent.
    case robustVideoMatting = "rvm-mobilenetv3"
    /// The default: a U-Net with a MobileNetV2 encoder.
    case mobileNetV2UNet = "mobilenetv2-unet"

    /// The name in a weight file's metadata.
    public var description: String { rawValue }

    /// The architecture of a file: what its metadata says or, in a bare `state_dict`, what its tensors are called.
    ///
    /// - Throws: ``WeightError/unknownArchitecture(file:stated:known:)``, ``WeightError/edgeNetwork(file:)``.
    public init(of file: WeightFile) throws(WeightError) {
        if EdgeModel.isRecognized(in: file) { throw .edgeNetwork(file: file.name) }
        let known = Self.allCases.map(\.rawValue)
        if let stated = file.architecture {
            guard let architecture = Self(rawValue: stated) else {
                throw .unknownArchitecture(file: file.name, stated: stated, known: known)
            }
            self = architecture
        } else if let architecture = Self.allCases.first(where: { $0.isRecognized(in: WeightBinder(file).root) }) {
            self = architecture
        } else {
            throw .unknownArchitecture(file: file.name, stated: nil, known: known)
        }
    }

    /// Whether a file without metadata holds this network: a tensor that no other has, with its shape.
    private func isRecognized(in scope: WeightScope) -> Bool {
        func has(_ name: String, _ shape: [Int]) -> Bool { scope.shape(name) == shape }
        let nested = "stage1.rebnconv1.conv_s1.weight"
        return switch self {
        case .u2net: has(nested, [32, 64, 3, 3]) && has("outconv.weight", [1, 6, 1, 1])
        case .u2netp: has(nested, [16, 64, 3, 3]) && has("outconv.weight", [1, 6, 1, 1])
        case .isnet: has(nested, [32, 64, 3, 3]) && has("conv_in.weight", [64, 3, 3, 3])
        case .modnet: has("lr_branch.conv_lr16x.layers.0.weight", [96, 1280, 5, 5])
        case .unet:
            // Its width varies.
            has("inc.double_conv.0.weight", [scope.shape("outc.conv.weight")?.dropFirst().first ?? 0, 3, 3, 3])
        case .robustVideoMatting: has("aspp.aspp1.0.weight", [128, 960, 1, 1])
        case .mobileNetV2UNet: has("decoder.stage16.conv.weight", [96, 224, 3, 3])
        }
    }

    /// How the paper's own implementation prepares its input, for files that do not say.
    public var defaultRecipe: InputRecipe {
        switch self {
        case .u2net, .u2netp:
            // The authors divide by the picture's own maximum and normalise as ImageNet does.
            InputRecipe(
                rule: .stretch, width: 320, height: 320, mean: SIMD3(0.485, 0.456, 0.406),
                std: SIMD3(0.229, 0.224, 0.225), dividesByMaximum: true, activation: .sigmoid)
        case .isnet:
            InputRecipe(
                rule: .stretch, width: 1024, height: 1024, mean: SIMD3(repeating: 0.5),
                std: SIMD3(repeating: 1), activation: .sigmoid)
        case .modnet:
            InputRecipe(
                rule: .shortSide, width: 512, height: 512, multiple: 32, mean: SIMD3(repeating: 0.5),
                std: SIMD3(repeating: 0.5), activation: .sigmoid)
        case .unet:
            // The paper's pictures are grey and cut into tiles; published files take colours in 0 … 1. Their sizes are their
            // trainings': a file should say its own.
            InputRecipe(rule: .fit, width: 512, height: 512, multiple: 16, activation: .sigmoid)
        case .robustVideoMatting:
            InputRecipe(rule: .native, baseSide: RobustVideoMatting.defaultBaseSide)
        case .mobileNetV2UNet:
            InputRecipe(
                rule: .fit, width: 384, height: 384, multiple: 32, closerLook: 0.85,
                mean: SIMD3(repeating: 0.5), std: SIMD3(repeating: 0.5), activation: .sigmoid)
        }
    }

    /// Builds the network from a file.
    func makeNetwork(_ scope: WeightScope, recipe: InputRecipe) throws(WeightError) -> any MattingNetwork {
        switch self {
        case .u2net: try U2Net(scope)
        case .u2netp: try U2NetP(scope)
        case .isnet: try ISNet(scope)
        case .modnet: try MODNet(scope)
        case .unet: try UNet(scope)
        case .robustVideoMatting:
            try RobustVideoMatting(scope, baseSide: recipe.baseSide ?? RobustVideoMatting.defaultBaseSide)
        case .mobileNetV2UNet: try MobileNetV2UNet(scope)
        }
    }
}
