import MatteEvaluation
import Matting

/// What `matte benchmark` prints for people.
struct BenchmarkText {
    private let report: BenchmarkReport
    private let picture: String
    private let options: MattingOptions
    private let listsAllLayers: Bool

    /// As many of the slowest layers as are printed without `--layers`.
    private static let layerCount = 10

    init(_ report: BenchmarkReport, picture: String, options: MattingOptions, listsAllLayers: Bool) {
        self.report = report
        self.picture = picture
        self.options = options
        self.listsAllLayers = listsAllLayers
    }

    var lines: [String] {
        ([circumstances, stages, network] + algorithms + layers).map(\.lines).joined(separator: [""]).map { $0 }
    }

    // MARK: What was measured

    private var circumstances: Table {
        let (width, height, byteCount) = report.picture
        var table = Table([.left, .left])
        table.add(["picture", "\(picture), \(width)×\(height), a file of \(byteCount.bytesText)"])
        table.add([
            "weights",
            "\(report.weights): \(report.architecture), input \(report.inputSize.width)×\(report.inputSize.height)",
        ])
        let load = report.load.map { ", load \($0.fixed(2)) before" } ?? ""
        table.add([
            "machine",
            "\(Machine.processorName ?? "unknown processor"), \(Self.count(Machine.processorCount, "processor"))\(load)",
        ])
        let preference =
            switch options.memoryUse {
            case .fastest: "fastest algorithms"
            case .small: "small memory"
            }
        table.add(["engine", "\(Machine.instructionSet) kernels, \(preference)"])
        return table
    }

    /// The first run beside the medians of the warm ones.
    private var stages: Table {
        let series = report.series
        var table = Table([.left, .right] + series.flatMap { _ in [.right, .right] })
        table.add(
            ["", "first run"] + series.flatMap { ["\(Self.count($0.runs.count, "run"))", ""] })
        table.add(["", Self.threads(series[0])] + series.flatMap { [Self.threads($0), ""] })
        table.add(["stage", "ms"] + series.flatMap { _ in ["median ms", "share"] })
        table.rule()

        func add(_ name: String, _ first: Duration, _ value: (BenchmarkReport.Run) -> Duration) {
            table.add(
                [name, first.text]
                    + series.flatMap { series in
                        let median = series.median(value)
                        return [median.text, Self.share(median, of: series.median(\.total))]
                    })
        }
        table.add(["load the weights", report.loading.text])
        for stage in MattingProfile.Stage.allCases {
            let first = report.firstRun.profile[stage]
            // Plans are kept: a warm run has none to make.
            if stage == .plan {
                table.add([stage.description, first.text])
            } else {
                add(stage.description, first) { $0.profile[stage] }
            }
        }
        add("everything else", report.firstRun.rest) { $0.rest + $0.profile[.plan] }
        table.rule()
        table.add(
            ["file to file", (report.loading + report.firstRun.total).text]
                + series.flatMap { [$0.median(\.total).text, "100 %"] })
        table.add(["fastest", ""] + series.flatMap { [$0.fastest.text, ""] })
        return table
    }

    private var network: Table {
        var table = Table([.left, .left])
        for series in report.series {
            guard let profile = series.runs.first?.profile else { continue }
            let time = series.median { $0.profile[.network] }
            let work = Double(profile.multiplyAccumulates)
            table.add([
                "network, \(Self.threads(series))",
                "\((work / 1e9).fixed(2)) GMAC in \(time.text) ms: \((work / 1e6 / time.milliseconds).fixed(1)) GMAC/s",
            ])
            table.add([
                "memory, \(Self.threads(series))",
                "\(profile.mapByteCount.bytesText) for all maps, \(profile.scratchByteCount.bytesText) of scratch",
            ])
        }
        table.add(["memory, peak", report.peakMemory.map { "\($0.bytesText) of the whole process" } ?? "unknown"])
        return table
    }

    // MARK: The network

    private var algorithms: [Table] {
        report.series.map { series in
            let layers = series.layers
            let whole = layers.reduce(Duration.zero) { $0 + $1.duration }
            var table = Table([.left, .left, .right, .right, .right, .right])
            table.add(["by algorithm, \(Self.threads(series))", "", "layers", "median ms", "share", "GMAC/s"])
            table.rule()
            for share in BenchmarkReport.algorithms(layers) {
                table.add([
                    share.kind, share.algorithm ?? "", "\(share.layerCount)", share.duration.text,
                    Self.share(share.duration, of: whole), Self.rate(share.multiplyAccumulates, share.duration),
                ])
            }
            return table
        }
    }

    private var layers: [Table] {
        report.series.map { series in
            let layers = series.layers
            let whole = layers.reduce(Duration.zero) { $0 + $1.duration }
            let shown =
                listsAllLayers
                ? layers : Array(layers.sorted { $0.duration > $1.duration }.prefix(Self.layerCount))
            let title =
                shown.count == layers.count
                ? "all layers, \(Self.threads(series))"
                : "slowest \(shown.count) of \(layers.count) layers, \(Self.threads(series))"
            var table = Table([.left, .left, .left, .right, .right, .right, .right])
            table.add([title, "work", "algorithm", "output", "median ms", "share", "GMAC/s"])
            table.rule()
            for layer in shown {
                let shape = layer.outputShape
                table.add([
                    layer.name.isEmpty ? "–" : layer.name, layer.work, layer.algorithm ?? "",
                    "\(shape.width)×\(shape.height)×\(shape.channels)", layer.duration.text,
                    Self.share(layer.duration, of: whole), Self.rate(layer.multiplyAccumulates, layer.duration),
                ])
            }
            return table
        }
    }

    // MARK: Numbers

    private static func count(_ count: Int, _ noun: String) -> String { "\(count) \(noun)\(count == 1 ? "" : "s")" }

    private static func threads(_ series: BenchmarkReport.Series) -> String { count(series.threadCount, "thread") }

    private static func share(_ part: Duration, of whole: Duration) -> String {
        "\((part.milliseconds / whole.milliseconds * 100).fixed(0)) %"
    }

    /// Empty for layers that only move values.
    private static func rate(_ multiplyAccumulates: Int, _ duration: Duration) -> String {
        multiplyAccumulates == 0 ? "" : duration.gmacPerSecond(multiplyAccumulates).fixed(1)
    }
}

extension Duration {
    /// Milliseconds, to a hundredth.
    fileprivate var text: String { milliseconds.fixed(2) }

    func gmacPerSecond(_ multiplyAccumulates: Int) -> Double { Double(multiplyAccumulates) / 1e6 / milliseconds }
}
