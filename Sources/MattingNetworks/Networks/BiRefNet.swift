import TensorCore
import WeightFiles

/// BiRefNet: Bilateral Reference for High-Resolution Dichotomous Image Segmentation. Zheng, Gao, Fan, Liu, Laaksonen,
/// Ouyang, Sebe, CAAI AIR 2024 (figure 2); names as in the authors' implementation.
///
/// A Swin transformer sees the picture at two sizes and says what is where (localization, figure 2 left); four blocks
/// reconstruct the subject from that, each looking at the picture itself once more, at its own resolution (the inward
/// reference). 321 GMAC at 1024² with the tiny encoder, 1267 with the large one.
package struct BiRefNet: MattingNetwork {
    private let backbone: SwinTransformer
    private let squeeze: ReconstructionBlock
    private let decoder: BiRefNetDecoder

    package init(_ scope: WeightScope) throws(WeightError) { try self.init(scope, order: .rows) }

    /// - Parameter order: in which order the weights expect the cells of the picture.
    init(_ scope: WeightScope, order: InputRecipe.CellOrder) throws(WeightError) {
        self.backbone = try SwinTransformer(scope["bb"])
        // Each of the encoder's maps is joined with that of the half-size picture.
        let widths = backbone.channels.map { 2 * $0 }
        self.squeeze = try ReconstructionBlock(
            scope["squeeze_module"]["0"], inputs: widths.reduce(0, +), outputs: widths[3])
        self.decoder = try BiRefNetDecoder(
            scope["decoder"], widths: widths, order: order == .rows ? .channelRowColumn : .columnRowChannel)
    }

    package func callAsFunction(_ image: Value) -> [Value] { [decoder(image, encoded(image)).logits] }

    /// Maps at a quarter to a thirty-second of the size; the last one has seen all of them.
    func encoded(_ image: Value) -> [Value] {
        let half = image.resized(height: image.shape.height / 2, width: image.shape.width / 2, alignsCorners: true)
        var maps = zip(backbone(image), backbone(half)).map { map, smaller in
            concatenate(map, smaller.resized(like: map, alignsCorners: true))
        }
        let deepest = maps[3]
        maps[3] = squeeze(concatenate(maps.map { $0.resized(like: deepest, alignsCorners: true) }))
        return maps
    }
}

extension Architecture {
    /// BiRefNet with a large Swin transformer, Zheng et al. 2024, 220 M parameters.
    public static let birefnet = birefnet(name: "birefnet", parameterCount: 220_176_498, context: 5760)

    /// BiRefNet with a tiny Swin transformer, which its authors call lite, Zheng et al. 2024, 44.3 M parameters.
    public static let birefnetLite = birefnet(name: "birefnet-lite", parameterCount: 44_313_720, context: 2880)

    /// - Parameter context: channels of all the encoder's maps together, by which files are told apart.
    private static func birefnet(name: String, parameterCount: Int, context: Int) -> Architecture {
        Architecture(
            name: name,
            paper: "Bilateral Reference for High-Resolution Dichotomous Image Segmentation, Zheng et al. 2024",
            parameterCount: parameterCount,
            defaultRecipe: InputRecipe(
                rule: .stretch, width: 1024, height: 1024, multiple: 32, cellOrder: .rows,
                mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], activation: .sigmoid),
            sideMultiple: 32, isRecognized: { $0.shape("squeeze_module.0.conv_in.weight") == [64, context, 3, 3] },
            assumedShapes: { _ in ["bb.patch_embed.proj.weight": [context / 30, 3, 4, 4]] },
            makeNetwork: { (scope, recipe) throws(WeightError) in
                try BiRefNet(scope, order: recipe.cellOrder ?? .rows)
            })
    }
}
