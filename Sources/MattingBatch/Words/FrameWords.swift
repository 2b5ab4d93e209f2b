import Matting

/// What is said of a frame, by the names of the command's options: which there may be together, and what they make.
package struct FrameWords: Sendable {
    package var crop = false
    /// Width by height.
    package var aspect: Double?
    package var canvas: CanvasSize?
    package var preset: Framing.Preset?
    package var margin: Framing.Margins?
    /// The share of the canvas that the subject fills.
    package var fill: Double?
    package var align: CanvasPosition?
    package var cutSides: Framing.CutSides?
    package var maxEnlargement: Double?

    package init() {}

    /// The width and height of a canvas: `2000x1500`, or `2000` for a square.
    package struct CanvasSize: Sendable {
        package let width: Int
        package let height: Int

        package init?(_ text: String) {
            let sides = text.lowercased().split(omittingEmptySubsequences: false) { "x×".contains($0) }.map { Int($0) }
            guard let width = sides[0], width > 0, sides.count <= 2 else { return nil }
            guard let height = sides.count == 2 ? sides[1] : width, height > 0 else { return nil }
            (self.width, self.height) = (width, height)
        }
    }

    /// A proportion such as `4:5`.
    package static func aspect(_ text: String) -> Double? {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
        guard parts.count == 2, let width = parts[0], let height = parts[1], width > 0, height > 0,
            (0.01...100).contains(width / height)
        else { return nil }
        return width / height
    }

    /// A share such as `85%` or `0.85`, above 0.
    package static func fill(_ text: String) -> Double? {
        guard let share = Double(share: text), share > 0, share <= 1 else { return nil }
        return share
    }

    /// What cannot be together, or is out of range; nil where all is well.
    ///
    /// - Parameter named: what options are called where they were read.
    package func problem(_ named: (String) -> String) -> WordProblem? {
        func names(_ options: [String], _ word: String) -> String {
            options.dropLast().map(named).joined(separator: ", ") + " \(word) " + (options.last.map(named) ?? "")
        }
        let frames = [("crop", crop), ("aspect", aspect != nil), ("canvas", canvas != nil)].filter(\.1).map(\.0)
        if frames.count > 1 {
            return WordProblem(
                option: frames[1],
                reason: "\(names(["crop", "aspect", "canvas"], "and")) each say the frame; use one of them")
        }
        let details = [
            ("margin", margin != nil), ("fill", fill != nil), ("align", align != nil), ("cut-sides", cutSides != nil),
            ("max-enlargement", maxEnlargement != nil),
        ].filter(\.1).map(\.0)
        if let option = details.first, frames.isEmpty, preset == nil {
            return WordProblem(
                option: option,
                reason: "\(named(option)) is for a frame; add \(names(["crop", "aspect", "canvas", "preset"], "or"))")
        }
        if margin != nil && fill != nil {
            return WordProblem(
                option: "fill",
                reason: "\(names(["margin", "fill"], "and")) both say how large the subject is; leave one of them out")
        }
        let hasCanvas = scaling != nil
        if let option = details.first(where: { $0 == "fill" || $0 == "max-enlargement" }), !hasCanvas {
            return WordProblem(
                option: option,
                reason: "\(named(option)) is for \(names(["canvas", "preset"], "or")); use \(named("margin"))")
        }
        if let maxEnlargement, !(maxEnlargement > 0 && maxEnlargement <= 64) {
            return WordProblem(
                option: "max-enlargement", reason: "\(named("max-enlargement")) is above 0, up to 64")
        }
        return nil
    }

    /// The option that scales the subject to a canvas; nil where none does.
    package var scaling: String? {
        if canvas != nil { return "canvas" }
        return preset != nil && !crop && aspect == nil ? "preset" : nil
    }

    /// nil where nothing is framed.
    package var framing: Framing? {
        var framing: Framing
        if crop {
            framing = .subject()
        } else if let aspect {
            framing = Framing(canvas: .aspect(aspect))
        } else if let canvas {
            framing = .product(width: canvas.width, height: canvas.height, fill: fill ?? preset?.fill ?? 0.85)
        } else if let preset {
            framing = .product(width: preset.width, height: preset.height, fill: fill ?? preset.fill)
        } else {
            return nil
        }
        if let margin { framing.margins = margin }
        if let align { framing.alignment = align }
        if let cutSides { framing.cutSides = cutSides }
        if let maxEnlargement { framing.largestScale = maxEnlargement }
        return framing
    }

    /// What a preset lays behind the subject.
    package var background: Background? { preset.map { .color($0.background) } }
}
