import TensorCore
import WeightFiles

/// Swin Transformer: Hierarchical Vision Transformer using Shifted Windows. Liu, Lin, Cao, Hu, Wei, Zhang, Lin and Guo,
/// ICCV 2021 (figure 3) as an encoder: the maps of its four stages, at strides 4, 8, 16 and 32, each normalised as for
/// detection. Names as the authors have them.
struct SwinTransformer: Sendable {
    let embedding: PatchEmbedding
    let stages: [SwinStage]
    /// Channels of the four maps.
    let channels: [Int]

    /// The paper's variants, which are told apart by their width.
    private struct Variant {
        let width: Int
        let depths: [Int]
        let window: Int

        static let tiny = Variant(width: 96, depths: [2, 2, 6, 2], window: 7)
        static let large = Variant(width: 192, depths: [2, 2, 18, 2], window: 12)
    }

    /// Binds `patch_embed`, `layers.0 … layers.3` and `norm0 … norm3` of the tiny or the large variant.
    init(_ scope: WeightScope) throws(WeightError) {
        let width = scope.shape("patch_embed.proj.weight")?.first
        let variant = width == Variant.large.width ? Variant.large : .tiny
        self.channels = (0..<4).map { variant.width << $0 }
        self.embedding = try PatchEmbedding(scope["patch_embed"], channels: variant.width)
        let channels = channels
        self.stages = try variant.depths.enumerated().map { (index, depth) throws(WeightError) in
            try SwinStage(
                scope["layers"]["\(index)"], merging: index > 0 ? scope["layers"]["\(index - 1)"]["downsample"] : nil,
                norm: scope["norm\(index)"], channels: channels[index], depth: depth, window: variant.window)
        }
    }

    /// The maps at strides 4, 8, 16 and 32 of a normalised picture `[N, H, W, 3]`; sizes that do not divide are rounded up.
    func callAsFunction(_ image: Value) -> [Value] {
        var x = embedding(image)
        return stages.map { stage in
            x = stage(x)
            return stage.norm(x)
        }
    }
}

/// Patches of 4 × 4 pixels become tokens.
struct PatchEmbedding: Sendable {
    private static let side = 4
    private let projection: Convolution2D
    private let norm: LayerNormalization

    init(_ scope: WeightScope, channels: Int) throws(WeightError) {
        self.projection = try Convolution2D(
            scope["proj"], inputs: 3, outputs: channels, kernel: Self.side, stride: Self.side, padding: .init(0))
        self.norm = try LayerNormalization(scope["norm"], channels: channels)
    }

    func callAsFunction(_ image: Value) -> Value {
        norm(projection(image.framed(toMultiplesOf: Self.side)))
    }
}

/// A stage: patch merging in all but the first, then pairs of blocks, of which every second one shifts its windows.
struct SwinStage: Sendable {
    let merging: PatchMerging2D?
    let blocks: [SwinBlock]
    /// Of the map that leaves the encoder, not of what the next stage gets.
    let norm: LayerNormalization

    init(
        _ scope: WeightScope, merging: WeightScope?, norm: WeightScope, channels: Int, depth: Int, window: Int
    ) throws(WeightError) {
        self.merging = if let merging { try PatchMerging2D(merging, channels: channels / 2) } else { nil }
        self.blocks = try (0..<depth).map { (index) throws(WeightError) in
            try SwinBlock(
                scope["blocks"]["\(index)"], channels: channels, window: window,
                shift: index.isMultiple(of: 2) ? 0 : window / 2)
        }
        self.norm = try LayerNormalization(norm, channels: channels)
    }

    func callAsFunction(_ x: Value) -> Value {
        blocks.reduce(merging?(x) ?? x) { $1($0) }
    }
}

/// Two by two tokens become one of twice the channels.
struct PatchMerging2D: Sendable {
    private let merging: PatchMerging
    private let label: String
    private let reduction: Convolution2D

    /// Binds `norm` and `reduction`.
    init(_ scope: WeightScope, channels: Int) throws(WeightError) {
        let norm = try LayerNormalization(scope["norm"], channels: 4 * channels)
        self.merging = PatchMerging(norm: norm.norm)
        self.label = norm.label
        self.reduction = try Convolution2D(
            scope["reduction"], inputs: 4 * channels, outputs: 2 * channels, kernel: 1, hasBias: false)
    }

    func callAsFunction(_ x: Value) -> Value { reduction(x.graph.append(merging, [x], label: label)) }
}

/// A block (figure 3b): attention within windows, then two linear layers at every token, each with a norm before it and
/// added to its input.
struct SwinBlock: Sendable {
    let norm1, norm2: LayerNormalization
    let attention: ShiftedWindowAttention
    private let expand, contract: Convolution2D

    init(_ scope: WeightScope, channels: Int, window: Int, shift: Int) throws(WeightError) {
        self.norm1 = try LayerNormalization(scope["norm1"], channels: channels)
        self.attention = try ShiftedWindowAttention(
            scope["attn"], channels: channels, window: window, shift: shift)
        self.norm2 = try LayerNormalization(scope["norm2"], channels: channels)
        self.expand = try Convolution2D(
            scope["mlp.fc1"], inputs: channels, outputs: 4 * channels, kernel: 1, activation: .gelu)
        self.contract = try Convolution2D(
            scope["mlp.fc2"], inputs: 4 * channels, outputs: channels, kernel: 1)
    }

    func callAsFunction(_ x: Value) -> Value {
        let y = attention(norm1(x)) + x
        return contract(expand(norm2(y))) + y
    }
}

/// Multi-head self-attention within windows, with the linear layers before and after it.
struct ShiftedWindowAttention: Sendable {
    private static let headSize = 32
    private let input, output: Convolution2D
    private let windows: WindowAttention
    private let label: String

    /// Binds `qkv`, `relative_position_bias_table` and `proj`. Which row of the table is whose is known, so
    /// `relative_position_index` is not read.
    init(_ scope: WeightScope, channels: Int, window: Int, shift: Int) throws(WeightError) {
        scope.ignore("relative_position_index")
        let heads = channels / Self.headSize
        let displacements = (2 * window - 1) * (2 * window - 1)
        scope.note(LayerForm(.positionBias, weight: [displacements, heads], hasBias: false))
        let table = try scope.tensor("relative_position_bias_table", shape: [displacements, heads])
        let bias = try scope.tensor("qkv.bias", shape: [3 * channels])
        do throws(TensorError) {
            self.windows = try table.withValues { (table) throws(TensorError) in
                try WindowAttention(heads: heads, side: window, shift: shift, bias: bias, positions: table)
            }
        } catch {
            throw .outOfMemory(file: scope.file, byteCount: table.count * MemoryLayout<Float>.stride)
        }
        self.input = try Convolution2D(scope["qkv"], inputs: channels, outputs: 3 * channels, kernel: 1)
        self.output = try Convolution2D(scope["proj"], inputs: channels, outputs: channels, kernel: 1)
        self.label = scope.path
    }

    func callAsFunction(_ x: Value) -> Value {
        output(x.graph.append(windows, [input(x)], label: label))
    }
}
