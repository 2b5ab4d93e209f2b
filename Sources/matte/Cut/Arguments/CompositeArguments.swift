import ArgumentParser
import Matting
import MattingBatch

/// How a subject and what lies behind it become one picture.
struct CompositeArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "none; keep: the photograph's own, where it can be told from the ground; drop or contact: a drawn one. "
                + "Details behind a colon: drop:opacity=.3,blur=5%,down=2%,across=0,color=black; "
                + "contact:opacity=.6,blur=12%; keep:strength=1. Shares are of the subject's height.",
            valueName: "kind[:…]"))
    var shadow: ShadowWord = .shadow(.none)

    @Option(help: "Mix soft edges in linear light, or encoded as image editors do: linear or encoded.")
    var blending: BlendingWord = .linear

    @Option(
        help: ArgumentHelp(
            "Take the subject's colours towards those of the background, from 0 (not at all) to 1.",
            valueName: "share"))
    var matchColors: Double?

    func validate() throws {
        if case .unreadable(let text, let hint) = shadow {
            throw ValidationError("--shadow '\(CommandArguments.shown(text))' cannot be read; \(hint).")
        }
        if let matchColors, !(0...1).contains(matchColors) {
            throw ValidationError("--match-colors is 0 to 1.")
        }
    }

    /// Those that ask for something, by their names.
    var used: Set<String> {
        var used: Set<String> = []
        if shadow.value != .none { used.insert("shadow") }
        if blending != .linear { used.insert("blending") }
        if matchColors != nil { used.insert("match-colors") }
        return used
    }
}

extension ShadowWord: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }

    package var defaultValueDescription: String { "none" }
}

extension BlendingWord: ExpressibleByArgument {}
