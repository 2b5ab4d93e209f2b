import ArgumentParser
import Matting
import MattingBatch

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
    var canvas: FrameWords.CanvasSize?

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
        help: ArgumentHelp(
            "Sides on which the photograph's frame cuts the subject off: flush with the canvas's (the default), or with "
                + "a margin as the others.", valueName: "flush|margin"))
    var cutSides: Framing.CutSides?

    @Option(
        help: ArgumentHelp("The most that a small subject is enlarged; 1 never enlarges.", valueName: "factor"))
    var maxEnlargement: Double?

    func validate() throws {
        if let problem = words.problem({ "--\($0)" }) { throw ValidationError("\(problem.reason).") }
    }

    /// nil where nothing is framed.
    var framing: Framing? { words.framing }

    /// What a preset lays behind the subject.
    var background: Background? { words.background }

    /// The option that scales the subject; nil where none does.
    var scaling: String? { words.scaling }

    private var words: FrameWords {
        var words = FrameWords()
        words.crop = crop
        words.aspect = aspect?.value
        words.canvas = canvas
        words.preset = preset?.value
        words.margin = margin?.value
        words.fill = fill?.value
        words.align = align?.value
        words.cutSides = cutSides
        words.maxEnlargement = maxEnlargement
        return words
    }
}

extension FramingArguments {
    struct Aspect: ExpressibleByArgument {
        let value: Double

        init?(argument: String) {
            guard let value = FrameWords.aspect(argument) else { return nil }
            self.value = value
        }
    }

    struct Fill: ExpressibleByArgument {
        let value: Double

        init?(argument: String) {
            guard let value = FrameWords.fill(argument) else { return nil }
            self.value = value
        }
    }

    struct Margin: ExpressibleByArgument {
        let value: Framing.Margins

        init?(argument: String) {
            guard let value = Framing.Margins(argument) else { return nil }
            self.value = value
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

extension FrameWords.CanvasSize: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}

extension Framing.CutSides: ExpressibleByArgument {}
