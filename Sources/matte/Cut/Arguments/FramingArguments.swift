import ArgumentParser
import Matting

/// Which part of a photograph is written, how large, and where on a canvas.
struct FramingArguments: ParsableArguments {
    @Flag(help: "Cut to the subject.")
    var crop = false

    @Option(help: ArgumentHelp("Cut to the subject and extend to this proportion, such as 4:5.", valueName: "w:h"))
    var aspect: Aspect?

    @Option(
        help: ArgumentHelp(
            "Scale the subject and place it on a canvas of this size: 2000x2000, or 2000 for a square.",
            valueName: "wxh"))
    var canvas: CanvasSize?

    @Option(
        help: ArgumentHelp(
            "Canvas, fill and background of a marketplace: \(Framing.presets.map(\.name).joined(separator: ", ")). Other "
                + "options win over it.", valueName: "name"))
    var preset: PresetOption?

    @Option(
        help: ArgumentHelp(
            "Free space around the subject: one to four lengths as CSS writes them, in px or %.", valueName: "lengths"))
    var margin: Margin?

    @Option(help: ArgumentHelp("The share of the canvas that the subject fills; 85% by default.", valueName: "share"))
    var fill: Fill?

    @Option(
        help: ArgumentHelp(
            "Where the subject stands in the space that is left: center, bottom, …, or shares as in 50%,90%.",
            valueName: "place"))
    var align: BackgroundArguments.Place?

    @Option(
        help: ArgumentHelp("The most that a small subject is enlarged; 1 never enlarges.", valueName: "factor"))
    var maxEnlargement: Double?

    func validate() throws {
        let canvases = [crop, aspect != nil, canvas != nil].count(where: { $0 })
        if canvases > 1 { throw ValidationError("--crop, --aspect and --canvas each say the frame; use one of them.") }
        let isFramed = canvases > 0 || preset != nil
        if !isFramed && (margin != nil || fill != nil || align != nil || maxEnlargement != nil) {
            throw ValidationError(
                "--margin, --fill, --align and --max-enlargement are for a frame; add --crop, --aspect, --canvas or "
                    + "--preset.")
        }
        if margin != nil && fill != nil {
            throw ValidationError("--margin and --fill both say how large the subject is; leave one of them out.")
        }
        let hasCanvas = canvas != nil || preset != nil && !crop && aspect == nil
        if !hasCanvas && (fill != nil || maxEnlargement != nil) {
            throw ValidationError("--fill and --max-enlargement are for --canvas or --preset; use --margin.")
        }
        if let maxEnlargement, !(maxEnlargement > 0 && maxEnlargement <= 64) {
            throw ValidationError("--max-enlargement is above 0, up to 64.")
        }
    }

    /// nil where nothing is framed.
    var framing: Framing? {
        var framing: Framing
        if crop {
            framing = .subject()
        } else if let aspect {
            framing = Framing(canvas: .aspect(aspect.value))
        } else if let canvas {
            framing = .product(
                width: canvas.width, height: canvas.height, fill: fill?.value ?? preset?.value.fill ?? 0.85)
        } else if let preset = preset?.value {
            framing = .product(width: preset.width, height: preset.height, fill: fill?.value ?? preset.fill)
        } else {
            return nil
        }
        if let margin { framing.margins = margin.value }
        if let align { framing.alignment = align.value }
        if let maxEnlargement { framing.largestScale = maxEnlargement }
        return framing
    }

    /// What a preset lays behind the subject.
    var background: Background? { preset.map { .color($0.value.background) } }
}

extension FramingArguments {
    struct Aspect: ExpressibleByArgument {
        let value: Double

        init?(argument: String) {
            let parts = argument.split(separator: ":", omittingEmptySubsequences: false).map { Double($0) }
            guard parts.count == 2, let width = parts[0], let height = parts[1], width > 0, height > 0,
                (0.01...100).contains(width / height)
            else { return nil }
            value = width / height
        }
    }

    struct CanvasSize: ExpressibleByArgument {
        let width: Int
        let height: Int

        init?(argument: String) {
            let parts = argument.lowercased().split(omittingEmptySubsequences: false) { "x×".contains($0) }.map {
                Int($0)
            }
            guard let width = parts[0], width > 0, parts.count <= 2 else { return nil }
            guard let height = parts.count == 2 ? parts[1] : width, height > 0 else { return nil }
            (self.width, self.height) = (width, height)
        }
    }

    struct Fill: ExpressibleByArgument {
        let value: Double

        init?(argument: String) {
            let share = argument.hasSuffix("%") ? Double(argument.dropLast()).map { $0 / 100 } : Double(argument)
            guard let share, share > 0, share <= 1 else { return nil }
            value = share
        }
    }

    struct Margin: ExpressibleByArgument {
        let value: Framing.Margins

        init?(argument: String) {
            let words = argument.split { " ,".contains($0) }
            let lengths = words.compactMap { RelativeLength(argument: String($0)) }
            guard lengths.count == words.count else { return nil }
            switch lengths.count {
            case 1: value = Framing.Margins(lengths[0])
            case 2: value = Framing.Margins(top: lengths[0], left: lengths[1], bottom: lengths[0], right: lengths[1])
            case 3: value = Framing.Margins(top: lengths[0], left: lengths[1], bottom: lengths[2], right: lengths[1])
            case 4: value = Framing.Margins(top: lengths[0], left: lengths[3], bottom: lengths[2], right: lengths[1])
            default: return nil
            }
        }
    }

    struct PresetOption: ExpressibleByArgument {
        let value: Framing.Preset

        init?(argument: String) {
            guard let preset = Framing.preset(named: argument) else { return nil }
            value = preset
        }
    }
}
