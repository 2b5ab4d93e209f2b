import MatteEvaluation
import Matting

/// What `matte benchmark --json` prints. Times are milliseconds, memory is bytes.
struct BenchmarkSummary: Encodable {
    let picture: Picture
    let weights: Weights
    let machine: Machine
    /// "fastest" or "small".
    let memoryUse: String
    let loadWeights: Double
    /// The first picture of the process.
    let firstRun: Run
    /// Medians of the warm runs, one entry a number of threads.
    let warm: [Series]
    let peakMemory: Int?

    struct Picture: Encodable {
        let source: String
        let width: Int
        let height: Int
        let bytes: Int
    }

    struct Weights: Encodable {
        let file: String
        let architecture: String
        let inputWidth: Int
        let inputHeight: Int
    }

    struct Machine: Encodable {
        let processor: String?
        let processors: Int
        let load: Double?
        let instructionSet: String
    }

    struct Run: Encodable {
        let threads: Int
        let total: Double
        let stages: [String: Double]
        /// What of the total belongs to no stage.
        let rest: Double
    }

    struct Series: Encodable {
        let threads: Int
        let runs: Int
        let total: Double
        let fastest: Double
        let stages: [String: Double]
        let rest: Double
        let gmac: Double
        let gmacPerSecond: Double?
        let mapMemory: Int
        let scratchMemory: Int
        let algorithms: [Algorithm]
        let layers: [Layer]
    }

    struct Algorithm: Encodable {
        let kind: String
        let algorithm: String?
        let layers: Int
        let milliseconds: Double
        let gmac: Double
    }

    struct Layer: Encodable {
        let name: String
        let work: String
        let algorithm: String?
        /// Height, width, channels.
        let output: [Int]
        let milliseconds: Double
        let gmac: Double
    }

    init(_ report: BenchmarkReport, picture: String, options: MattingOptions) {
        self.picture = Picture(
            source: picture, width: report.picture.width, height: report.picture.height,
            bytes: report.picture.byteCount)
        self.weights = Weights(
            file: report.weights, architecture: report.architecture, inputWidth: report.inputSize.width,
            inputHeight: report.inputSize.height)
        self.machine = Machine(
            processor: MatteEvaluation.Machine.processorName, processors: MatteEvaluation.Machine.processorCount,
            load: report.load,
            instructionSet: MatteEvaluation.Machine.instructionSet)
        self.memoryUse = options.memoryUse.rawValue
        self.loadWeights = report.loading.milliseconds
        self.firstRun = Run(
            threads: report.series[0].threadCount, total: report.firstRun.total.milliseconds,
            stages: Self.stages { report.firstRun.profile[$0] }, rest: report.firstRun.rest.milliseconds)
        self.warm = report.series.map(Series.init)
        self.peakMemory = report.peakMemory
    }

    fileprivate static func stages(_ time: (MattingProfile.Stage) -> Duration) -> [String: Double] {
        Dictionary(uniqueKeysWithValues: MattingProfile.Stage.allCases.map { ($0.rawValue, time($0).milliseconds) })
    }
}

extension BenchmarkSummary.Series {
    fileprivate init(_ series: BenchmarkReport.Series) {
        let profile = series.runs[0].profile
        let layers = series.layers
        let network = series.median { $0.profile[.network] }
        self.threads = series.threadCount
        self.runs = series.runs.count
        self.total = series.median(\.total).milliseconds
        self.fastest = series.fastest.milliseconds
        self.stages = BenchmarkSummary.stages { stage in series.median { $0.profile[stage] } }
        self.rest = series.median(\.rest).milliseconds
        self.gmac = Double(profile.multiplyAccumulates) / 1e9
        // No network is so fast that its time is zero, but JSON has no word for infinity.
        self.gmacPerSecond = network > .zero ? network.gmacPerSecond(profile.multiplyAccumulates) : nil
        self.mapMemory = profile.mapByteCount
        self.scratchMemory = profile.scratchByteCount
        self.algorithms = BenchmarkReport.algorithms(layers).map {
            BenchmarkSummary.Algorithm(
                kind: $0.kind, algorithm: $0.algorithm, layers: $0.layerCount,
                milliseconds: $0.duration.milliseconds, gmac: Double($0.multiplyAccumulates) / 1e9)
        }
        self.layers = layers.map {
            BenchmarkSummary.Layer(
                name: $0.name, work: $0.work, algorithm: $0.algorithm,
                output: [$0.outputShape.height, $0.outputShape.width, $0.outputShape.channels],
                milliseconds: $0.duration.milliseconds, gmac: Double($0.multiplyAccumulates) / 1e9)
        }
    }
}
