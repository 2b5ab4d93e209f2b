import ArgumentParser
import Matting

/// A word such as `linear-gradient(white, rgb(0, 0, 0) 40%)`, as CSS writes functions: a name, and in parentheses arguments
/// between commas, which may have parentheses of their own.
struct FunctionCall {
    let name: String
    /// Without the blanks around them.
    let arguments: [String]

    /// nil for anything else.
    init?(_ text: String) {
        guard let open = text.firstIndex(of: "("), text.last == ")" else { return nil }
        let inner = text[text.index(after: open)...].dropLast()
        var (arguments, depth) = ([""], 0)
        for character in inner {
            switch character {
            case "(": depth += 1
            case ")": depth -= 1
            default: break
            }
            if depth < 0 { return nil }
            if character == "," && depth == 0 {
                arguments.append("")
            } else {
                arguments[arguments.count - 1].append(character)
            }
        }
        guard depth == 0 else { return nil }
        self.name = String(text[..<open])
        self.arguments = arguments.map(Self.trimmed)
    }

    private static func trimmed(_ text: String) -> String {
        let text = text.drop { $0 == " " }
        return text.lastIndex { $0 != " " }.map { String(text[...$0]) } ?? ""
    }
}

extension RelativeLength: ExpressibleByArgument {
    /// `20px`, `20` or `5%`.
    public init?(argument: String) {
        if argument.hasSuffix("%") {
            guard let percent = Double(argument.dropLast()), percent.isFinite else { return nil }
            self = .percent(percent)
        } else {
            let number = argument.hasSuffix("px") ? String(argument.dropLast(2)) : argument
            guard let pixels = Double(number), pixels.isFinite else { return nil }
            self = .pixels(pixels)
        }
    }
}

extension Background.Gradient {
    /// As CSS writes it: `linear-gradient([angle deg,] colour [place %], …)` and `radial-gradient(colour [place %], …)`; colours
    /// without a place stand evenly between those that have one.
    init?(_ call: FunctionCall) {
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
