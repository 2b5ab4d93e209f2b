import ArgumentParser
import Matting

/// How a subject and what lies behind it become one picture.
struct CompositeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "none; keep: the photograph's own, where it can be told from the ground; drop or contact: a drawn one. "
                + "Details behind a colon: drop:opacity=.3,blur=5%,down=2%,across=0,color=black; "
                + "contact:opacity=.6,blur=12%; keep:strength=1. Shares are of the subject's height.",
            valueName: "kind[:…]"))
    var shadow: ShadowOption = ShadowOption(.none)

    @Option(help: "Mix soft edges in linear light, or encoded as image editors do: linear or encoded.")
    var blending: BlendingOption = .linear

    @Option(
        help: ArgumentHelp(
            "Take the subject's colours towards those of the background, from 0 (not at all) to 1.",
            valueName: "share"))
    var matchColors: Double?

    func validate() throws {
        if case .unreadable(let text, let hint) = shadow {
            throw ValidationError("--shadow '\(text)' cannot be read; \(hint).")
        }
        if let matchColors, !(0...1).contains(matchColors) {
            throw ValidationError("--match-colors is 0 to 1.")
        }
    }

    /// Whether anything is asked for that changes a picture's colours.
    var isUsed: Bool { shadow.value != .none || matchColors != nil }

    enum BlendingOption: String, ExpressibleByArgument, CaseIterable {
        case linear, encoded

        var value: Blending { self == .linear ? .linearLight : .encoded }
    }
}
