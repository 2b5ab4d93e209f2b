import Matting

/// Pipelines on the embedded weights, loaded once for all tests.
enum SharedPipeline {
    /// As `matte cut` uses it.
    static let standard = Result { try MattingPipeline() }

    /// One that always finds a subject, so that tests of what follows the network do not depend on its taste.
    static let certain = Result { try MattingPipeline(options: MattingOptions(subjectThreshold: 0)) }
}
