import WeightFiles

extension NestedUNet {
    /// Channels inside and at the output of each stage.
    struct Widths: Sendable {
        let encoder: [(middle: Int, outputs: Int)]
        /// From stage 5d up to stage 1d.
        let decoder: [(middle: Int, outputs: Int)]

        /// U²-Net's and IS-Net's.
        static let full = Widths(
            encoder: [(32, 64), (32, 128), (64, 256), (128, 512), (256, 512), (256, 512)],
            decoder: [(256, 512), (128, 256), (64, 128), (32, 64), (16, 64)])
        /// U²-Net-p's.
        static let small = Widths(
            encoder: [(middle: Int, outputs: Int)](repeating: (16, 64), count: 6),
            decoder: [(middle: Int, outputs: Int)](repeating: (16, 64), count: 5))
    }
}

extension NestedUNet.Widths {
    /// The full ones, or what a file has in their place: of a stage its first inner convolution tells both numbers.
    ///
    /// More than the paper's would let a small file ask for much memory.
    init(of scope: WeightScope) {
        let full = NestedUNet.Widths.full
        func widths(_ stage: Stage, _ full: (middle: Int, outputs: Int)) -> (middle: Int, outputs: Int) {
            guard let shape = scope.shape(stage.tensor), shape.count == 4 else { return full }
            return (min(shape[0], full.middle), min(shape[1], full.outputs))
        }
        self.encoder = zip(Self.stages.prefix(6), full.encoder).map { widths($0, $1) }
        self.decoder = zip(Self.stages.suffix(5), full.decoder).map { widths($0, $1) }
    }

    /// What ``init(of:)`` asks a file for, as the layers of a graph have it.
    static func shapes(in layers: [GraphLayer]) -> [String: [Int]] {
        let convolutions = layers.filter { $0.kind == .convolution }
        var shapes: [String: [Int]] = [:]
        var first = 0
        for stage in stages {
            if convolutions.indices.contains(first + 1) { shapes[stage.tensor] = convolutions[first + 1].weight.shape }
            first += stage.layerCount
        }
        return shapes
    }

    private struct Stage {
        let name: String
        /// Of its residual U-block.
        let levels: Int
        /// The convolution behind its first one, from outside to inside.
        var tensor: String { "\(name).rebnconv1.conv_s1.weight" }
        /// One at its entry, and one each on the way down and up.
        var layerCount: Int { 2 * levels }
    }

    /// In the order of the data.
    private static let stages =
        zip(1...6, [7, 6, 5, 4, 4, 4]).map { Stage(name: "stage\($0)", levels: $1) }
        + zip([5, 4, 3, 2, 1], [4, 4, 5, 6, 7]).map { Stage(name: "stage\($0)d", levels: $1) }
}
