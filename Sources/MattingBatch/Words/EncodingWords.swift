import ImageCodecs
import Matting

/// In which numbers soft edges are mixed.
package enum BlendingWord: String, CaseIterable, Sendable {
    case linear, encoded

    package var value: Blending { self == .linear ? .linearLight : .encoded }
}

extension PNGCompression {
    /// `fast`, `balanced`, `smallest`, or a level 0 to 9.
    package init?(_ text: String) {
        switch text {
        case "fast": self = .fast
        case "balanced": self = .balanced
        case "smallest": self = .smallest
        default:
            guard let level = Int(text), (0...9).contains(level) else { return nil }
            self = .level(level)
        }
    }
}

extension MaskOperation {
    /// How far alphas may differ to be evened out, where nothing else is said.
    package static let usualTolerance = 0.2
}
