import TensorCore
import WeightFiles

/// A guided filter whose coefficients a small network predicts (Wu, Zheng, Zhang, Huang, *Fast End-to-End Trainable Guided
/// Filter*, CVPR 2018), as Robust Video Matting has it: from moments on a coarse grid to alpha and foreground on a fine one.
struct DeepGuidedFilter: Sendable {
    private let guide: Convolution2D
    private let window: Convolution2D
    private let slopes: [Convolution2D]

    /// Binds `box_filter` and `conv.0 … conv.6` under `scope`.
    init(_ scope: WeightScope) throws(WeightError) {
        // Red, green, blue and their mean: the guides of the foreground's channels and of alpha.
        self.guide = try Convolution2D(
            fixed: Self.guides.flatMap { [$0.x, $0.y, $0.z] }, inputs: 3, outputs: 4, kernel: 1, file: scope.file)
        // One filter for the four maps whose means are taken, side by side: the weights four times.
        let filter = scope["box_filter"]
        let shape = [4, 1, 3, 3]
        filter.note(LayerForm(.convolution, weight: shape, groups: 4, hasBias: false))
        let box = try filter.tensor("weight", shape: shape).values
        self.window = try Convolution2D(
            fixed: box + box + box + box, inputs: 16, outputs: 16, kernel: 3, groups: 16, file: scope.file,
            label: filter.path)
        let conv = scope["conv"]
        self.slopes = [
            try Convolution2D(
                conv["0"], inputs: 24, outputs: 16, kernel: 1, batchNorm: conv["1"], hasBias: false, activation: .relu),
            try Convolution2D(
                conv["3"], inputs: 16, outputs: 16, kernel: 1, batchNorm: conv["4"], hasBias: false, activation: .relu),
            try Convolution2D(conv["6"], inputs: 16, outputs: 4, kernel: 1),
        ]
    }

    /// The weights of red, green and blue in the guides of the foreground's three channels and of alpha.
    private static let guides: [SIMD3<Float>] = [
        SIMD3(1, 0, 0), SIMD3(0, 1, 0), SIMD3(0, 0, 1), SIMD3(repeating: 1 / 3),
    ]

    /// Alpha `[N, H, W, 1]`, clamped to `[0, 1]`, and foreground minus picture `[N, H, W, 3]`, on the fine grid.
    ///
    /// - Parameters:
    ///   - image: the fine picture, `[N, H, W, 3]`.
    ///   - picture: the coarse one, `[N, h, w, 3]`.
    ///   - coarse: foreground minus picture and alpha on the coarse grid, `[N, h, w, 4]`.
    ///   - features: `[N, h, w, 16]`.
    func callAsFunction(
        _ image: Value, picture: Value, coarse: Value, features: Value
    ) -> (alpha: Value, residual: Value) {
        let x = guide(picture)
        let moments = window(concatenate(x, coarse, x * coarse, x * x))
        let meanX = moments.channels(0..<4)
        let meanY = moments.channels(4..<8)
        let covariance = moments.channels(8..<12).subtractingProduct(of: meanX, meanY)
        let variance = moments.channels(12..<16).subtractingProduct(of: meanX, meanX)

        var slope = concatenate(covariance, variance, features)
        for convolution in slopes { slope = convolution(slope) }
        let offset = meanY.subtractingProduct(of: slope, meanX)

        func refined(_ channels: Range<Int>, clamps: Bool) -> Value {
            image.graph.append(
                GuidedLinear(guides: Array(Self.guides[channels]), activation: clamps ? .clamped : .none),
                [image, slope.channels(channels), offset.channels(channels)])
        }
        return (refined(3..<4, clamps: true), refined(0..<3, clamps: false))
    }
}
