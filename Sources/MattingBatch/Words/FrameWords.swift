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
    package func problem(_ named: (String) -> String) -> String? {
        let canvases = [crop, aspect != nil, canvas != nil].count { $0 }
        if canvases > 1 {
            return "\(named("crop")), \(named("aspect")) and \(named("canvas")) each say the frame; use one of them"
        }
        let isFramed = canvases > 0 || preset != nil
        if !isFramed && (margin != nil || fill != nil || align != nil || maxEnlargement != nil) {
            return
                "\(named("margin")), \(named("fill")), \(named("align")) and \(named("max-enlargement")) are for a frame; add "
                + "\(named("crop")), \(named("aspect")), \(named("canvas")) or \(named("preset"))"
        }
        if margin != nil && fill != nil {
            return
                "\(named("margin")) and \(named("fill")) both say how large the subject is; leave one of them out"
        }
        let hasCanvas = canvas != nil || preset != nil && !crop && aspect == nil
        if !hasCanvas && (fill != nil || maxEnlargement != nil) {
            return
                "\(named("fill")) and \(named("max-enlargement")) are for \(named("canvas")) or \(named("preset")); use "
                + named("margin")
        }
        if let maxEnlargement, !(maxEnlargement > 0 && maxEnlargement <= 64) {
            return "\(named("max-enlargement")) is above 0, up to 64"
        }
        return nil
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
        if let maxEnlargement { framing.largestScale = maxEnlargement }
        return framing
    }

    /// What a preset lays behind the subject.
    package var background: Background? { preset.map { .color($0.background) } }
}
