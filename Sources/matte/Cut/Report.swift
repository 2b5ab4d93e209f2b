import MattingBatch

/// What `--json` says of a picture that was cut.
struct Report: Encodable {
    let input: String
    /// The name's bytes, where they are no text.
    let inputBase64: String?
    let output: String
    let outputBase64: String?
    let width: Int
    let height: Int
    /// Whether a subject was found; without one the matte is empty.
    let hasSubject: Bool
    /// The share of the picture that the subject covers, in [0, 1].
    let coverage: Double
    /// The share of validation pictures of which the network was less sure, in [0, 1]; absent where it does not tell.
    let confidence: Double?
    /// The expected mean absolute error of alpha, in [0, 1]; absent where the network does not tell.
    let expectedError: Double?
    let warnings: [String]
    let milliseconds: Milliseconds

    init(
        _ job: Job, width: Int, height: Int, hasSubject: Bool, coverage: Double, confidence: Double?,
        expectedError: Double?, warnings: [String], milliseconds: Milliseconds
    ) {
        self.input = job.input.argument.description
        self.inputBase64 = job.input.argument.base64
        self.output = job.output.argument.description
        self.outputBase64 = job.output.argument.base64
        self.width = width
        self.height = height
        self.hasSubject = hasSubject
        self.coverage = coverage
        self.confidence = confidence
        self.expectedError = expectedError
        self.warnings = warnings
        self.milliseconds = milliseconds
    }

    struct Milliseconds: Encodable {
        let decode: Double
        let matte: Double
        let write: Double
    }
}
