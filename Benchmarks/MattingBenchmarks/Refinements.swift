import ArgumentParser
import Foundation
import ImageCodecs
import MatteEvaluation
import Matting
import Raster

/// Compares ways of refinement on pictures with exact alpha, and times strokes of a brush.
struct Refinements: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Mattes by every refinement against exact ones; with --strokes, times corrections instead.")

    @Argument(help: "Folder of NAME.jpg or NAME.png with NAME.alpha.png beside it.")
    var folder: String = "Tests/Scenes"

    @Option(help: "Pixels by which the trimap of the true alpha reaches beyond what is soft.")
    var band: Int = 10

    @Option(help: "Epsilon of the closed form; see ClosedFormMatting.")
    var epsilon: Float = ClosedFormMatting().epsilon

    @Option(help: "What the matte weighs that the closed form begins with; see ClosedFormMatting.")
    var prior: Float = ClosedFormRefinement().solver.prior

    @Option(help: "The automatic trimap's band at a sharp edge and where doubt is greatest, in pixels; see TrimapBand.")
    var reach: [Int] = []

    @Flag(help: "Time strokes on the pictures, in place of the table.")
    var strokes = false

    @Option(help: "Write mattes into this folder.")
    var keep: String?

    func run() throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: folder).sorted()
        for name in names where name.hasSuffix(".alpha.png") {
            let stem = String(name.dropLast(".alpha.png".count))
            guard let file = names.first(where: { $0 == "\(stem).jpg" || $0 == "\(stem).png" }) else { continue }
            let image = try RasterImage(contentsOf: "\(folder)/\(file)", lenient: true)
            let truth = try AlphaMatte(RasterImage(contentsOf: "\(folder)/\(name)", lenient: true))
            if strokes {
                try timeStrokes(stem, image, truth)
            } else {
                try compare(stem, image, truth)
            }
        }
    }

    private func compare(_ stem: String, _ image: RasterImage, _ truth: AlphaMatte) throws {
        let trimap = try Trimap(truth, band: TrimapBand(leastRadius: band, greatestRadius: band))
        let area = try trimap.image()
        func row(_ method: String, _ body: () throws -> MattingResult) throws {
            let (start, processor) = (ContinuousClock.now, clock())
            let result = try body()
            let wall = (ContinuousClock.now - start).milliseconds
            let time = Double(clock() - processor) * 1000 / Double(CLOCKS_PER_SEC)
            let metrics = try result.alpha.metrics(against: truth, trimap: area)
            print(
                stem, method, String(format: "%.1f", metrics.sumOfAbsoluteDifferences),
                String(format: "%.1f", metrics.gradientError),
                String(format: "%.1f", metrics.connectivityError),
                String(format: "%.0f ms, %.0f of processors", wall, time), separator: "\t")
            if let keep {
                try result.mask().write(to: "\(keep)/\(stem).\(method.replacingOccurrences(of: " ", with: "-")).png")
            }
        }
        let closedForm = ClosedFormRefinement(
            band: TrimapBand(leastRadius: reach.first, greatestRadius: reach.last),
            solver: ClosedFormMatting(epsilon: epsilon, prior: prior))
        let kinds: [(String, MattingOptions.Refinement)] = [
            ("guided", .guided(GuidedUpsampling())), ("edges", .edges(EdgeRefinement())),
            ("closed form", .closedForm(closedForm)),
        ]
        for (name, refinement) in kinds {
            let pipeline = try MattingPipeline(options: MattingOptions(refinement: refinement))
            try row("network, \(name)") { try pipeline.matte(image) }
            try row("trimap, network, \(name)") { try pipeline.matte(image).held(by: trimap) }
        }
        try row("trimap, guided passes") {
            try MattingRefiner().refine(truth.begun(by: trimap), of: image).held(by: trimap)
        }
        try row("trimap, closed form") {
            try MattingResult(image: image, trimap: trimap, solver: ClosedFormMatting(epsilon: epsilon))
        }
    }

    private func timeStrokes(_ stem: String, _ image: RasterImage, _ truth: AlphaMatte) throws {
        let pipeline = try MattingPipeline()
        let result = try pipeline.matte(image)
        let side = Double(max(image.width, image.height))
        let (width, height) = (Double(image.width), Double(image.height))
        for (name, kind, radius) in [
            ("subject", Stroke.Kind.subject, 0.006), ("background", .background, 0.006), ("unknown", .unknown, 0.01),
        ] {
            for (x, y) in [(0.5, 0.5), (0.3, 0.4), (0.7, 0.3), (0.5, 0.15)] {
                var session = try CorrectionSession(result)
                let points = (0..<12).map { index in
                    Stroke.Point(
                        x: x * width + Double(index) * side * 0.01, y: y * height + sin(Double(index)) * side * 0.004)
                }
                let (start, processor) = (ContinuousClock.now, clock())
                let changed = try session.apply(Stroke(points, radius: radius * side, kind: kind))
                let wall = (ContinuousClock.now - start).milliseconds
                let time = Double(clock() - processor) * 1000 / Double(CLOCKS_PER_SEC)
                print(
                    stem, "\(image.width)×\(image.height)", name, "\(changed)",
                    String(format: "%.0f ms wall, %.0f ms of processors", wall, time), separator: "\t")
            }
        }
    }
}

extension MattingResult {
    /// With what a trimap says for certain, and no more.
    fileprivate func held(by trimap: Trimap) throws -> MattingResult {
        var values: [Float] = alpha.withValues { Array($0) }
        for y in 0..<trimap.height {
            for x in 0..<trimap.width {
                if trimap[x, y] == .background { values[y * trimap.width + x] = 0 }
                if trimap[x, y] == .foreground { values[y * trimap.width + x] = 1 }
            }
        }
        return try MattingResult(
            image: image, alpha: AlphaMatte(width: trimap.width, height: trimap.height, values: values))
    }
}

extension AlphaMatte {
    /// What a trimap alone says, the unknown half.
    fileprivate func begun(by trimap: Trimap) throws -> AlphaMatte {
        var values: [Float] = []
        for y in 0..<trimap.height {
            for x in 0..<trimap.width {
                values.append(trimap[x, y] == .foreground ? 1 : trimap[x, y] == .background ? 0 : 0.5)
            }
        }
        return try AlphaMatte(width: trimap.width, height: trimap.height, values: values)
    }
}
