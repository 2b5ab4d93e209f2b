import Raster

/// Something a caller may want to know about a result that was made all the same.
@nonexhaustive public enum MattingWarning: Sendable, Equatable, CustomStringConvertible {
    /// No subject was found: the matte is empty.
    case noSubject
    /// What decoding the picture had to leave out.
    case decoding(DecodingWarning)

    public var description: String {
        switch self {
        case .noSubject: "no subject found; the matte is empty"
        case .decoding(let warning): warning.description
        }
    }
}
