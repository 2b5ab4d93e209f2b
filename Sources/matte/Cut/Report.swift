/// What `--json` says of a picture that was cut.
struct Report: Encodable {
    let input: String
    let output: String
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

    struct Milliseconds: Encodable {
        let decode: Double
        let matte: Double
        let write: Double
    }
}
