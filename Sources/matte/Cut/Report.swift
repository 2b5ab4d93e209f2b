import MattingBatch

/// What `--json` says of a picture that was cut.
struct Report: Encodable {
    let input: String
    /// The name's bytes, where they are no text.
    let inputBase64: String?
    let output: String
    let outputBase64: String?
    /// The number of the subject, where each is written by itself.
    let subject: Int?
    /// Where the trimap was written.
    let trimap: String?
    /// Of the photograph, upright.
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

    init(_ job: Job, _ outcome: CutWork.Outcome, _ written: CutWork.Written) {
        let confidence = outcome.result.confidence
        self.input = job.input.argument.description
        self.inputBase64 = job.input.argument.base64
        self.output = written.output.argument.description
        self.outputBase64 = written.output.argument.base64
        self.subject = written.subject
        self.trimap = job.trimap?.argument.description
        self.width = outcome.image.width
        self.height = outcome.image.height
        self.hasSubject = written.hasSubject
        self.coverage = written.coverage
        self.confidence = confidence?.score
        self.expectedError = confidence?.expectedError
        self.warnings = written.warnings
        self.milliseconds = Milliseconds(
            decode: outcome.decode.milliseconds, matte: outcome.matte.milliseconds,
            write: outcome.write.milliseconds)
    }

    struct Milliseconds: Encodable {
        let decode: Double
        let matte: Double
        let write: Double
    }
}
