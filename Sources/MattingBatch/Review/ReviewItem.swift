public import Matting

/// A picture that a person is to look at, as a ``ReviewPage`` shows it.
public struct ReviewItem: Sendable {
    /// What the batch calls the picture, not empty; no two of a page have the same.
    public var id: String
    /// The name that people know it by; any text, shown as it is but for characters that cannot be seen.
    public var name: String
    /// Where the rules sent it, such as `check` or `manual`.
    public var lane: String
    /// What kind of picture it is; empty where nothing is known.
    public var category: String
    /// Larger comes first.
    public var priority: Int
    /// How unsure its matte is, in `[0, 1]`; of equal priority the less sure comes first.
    public var uncertainty: Double
    /// Why it is not published, as the rules say it.
    public var reasons: [String]
    /// What is shown of it, in a text that is another one where the picture or its matte has changed: decisions say it, too, and
    /// count for nothing else. Empty where that is not known.
    public var seen: String

    /// A picture by what is known of it.
    public init(
        id: String, name: String, lane: String, category: String = "", priority: Int = 0, uncertainty: Double = 0,
        reasons: [String] = [], seen: String = ""
    ) {
        self.id = id
        self.name = name
        self.lane = lane
        self.category = category
        self.priority = priority
        self.uncertainty = uncertainty
        self.reasons = reasons
        self.seen = seen
    }
}

/// What of a picture is shown on a ``ReviewPage``.
public struct ReviewPreviews: Sendable {
    /// A picture, or a file of one.
    @nonexhaustive public enum Source: Sendable {
        /// Any picture; it is made as small as the page wants it and encoded.
        case image(RasterImage)
        /// The bytes of a PNG, JPEG or WebP file, shown as they are.
        case file([UInt8])
    }

    /// The picture as it came.
    public var original: Source
    /// The picture with its matte applied.
    public var cutout: Source
    /// How unsure the matte is at each place, stretched over the picture: grey pictures, black where it is sure, are coloured;
    /// others are shown as they are. nil where nothing is known.
    public var doubt: Source?

    /// Three pictures of one subject.
    public init(original: Source, cutout: Source, doubt: Source? = nil) {
        self.original = original
        self.cutout = cutout
        self.doubt = doubt
    }
}

extension ReviewPreviews {
    /// What a result looks like: its picture, its cut-out, and where the network expects errors.
    ///
    /// - Throws: ``MattingError/image(_:)``, ``MattingError/picture(_:)`` where memory is refused.
    public init(of result: MattingResult) throws(MattingError) {
        self.init(original: .image(result.image), cutout: .image(try result.cutout()))
        guard let confidence = result.confidence else { return }
        let errors = confidence.expectedErrors
        doubt = .image(
            try MattingError.wrapping {
                var map = try RasterImage(width: confidence.width, height: confidence.height, colorModel: .gray)
                try map.withMutableSamples8 { samples in
                    for (index, error) in zip(samples.indices, errors) {
                        samples[index] = UInt8((min(max(error, 0), 1) * 255).rounded())
                    }
                }
                return map
            })
    }
}
