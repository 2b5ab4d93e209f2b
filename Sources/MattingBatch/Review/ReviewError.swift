public import Matting

/// What can go wrong with a ``ReviewPage`` and with the ``Decisions`` that come of it.
@nonexhaustive public enum ReviewError: Error, Sendable, Equatable, CustomStringConvertible {
    /// A picture of a page has no id.
    case emptyID
    /// Two pictures of a page have the same id.
    case sameID(String)
    /// A picture's uncertainty is not in `[0, 1]`.
    case invalidUncertainty(id: String, value: Double)
    /// The longest side of previews is not in its range.
    case invalidSide(Int, allowed: ClosedRange<Int>)
    /// A preview that should be there from an earlier page is not.
    case missingPreview(id: String, path: String)
    /// A preview that browsers do not show.
    case notShown(id: String, ImageFormat?)
    /// A preview could not be made or written.
    case image(ImageCodecError)
    /// A folder could not be made.
    case folder(path: String, reason: String)

    /// The file of decisions could not be read.
    case unreadable(path: String, reason: String)
    /// The file of decisions is no JSON, or not of decisions.
    case malformed(reason: String)
    /// A decision says something else than accept or reject.
    case unknownAction(id: String, action: String)
    /// Two decisions speak of the same picture.
    case decidedTwice(id: String)
    /// The decisions are about another batch.
    case otherBatch(String, expected: String)
    /// Decisions about pictures that the batch does not have.
    case unknownIDs([String])

    public var description: String {
        switch self {
        case .emptyID: "a picture to be reviewed has no id; give each one of its own"
        case .sameID(let id): "two pictures to be reviewed have the id \"\(id)\"; give each one of its own"
        case .invalidUncertainty(let id, let value): "the uncertainty of \"\(id)\" is \(value); use 0 to 1"
        case .invalidSide(let side, let allowed):
            "previews of \(side) pixels a side; use \(allowed.lowerBound) to \(allowed.upperBound)"
        case .missingPreview(let id, let path):
            "the preview \(path) of \"\(id)\" is not there; add the picture with its previews again"
        case .notShown(let id, let format):
            "the preview of \"\(id)\" is \(format?.description ?? "no picture"), which browsers do not show; "
                + "give PNG, JPEG or WebP"
        case .image(let error): error.description
        case .folder(let path, let reason): "\(path): cannot be made: \(reason)"
        case .unreadable(let path, let reason): "\(path): cannot be read: \(reason)"
        case .malformed(let reason):
            "the decisions cannot be read: \(reason); save them from the review page again"
        case .unknownAction(let id, let action):
            "the decision about \"\(id)\" is \"\(action)\"; use \"accept\" or \"reject\""
        case .decidedTwice(let id): "two decisions are about \"\(id)\"; keep the one that is meant"
        case .otherBatch(let batch, let expected):
            "the decisions are about the batch \"\(batch)\", not about \"\(expected)\"; apply them where they belong"
        case .unknownIDs(let ids):
            "decisions are about pictures that the batch does not have: "
                + ids.prefix(10).map { "\"\($0)\"" }.joined(separator: ", ")
                + (ids.count > 10 ? " and \(ids.count - 10) more" : "") + "; apply them where they belong"
        }
    }
}
