import KernelInterface
import TensorCore
import WeightFiles

/// Atrous spatial pyramid pooling (Chen et al., *Rethinking Atrous Convolution for Semantic Image Segmentation*, 2017)
/// whose branches are deformable convolutions of kernels 1, 1, 3 and 7, beside the mean of the whole map.
struct DeformableASPP: Sendable {
    private let branches: [DeformableConvolution2D]
    private let average: Convolution2D
    /// What the 1×1 convolution over the joined branches does with each, that of the mean last.
    private let projections: [Convolution2D]

    /// Channels of the map that comes in and goes out, and of each branch.
    static let channels = 64, branchChannels = 256

    /// Binds `aspp1`, `aspp_deforms.0` to `.2`, `global_avg_pool`, `conv1` and `bn1` under `scope`.
    init(_ scope: WeightScope) throws(WeightError) {
        let (channels, width) = (Self.channels, Self.branchChannels)
        let names = [("aspp1", 1), ("aspp_deforms.0", 1), ("aspp_deforms.1", 3), ("aspp_deforms.2", 7)]
        self.branches = try names.map { (name, kernel) throws(WeightError) in
            try DeformableConvolution2D(scope[name], inputs: channels, outputs: width, kernel: kernel)
        }
        self.average = try Convolution2D(
            scope["global_avg_pool"]["1"], inputs: channels, outputs: width, kernel: 1,
            batchNorm: scope["global_avg_pool"]["2"], hasBias: false, activation: .relu)

        let branchCount = names.count + 1
        let joined = try ConvolutionParameters(
            scope["conv1"], inputs: branchCount * width, outputs: channels, geometry: ConvolutionGeometry(kernel: 1),
            batchNorm: scope["bn1"], hasBias: false)
        self.projections = try (0..<branchCount).map { (branch) throws(WeightError) in
            let weights = (0..<channels).flatMap { output in
                let first = (output * branchCount + branch) * width
                return joined.weight[first..<first + width].map { $0 * (joined.scale?[output] ?? 1) }
            }
            return try Convolution2D(
                fixed: weights, bias: branch == branchCount - 1 ? joined.bias : nil, inputs: width, outputs: channels,
                kernel: 1, file: scope.file, label: scope["conv1"].path)
        }
    }

    /// A 1×1 convolution over joined maps is a sum of one a map, in their order: of 1280 channels no more than 256 exist at
    /// a time.
    func callAsFunction(_ x: Value) -> Value {
        var sum = projections[0](branches[0](x))
        for (branch, project) in zip(branches, projections).dropFirst() { sum = sum + project(branch(x)) }
        let average = projections[branches.count](average(x.globallyAveraged()))
        return (sum + average.resized(like: x, alignsCorners: true)).activated(.relu)
    }
}
