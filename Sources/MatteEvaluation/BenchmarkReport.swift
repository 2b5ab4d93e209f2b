import Matting

/// What ``PipelineBenchmark`` measured.
package struct BenchmarkReport: Sendable {
    /// One way from file to file.
    package struct Run: Sendable {
        package let profile: MattingProfile
        /// By the clock on the wall.
        package let total: Duration

        /// What belongs to no stage: giving memory back, for the most part.
        package var rest: Duration { total - profile.total }
    }

    /// Warm runs on one number of threads.
    package struct Series: Sendable {
        package let threadCount: Int
        /// At least one.
        package internal(set) var runs: [Run] = []

        /// The median of something over the runs.
        package func median(_ value: (Run) -> Duration) -> Duration { Duration.median(runs.map(value)) }

        /// The time of the fastest run.
        package var fastest: Duration { runs.map(\.total).min() ?? .zero }

        /// The layers in the order in which they run, each with the median of its times.
        package var layers: [LayerProfile] {
            guard var layers = runs.first?.profile.layers else { return [] }
            for index in layers.indices {
                layers[index].duration = median { $0.profile.layers[index].duration }
            }
            return layers
        }
    }

    /// Layers of one kind that got the same algorithm.
    package struct AlgorithmShare: Sendable {
        package let kind: String
        package let algorithm: String?
        package internal(set) var layerCount = 0
        package internal(set) var multiplyAccumulates = 0
        package internal(set) var duration = Duration.zero
    }

    package let picture: (width: Int, height: Int, byteCount: Int)
    /// The name of the weight file.
    package let weights: String
    package let architecture: String
    /// Of the network, for this picture.
    package let inputSize: (width: Int, height: Int)
    /// Processes that wanted to run before this one began to measure.
    package let load: Double?
    /// Reading the weights, checking them, folding norms.
    package let loading: Duration
    /// The first picture of the process, on the first number of threads.
    package let firstRun: Run
    package let series: [Series]
    package let peakMemory: Int?

    /// Sums of layers by kind and algorithm, longest first.
    package static func algorithms(_ layers: [LayerProfile]) -> [AlgorithmShare] {
        var shares: [AlgorithmShare] = []
        for layer in layers {
            let index =
                shares.firstIndex { $0.kind == layer.kind && $0.algorithm == layer.algorithm } ?? shares.endIndex
            if index == shares.endIndex {
                shares.append(AlgorithmShare(kind: layer.kind, algorithm: layer.algorithm))
            }
            shares[index].layerCount += 1
            shares[index].multiplyAccumulates += layer.multiplyAccumulates
            shares[index].duration += layer.duration
        }
        return shares.sorted { $0.duration > $1.duration }
    }
}

extension Duration {
    /// The middle one, or the mean of the two in the middle; zero of none.
    static func median(_ durations: [Duration]) -> Duration {
        guard !durations.isEmpty else { return .zero }
        let sorted = durations.sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
}
