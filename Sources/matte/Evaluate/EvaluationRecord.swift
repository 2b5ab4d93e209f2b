import Files
import MatteEvaluation
import Matting

/// What was measured of one picture. Measures that are not defined, for there is no subject, are left out of JSON and empty
/// in a table.
struct EvaluationRecord: Encodable {
    let image: String
    let imageBase64: String?
    let category: String
    /// In pixels, upright.
    let width: Int
    let height: Int
    /// "picture", or "unknown" where a trimap limits the sums.
    let area: String
    /// Whether the truth has a subject, and whether the result has one.
    let trueSubject: Bool
    let foundSubject: Bool
    let mae: Double
    let mse: Double
    let sad: Double
    let gradient: Double
    let connectivity: Double
    let iou: Double?
    let maxF: Double?
    let boundaryIoU: Double?
    /// How many subjects there are, and how many were found; nil where the truth does not separate them.
    let trueSubjects: Int?
    let foundSubjects: Int?
    /// The average precision of this picture's subjects alone.
    let ap: Double?
    let ap50: Double?
    /// What the network itself expected the mean absolute error to be, where it tells.
    let expectedError: Double?
    /// What it expected the IoU to be; of an empty matte, how sure it was that there is no subject.
    let expectedOverlap: Double?
    let emptiness: Double?
    /// The share of validation pictures of which it was less sure.
    let confidence: Double?
    /// Network and refinement.
    let milliseconds: Double

    init(
        _ item: EvaluationSet.Case, _ result: MattingResult, _ metrics: MatteMetrics, _ subjects: SubjectMetrics?,
        _ profile: MattingProfile
    ) {
        var alone = SubjectMetricsSummary()
        if let subjects { alone.add(subjects) }
        self.image = item.image.description
        self.imageBase64 = item.image.base64
        self.category = item.category
        self.width = result.image.width
        self.height = result.image.height
        self.area = item.trimap == nil ? "picture" : "unknown"
        self.trueSubject = metrics.truthHasSubject
        self.foundSubject = metrics.predictionHasSubject
        self.mae = metrics.meanAbsoluteError
        self.mse = metrics.meanSquaredError
        self.sad = metrics.sumOfAbsoluteDifferences
        self.gradient = metrics.gradientError
        self.connectivity = metrics.connectivityError
        self.iou = metrics.intersectionOverUnion
        self.maxF = metrics.maximumFMeasure
        self.boundaryIoU = metrics.boundaryIntersectionOverUnion
        self.trueSubjects = subjects?.trueCount
        self.foundSubjects = subjects?.foundCount
        self.ap = alone.averagePrecision
        self.ap50 = alone.averagePrecision50
        self.expectedError = result.confidence?.expectedError
        self.expectedOverlap = result.confidence?.expectedOverlap
        self.emptiness = result.confidence?.emptiness
        self.confidence = result.confidence?.score
        self.milliseconds = (profile[.network] + profile[.refinement]).milliseconds
    }

    /// The columns of `--tsv`, one place for their names and their cells.
    private static let columns: [(name: String, cell: @Sendable (EvaluationRecord) -> String)] = [
        ("image", { $0.image }), ("category", { $0.category }), ("width", { "\($0.width)" }),
        ("height", { "\($0.height)" }), ("area", { $0.area }), ("trueSubject", { "\($0.trueSubject)" }),
        ("foundSubject", { "\($0.foundSubject)" }), ("mae", { "\($0.mae)" }), ("mse", { "\($0.mse)" }),
        ("sad", { "\($0.sad)" }), ("gradient", { "\($0.gradient)" }), ("connectivity", { "\($0.connectivity)" }),
        ("iou", { optional($0.iou) }), ("maxF", { optional($0.maxF) }), ("boundaryIoU", { optional($0.boundaryIoU) }),
        ("trueSubjects", { optional($0.trueSubjects) }), ("foundSubjects", { optional($0.foundSubjects) }),
        ("ap", { optional($0.ap) }), ("ap50", { optional($0.ap50) }),
        ("expectedError", { optional($0.expectedError) }), ("expectedOverlap", { optional($0.expectedOverlap) }),
        ("emptiness", { optional($0.emptiness) }), ("confidence", { optional($0.confidence) }),
        ("milliseconds", { "\($0.milliseconds)" }),
    ]

    private static func optional(_ value: (some CustomStringConvertible)?) -> String { value.map { "\($0)" } ?? "" }

    /// The header row of `--tsv`.
    static var header: String { columns.map(\.name).joined(separator: "\t") }

    /// The picture's row of `--tsv`; a tab in a name would begin a column.
    var row: String { Self.columns.map { Console.escaped($0.cell(self)) }.joined(separator: "\t") }
}

/// What `--json` says of a picture that could not be evaluated.
struct EvaluationFailure: Encodable {
    let image: String
    let imageBase64: String?
    let error: String

    init(_ image: BytePath, error: String) {
        self.image = image.description
        self.imageBase64 = image.base64
        self.error = error
    }
}
