import Matting

extension RelativeLength {
    /// `20px`, `20` or `5%`.
    package init?(_ text: String) {
        if text.hasSuffix("%") {
            guard let percent = Double(text.dropLast()), percent.isFinite else { return nil }
            self = .percent(percent)
        } else {
            let number = text.hasSuffix("px") ? String(text.dropLast(2)) : text
            guard let pixels = Double(number), pixels.isFinite else { return nil }
            self = .pixels(pixels)
        }
    }
}

extension CanvasPosition {
    /// `center`, `top`, `bottom`, `left`, `right`, or two shares as in `50%,100%`.
    package init?(_ text: String) {
        switch text {
        case "center", "centre": self = .center
        case "top": self = .top
        case "bottom": self = .bottom
        case "left": self = .left
        case "right": self = .right
        default:
            let shares = text.split(separator: ",", omittingEmptySubsequences: false).map(Self.share)
            guard shares.count == 2, let x = shares[0], let y = shares[1] else { return nil }
            self.init(x: x, y: y)
        }
    }

    private static func share(_ text: Substring) -> Double? {
        guard let share = Double(share: text), (0...1).contains(share) else { return nil }
        return share
    }
}

extension Backdrop.Scaling {
    /// `cover`, `contain`, `tile`, `tile(0.5)`, or a factor on its size.
    package init?(_ text: String) {
        switch text {
        case "cover": self = .cover
        case "contain": self = .contain
        case "tile": self = .tile(1)
        default:
            if let call = FunctionCall(text), call.name == "tile", call.arguments.count == 1,
                let factor = Double(call.arguments[0]), factor > 0, factor <= 64
            {
                self = .tile(factor)
            } else if let factor = Double(text), factor > 0, factor <= 64 {
                self = .factor(factor)
            } else {
                return nil
            }
        }
    }
}

extension Framing.Margins {
    /// One to four lengths as CSS writes them.
    package init?(_ text: String) {
        let words = text.split { " ,".contains($0) }
        let lengths = words.compactMap { RelativeLength(String($0)) }
        guard lengths.count == words.count else { return nil }
        switch lengths.count {
        case 1: self.init(lengths[0])
        case 2: self.init(top: lengths[0], left: lengths[1], bottom: lengths[0], right: lengths[1])
        case 3: self.init(top: lengths[0], left: lengths[1], bottom: lengths[2], right: lengths[1])
        case 4: self.init(top: lengths[0], left: lengths[3], bottom: lengths[2], right: lengths[1])
        default: return nil
        }
    }
}
