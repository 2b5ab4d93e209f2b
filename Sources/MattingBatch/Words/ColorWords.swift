/// What is said of a picture's colours and of what lies behind them, by the names of the command's options: which there may
/// be together.
package struct ColorWords: Sendable {
    /// Whether the alpha alone is written.
    package var mask = false
    package var background: BackgroundWord?
    /// Whether a preset lays something behind the subject where `background` does not.
    package var presetHasBackground = false
    package var keepHidden = false
    /// The option that scales the subject; nil where none does.
    package var scaling: String?
    /// Options of something else than a picture has without them: `shadow`, `decontaminate`, `match-colors`, `blending`,
    /// `background-fit`, `background-position`.
    package var others: Set<String> = []

    package init() {}

    /// Whether anything is laid behind the subject.
    private var hasGround: Bool { background?.isSomething ?? presetHasBackground }

    /// What cannot be together; nil where all is well.
    ///
    /// - Parameter named: what options are called where they were read.
    package func problem(_ named: (String) -> String) -> WordProblem? {
        if mask {
            let all = others.union(background == nil ? [] : ["background"]).union(keepHidden ? ["keep-hidden"] : [])
            // In one order, whatever theirs is in the set.
            if let option = all.min() {
                return WordProblem(
                    option: option,
                    reason: "a mask has no colours and nothing behind it; leave \(named("mask")) or \(named(option)) "
                        + "out")
            }
        }
        if keepHidden && hasGround {
            return WordProblem(
                option: "keep-hidden",
                reason: "a composite hides no colours; leave \(named("keep-hidden")) out, or "
                    + (background == nil ? "say \(named("background")) transparent" : "\(named("background"))"))
        }
        if keepHidden, let scaling {
            return WordProblem(
                option: "keep-hidden",
                reason: "pixels that are scaled are means of what is seen and hide no colours; leave "
                    + "\(named("keep-hidden")) or \(named(scaling)) out")
        }
        for option in ["match-colors", "blending"] where others.contains(option) && !hasGround {
            // One that is given and that nobody sees cannot be added.
            let advice =
                background == nil ? "add \(named("background"))" : "this one is transparent, name one that is seen"
            return WordProblem(
                option: option, reason: "\(named(option)) is for what lies over a background; \(advice)")
        }
        for option in ["background-fit", "background-position"] where others.contains(option) {
            if case .picture = background { continue }
            return WordProblem(
                option: option, reason: "\(named(option)) is for a picture; name one with \(named("background"))")
        }
        return nil
    }
}
