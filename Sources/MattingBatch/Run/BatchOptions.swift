import Raster

/// How a batch is run; what is made of pictures is said by ``BatchRules``.
public struct BatchOptions: Sendable {
    /// Pictures that are computed at once, each on one thread; 1 shares all threads within one picture at a time, which takes
    /// less memory. nil is one for each usable processor.
    public var picturesAtOnce: Int?
    /// What is refused of pictures.
    public var limits: DecodingLimits
    /// Whether truncated and damaged pictures are taken with what can be read of them.
    public var isLenient: Bool
    /// The part of the batch that is done here; nil is all of it.
    public var shard: BatchShard?
    /// Whether files are replaced that are there and that no manifest says a batch wrote.
    public var overwrites: Bool
    /// What else decides what is made, such as the options of the pipeline, in words; pictures are made again where it changes.
    public var fingerprint: String
    /// What the manifest says of the weights, such as their SHA-256; pictures are made again where it changes.
    public var weights: String
    /// Is told, in words, of each corrected matte in `manual/done` that fits no picture, while a run begins.
    public var onUnused: @Sendable (String) -> Void = { _ in }
    /// Jobs that were unchanged or done in a run of this process, and whose files have stayed what they were since: they are not
    /// read again.
    package var knownIDs = ByID<Void>()
    /// What wraps each step that writes, for whoever must not end the process within one.
    package var whileWriting: @Sendable (() -> Void) -> Void = { $0() }

    /// The defaults are what `matte batch` uses.
    public init(
        picturesAtOnce: Int? = nil, limits: DecodingLimits = .default, isLenient: Bool = false,
        shard: BatchShard? = nil,
        overwrites: Bool = false, fingerprint: String = "", weights: String = ""
    ) {
        self.picturesAtOnce = picturesAtOnce
        self.limits = limits
        self.isLenient = isLenient
        self.shard = shard
        self.overwrites = overwrites
        self.fingerprint = fingerprint
        self.weights = weights
    }

    func validate() throws(BatchError) {
        if let picturesAtOnce, !(1...1024).contains(picturesAtOnce) {
            throw .invalidOption(name: "picturesAtOnce", value: "\(picturesAtOnce)", allowed: "1 to 1024")
        }
    }
}
