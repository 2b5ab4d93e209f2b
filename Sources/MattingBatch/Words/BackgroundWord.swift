import Matting
import Raster

/// What a word says that is to lie behind a subject: a colour as CSS writes it, `linear-gradient(white, #ccc)` or
/// `radial-gradient(…)`, `blur` or `blur(3%)`; anything else is the name of a picture.
package enum BackgroundWord: Sendable {
    case color(RasterColor)
    case gradient(Background.Gradient)
    case blurred(RelativeLength)
    case picture(String)
    /// What begins as a gradient or a blur and is none; `hint` says what one looks like.
    case unreadable(String, hint: String)

    package init(_ text: String) {
        let word = text.lowercased()
        if let color = try? RasterColor(text) {
            self = .color(color)
        } else if word == "blur" {
            self = .blurred(.share(0.03))
        } else if let call = FunctionCall(word), call.name == "blur" {
            if call.arguments.count == 1, let radius = RelativeLength(call.arguments[0]) {
                self = .blurred(radius)
            } else {
                self = .unreadable(text, hint: "write blur(3%) or blur(20px)")
            }
        } else if let call = FunctionCall(word), ["linear-gradient", "radial-gradient"].contains(call.name) {
            if let gradient = Background.Gradient(call) {
                self = .gradient(gradient)
            } else {
                self = .unreadable(
                    text,
                    hint: "write linear-gradient(white, #ccc), linear-gradient(90deg, white, #ccc 40%, black) or "
                        + "radial-gradient(white, #ccc)")
            }
        } else {
            self = .picture(text)
        }
    }

    /// Whether anything is laid behind the subject: a colour that is transparent is nothing.
    package var isSomething: Bool { if case .color(let color) = self { color.alpha > 0 } else { true } }

    /// Whether nothing shows through what is laid behind the subject.
    package var isOpaque: Bool {
        switch self {
        case .color(let color): color.alpha == 1
        case .gradient(let gradient): gradient.stops.allSatisfy { $0.color.alpha == 1 }
        case .blurred, .picture: true
        case .unreadable: false
        }
    }

    /// What is laid behind the subject; nil where that is nothing.
    ///
    /// - Parameter picture: reads the picture of a name; nil where it cannot be read and that is said already.
    package func background<Failure: Error>(
        _ picture: (String) throws(Failure) -> Backdrop?
    ) throws(Failure) -> Background? {
        switch self {
        case .color(let color): color.alpha > 0 ? .color(color) : nil
        case .gradient(let gradient): .gradient(gradient)
        case .blurred(let radius): .blurredOriginal(radius: radius)
        case .picture(let name): try picture(name).map { .backdrop($0) }
        case .unreadable: nil
        }
    }
}

extension Background.Gradient {
    /// As CSS writes it: `linear-gradient([angle deg,] colour [place %], …)` and `radial-gradient(colour [place %], …)`; colours
    /// without a place stand evenly between those that have one.
    package init?(_ call: FunctionCall) {
        var arguments = call.arguments[...]
        var angle = 180.0
        if call.name == "linear-gradient", let first = arguments.first, first.hasSuffix("deg") {
            guard let degrees = Double(first.dropLast(3)), degrees.isFinite else { return nil }
            angle = degrees
            arguments = arguments.dropFirst()
        }
        guard arguments.count >= 2, arguments.count <= 256 else { return nil }
        var colors: [RasterColor] = []
        var places: [Double?] = []
        for argument in arguments {
            var text = argument[...]
            var place: Double?
            if text.hasSuffix("%"), let blank = text.lastIndex(of: " ") {
                guard let percent = Double(text[text.index(after: blank)...].dropLast()), (0...100).contains(percent)
                else { return nil }
                place = percent / 100
                text = text[..<blank]
            }
            guard let color = try? RasterColor(String(text)) else { return nil }
            colors.append(color)
            places.append(place)
        }
        places[0] = places[0] ?? 0
        places[places.count - 1] = places[places.count - 1] ?? 1
        var stops: [Stop] = []
        var last = 0
        for (index, place) in places.enumerated() {
            guard let place else { continue }
            let from = places[last] ?? 0
            guard place >= from else { return nil }
            for between in last + 1..<max(index, last + 1) {
                let share = Double(between - last) / Double(index - last)
                stops.append(Stop(colors[between], at: from + (place - from) * share))
            }
            stops.append(Stop(colors[index], at: place))
            last = index
        }
        let shape: Shape = call.name == "linear-gradient" ? .linear(angle: angle) : .radial(center: .center, radius: 1)
        self.init(shape, stops: stops)
    }
}
