import ArgumentParser
import Files
import ImageCodecs
import Matting
import MattingBatch

/// What is laid behind a subject, the same for all verbs that do so.
struct BackgroundArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Lay the subject over a colour as CSS writes it (white, #rrggbb, #rgba, 'rgb(255 128 0)', transparent), "
                + "'linear-gradient(white, #ccc)' or 'radial-gradient(…)', blur or 'blur(3%)' for the photograph's own "
                + "background out of focus, or a picture.", valueName: "colour|image|…"))
    var background: BackgroundWord?

    @Option(
        help: ArgumentHelp(
            "How a background picture lies: cover, contain, tile, tile(0.5), or a factor on its size.",
            valueName: "fit"))
    var backgroundFit: Fit = Fit(.cover)

    @Option(
        help: ArgumentHelp(
            "Where it lies: center, top, bottom, left, right, or two shares as in 50%,100%.", valueName: "place"))
    var backgroundPosition: Place = Place(.center)

    func validate() throws {
        if let picture, picture.status() == nil {
            throw ValidationError(
                "--background '\(picture)' is neither a colour (white, #rrggbb, rgb(255 128 0)), a gradient "
                    + "('linear-gradient(white, #ccc)'), blur, nor a file.")
        }
        if case .unreadable(let text, let hint) = background {
            throw ValidationError("--background '\(CommandArguments.shown(text))' cannot be read; \(hint).")
        }
        var words = ColorWords()
        words.background = background
        words.others = used
        if let problem = words.problem({ "--\($0)" }) { throw ValidationError("\(problem.reason).") }
    }

    /// Details that ask for something, by their names.
    private var used: Set<String> {
        var used: Set<String> = []
        if backgroundFit != Fit(.cover) { used.insert("background-fit") }
        if backgroundPosition != Place(.center) { used.insert("background-position") }
        return used
    }

    /// What is laid behind the subject; a picture is decoded no larger than it is needed.
    ///
    /// - Throws: ``ImageCodecError``.
    func ground(limits: DecodingLimits, lenient: Bool) throws(ImageCodecError) -> Background? {
        try background?.background { (name) throws(ImageCodecError) in
            try Backdrop(
                contentsOf: CommandArguments.decoded(name), scaling: backgroundFit.value,
                position: backgroundPosition.value, limits: limits, lenient: lenient)
        }
    }

    /// Whether nothing shows through what is laid behind the subject.
    var isOpaque: Bool { background?.isOpaque ?? false }

    /// Files that are read, which no output may be.
    var files: [BytePath] { picture.map { [$0] } ?? [] }

    private var picture: BytePath? {
        if case .picture(let name) = background { CommandArguments.decoded(name) } else { nil }
    }
}

extension BackgroundArguments {
    /// What `--background-fit` names.
    struct Fit: ExpressibleByArgument, Equatable {
        let value: Backdrop.Scaling

        init(_ value: Backdrop.Scaling) { self.value = value }

        init?(argument: String) {
            guard let value = Backdrop.Scaling(argument) else { return nil }
            self.init(value)
        }

        var defaultValueDescription: String { "cover" }
    }

    /// A place on a canvas.
    struct Place: ExpressibleByArgument, Equatable {
        let value: CanvasPosition

        init(_ value: CanvasPosition) { self.value = value }

        init?(argument: String) {
            guard let value = CanvasPosition(argument) else { return nil }
            self.init(value)
        }

        var defaultValueDescription: String { "center" }
    }
}

extension BackgroundWord: ExpressibleByArgument {
    package init?(argument: String) { self.init(argument) }
}
