import Raster

/// Something a caller may want to know about a result that was made all the same.
@nonexhaustive public enum MattingWarning: Sendable, Equatable, CustomStringConvertible {
    /// No subject was found: the matte is empty.
    case noSubject
    /// The closed-form solver stopped before its tolerance, for this many pixels; they have the best values it found.
    case unsolved(pixels: Int)
    /// What decoding the picture had to leave out.
    case decoding(DecodingWarning)
    /// Foreground colours were estimated with the tone curve of sRGB, as the picture's own profile has none that can be
    /// used: a guess at how bright the mixtures are, not at the colours.
    case assumedToneCurve(reason: String)

    public var description: String {
        switch self {
        case .noSubject: "no subject found; the matte is empty"
        case .unsolved(let pixels):
            "alpha of \(pixels) pixels was not solved to its tolerance; raise the limit of iterations"
        case .decoding(let warning): warning.description
        case .assumedToneCurve(let reason):
            "foreground colours are estimated with the tone curve of sRGB, as \(reason)"
        }
    }
}

extension [MattingWarning] {
    /// The same of another matte: whether there is a subject is what that says, and nothing that was there before.
    func telling(of alpha: AlphaMatte) -> [MattingWarning] {
        filter { $0 != .noSubject } + (alpha.isEmpty ? [.noSubject] : [])
    }
}
