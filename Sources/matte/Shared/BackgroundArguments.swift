import ArgumentParser
import Files
import ImageCodecs
import Matting
import Raster

/// What is laid behind a subject, the same for all verbs that do so.
struct BackgroundArguments: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Lay the subject over a colour as CSS writes it (white, #rrggbb, #rgba, 'rgb(255 128 0)', transparent), "
                + "'linear-gradient(white, #ccc)' or 'radial-gradient(…)', blur or 'blur(3%)' for the photograph's own "
                + "background out of focus, or a picture.", valueName: "colour|image|…"))
    var background: Ground?

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
        if case .picture(let path) = background, path.status() == nil {
            throw ValidationError(
                "--background '\(path)' is neither a colour (white, #rrggbb, rgb(255 128 0)), a gradient "
                    + "('linear-gradient(white, #ccc)'), blur, nor a file.")
        }
        if case .unreadable(let text, let hint) = background {
            throw ValidationError("--background '\(text)' cannot be read; \(hint).")
        }
        guard case .picture = background else {
            if backgroundFit != Fit(.cover) || backgroundPosition != Place(.center) {
                throw ValidationError(
                    "--background-fit and --background-position are for a picture; name one with --background.")
            }
            return
        }
    }

    /// What is laid behind the subject; a picture is decoded no larger than it is needed.
    ///
    /// - Throws: ``ImageCodecError``.
    func ground(
        limits: DecodingLimits = .default, quiet: Bool = false
    ) throws(ImageCodecError) -> Background? {
        switch background {
        case .color(let color): return color.alpha > 0 ? .color(color) : nil
        case .gradient(let gradient): return .gradient(gradient)
        case .blurred(let radius): return .blurredOriginal(radius: radius)
        case .picture(let path):
            let backdrop = try Backdrop(
                contentsOf: path, scaling: backgroundFit.value, position: backgroundPosition.value, limits: limits)
            if !quiet { for warning in backdrop.warnings { Console.message("\(path): \(warning)") } }
            return .backdrop(backdrop)
        case .unreadable, nil: return nil
        }
    }

    /// Whether anything is laid behind the subject: a colour that is transparent is nothing.
    var hasGround: Bool {
        if case .color(let color) = background { color.alpha > 0 } else { background != nil }
    }

    /// Whether nothing shows through what is laid behind the subject.
    var isOpaque: Bool {
        switch background {
        case .color(let color): color.alpha == 1
        case .gradient(let gradient): gradient.stops.allSatisfy { $0.color.alpha == 1 }
        case .blurred, .picture: true
        case .unreadable, nil: false
        }
    }

    /// Files that are read, which no output may be.
    var files: [BytePath] {
        if case .picture(let path) = background { [path] } else { [] }
    }
}

extension BackgroundArguments {
    /// What `--background` names.
    enum Ground: ExpressibleByArgument {
        case color(RasterColor)
        case gradient(Background.Gradient)
        case blurred(RelativeLength)
        case picture(BytePath)
        /// What begins as a gradient or a blur and is none; `hint` says what one looks like.
        case unreadable(String, hint: String)

        init(argument: String) {
            let word = argument.lowercased()
            if let color = try? RasterColor(argument) {
                self = .color(color)
            } else if word == "blur" {
                self = .blurred(.share(0.03))
            } else if let call = FunctionCall(word), call.name == "blur" {
                if call.arguments.count == 1, let radius = RelativeLength(argument: call.arguments[0]) {
                    self = .blurred(radius)
                } else {
                    self = .unreadable(CommandArguments.shown(argument), hint: "write blur(3%) or blur(20px)")
                }
            } else if let call = FunctionCall(word), ["linear-gradient", "radial-gradient"].contains(call.name) {
                if let gradient = Background.Gradient(call) {
                    self = .gradient(gradient)
                } else {
                    self = .unreadable(
                        CommandArguments.shown(argument),
                        hint: "write linear-gradient(white, #ccc), linear-gradient(90deg, white, #ccc 40%, black) or "
                            + "radial-gradient(white, #ccc)")
                }
            } else {
                self = .picture(CommandArguments.decoded(argument))
            }
        }
    }

    /// What `--background-fit` names.
    struct Fit: ExpressibleByArgument, Equatable {
        let value: Backdrop.Scaling

        init(_ value: Backdrop.Scaling) { self.value = value }

        init?(argument: String) {
            switch argument {
            case "cover": self.init(.cover)
            case "contain": self.init(.contain)
            case "tile": self.init(.tile(1))
            default:
                if let call = FunctionCall(argument), call.name == "tile", call.arguments.count == 1,
                    let factor = Double(call.arguments[0]), factor > 0, factor <= 64
                {
                    self.init(.tile(factor))
                } else if let factor = Double(argument), factor > 0, factor <= 64 {
                    self.init(.factor(factor))
                } else {
                    return nil
                }
            }
        }

        var defaultValueDescription: String { "cover" }
    }

    /// A place on a canvas.
    struct Place: ExpressibleByArgument, Equatable {
        let value: CanvasPosition

        init(_ value: CanvasPosition) { self.value = value }

        init?(argument: String) {
            switch argument {
            case "center", "centre": self.init(.center)
            case "top": self.init(.top)
            case "bottom": self.init(.bottom)
            case "left": self.init(.left)
            case "right": self.init(.right)
            default:
                let shares = argument.split(separator: ",", omittingEmptySubsequences: false).map(Self.share)
                guard shares.count == 2, let x = shares[0], let y = shares[1] else { return nil }
                self.init(CanvasPosition(x: x, y: y))
            }
        }

        private static func share(_ text: Substring) -> Double? {
            let share = text.hasSuffix("%") ? Double(text.dropLast()).map { $0 / 100 } : Double(text)
            guard let share, (0...1).contains(share) else { return nil }
            return share
        }

        var defaultValueDescription: String { "center" }
    }
}
