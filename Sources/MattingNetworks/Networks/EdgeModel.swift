import TensorCore
import Threads
import WeightFiles

/// The edge network with its weights, ready to run on crops of any size from any number of threads.
package final class EdgeModel: Sendable {
    /// What a file's metadata calls this network.
    package static let architecture = "edge-attention"
    /// Channels of a crop: red, green, blue; the coarse matte; the colours of subject and background nearby; how far the
    /// pixel is on the way between them, how near that way, and how well they can be told apart, all as 2v − 1; and 0
    /// (certain) to 1 (unknown).
    package static let inputChannels = EdgeNetwork.inputChannels
    /// Sides of a crop are multiples of this.
    package static let multiple = EdgeNetwork.multiple

    private let network: PlannedNetwork
    /// The weight file's name, for errors.
    private let file: String

    /// Whether a file holds this network: its metadata says so or, where it says nothing, a tensor that no other has.
    package static func isRecognized(in file: WeightFile) -> Bool {
        if let stated = file.architecture { return stated == architecture }
        let binder = WeightBinder(file)
        return isRecognized(binder.root(where: isRecognized))
    }

    /// Whether a scope holds this network.
    static func isRecognized(_ scope: WeightScope) -> Bool { scope.shape("stem.weight") == [16, inputChannels, 3, 3] }

    /// Binds every tensor. A file that does not say what it holds is tried; its tensors tell.
    ///
    /// - Throws: ``WeightError``; one error names everything that is missing, unused, misshaped or not finite.
    package init(_ file: WeightFile) throws(WeightError) {
        if !Self.isRecognized(in: file), let other = try? Architecture(of: file) {
            throw .notEdgeNetwork(file: file.name, architecture: other.name)
        }
        guard file.architecture ?? Self.architecture == Self.architecture else {
            throw .unknownArchitecture(file: file.name, stated: file.architecture, known: [Self.architecture])
        }
        let binder = WeightBinder(file)
        let network = try EdgeNetwork(binder.root(where: Self.isRecognized))
        try binder.finish()
        self.network = PlannedNetwork(preferring: .speed) { crop, _, _ in [network(crop)] }
        self.file = file.name
    }

    /// Alpha `[N, H, W, 1]` in `[0, 1]` of crops `[N, H, W, 14]`.
    ///
    /// - Parameter observe: called after each layer; what it throws stops the run.
    /// - Throws: ``TensorError``, ``WeightError/nonFiniteOutput(file:)`` or what `observe` throws.
    package func predict(_ crops: Tensor, pool: ThreadPool, observe: () throws -> Void = {}) throws -> Tensor {
        let plan = try network.plan(crops.shape, observe: observe)
        let alpha = try withoutActuallyEscaping(observe) { observe in
            try network.run(plan, crops, pool: pool) { _ in try observe() }[0]
        }
        guard alpha.isFinite else { throw WeightError.nonFiniteOutput(file: file) }
        return alpha
    }
}
