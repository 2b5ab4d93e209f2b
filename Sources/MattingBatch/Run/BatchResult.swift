import Files

/// What became of one picture of a batch.
public struct BatchResult: Sendable {
    /// How it ended.
    public enum Outcome: Sendable, Hashable {
        /// It was made and written.
        case done
        /// A run before has made it, and nothing has changed since.
        case unchanged
        /// It could not be made; why, for people.
        case failed(String)
    }

    /// The picture.
    public let job: BatchJob
    /// How it ended.
    public let outcome: Outcome
    /// What the manifest says of it.
    package let record: ManifestRecord

    /// Where it went; nil where it failed.
    public var lane: BatchLane? { record.lane }
    /// Why it went there, in words.
    public var reasons: [String] { record.reasons }
    /// The intersection over union of matte and subject that the network expects; nil where it does not tell.
    public var confidence: Double? { record.confidence }
    /// The files of it, relative to the folder of results; ``held`` ones are not as the batch would have them.
    public var outputs: [BatchPath] { record.outputs.map { BatchPath($0.path) } }
    /// Files that somebody has changed, or put there, and that are left as they are.
    public var held: [BatchPath] { record.stays.map { BatchPath($0) } }
    /// What is left as it is, or does not count, and why, in words: for people who worked on the picture or decided about it.
    public var remarks: [String] { record.remarks }
    /// What decoding, matting or encoding had to say.
    public var warnings: [String] { record.warnings }
    /// Processor time that it took, in seconds; 0 where it was unchanged.
    public var coreSeconds: Double { if case .unchanged = outcome { 0 } else { record.coreSeconds } }
}
