/// Which values of a measure a rule means, as `below 0.2`, `above 3`, `at least 2`, `at most 5`, `1 to 3`, `2` or `unknown`.
package enum RuleRange: Sendable, Hashable, CustomStringConvertible {
    case below(Double)
    case above(Double)
    case atLeast(Double)
    case atMost(Double)
    case between(Double, Double)
    case exactly(Double)
    /// The measure has no value, as confidence where the network does not tell.
    case unknown

    /// nil for what is none.
    package init?(_ text: String) {
        let words = text.lowercased().split(separator: " ").map(String.init)
        func number(_ text: String) -> Double? {
            Double(share: text).flatMap { $0.isFinite ? $0 : nil }
        }
        switch (words.count, words.first) {
        case (1, "unknown"): self = .unknown
        case (1, let word?):
            guard let value = number(word) else { return nil }
            self = .exactly(value)
        case (2, "below"?), (2, "above"?):
            guard let value = number(words[1]) else { return nil }
            self = words[0] == "below" ? .below(value) : .above(value)
        case (3, "at"?):
            guard let value = number(words[2]), words[1] == "least" || words[1] == "most" else { return nil }
            self = words[1] == "least" ? .atLeast(value) : .atMost(value)
        case (3, let first?):
            guard words[1] == "to", let low = number(first), let high = number(words[2]) else { return nil }
            self = .between(low, high)
        default: return nil
        }
    }

    package func contains(_ value: Double?) -> Bool {
        guard let value else { return self == .unknown }
        return switch self {
        case .below(let limit): value < limit
        case .above(let limit): value > limit
        case .atLeast(let limit): value >= limit
        case .atMost(let limit): value <= limit
        case .between(let low, let high): value >= low && value <= high
        case .exactly(let wanted): value == wanted
        case .unknown: false
        }
    }

    /// Why no value of an allowed range can be meant, or every one; nil where it is in order.
    package func problem(in allowed: ClosedRange<Double>) -> String? {
        let (low, high) = (allowed.lowerBound, allowed.upperBound)
        let isEmpty =
            switch self {
            case .below(let limit): limit <= low
            case .above(let limit): limit >= high
            case .atLeast(let limit): limit > high
            case .atMost(let limit): limit < low
            case .between(let first, let last): first > last || last < low || first > high
            case .exactly(let wanted): !allowed.contains(wanted)
            case .unknown: false
            }
        let range = high == .infinity ? "\(low.shortText) or more" : "\(low.shortText) to \(high.shortText)"
        return isEmpty ? "no value is \(self): values are \(range)" : nil
    }

    package var description: String {
        switch self {
        case .below(let value): "below \(value.shortText)"
        case .above(let value): "above \(value.shortText)"
        case .atLeast(let value): "at least \(value.shortText)"
        case .atMost(let value): "at most \(value.shortText)"
        case .between(let low, let high): "\(low.shortText) to \(high.shortText)"
        case .exactly(let value): value.shortText
        case .unknown: "unknown"
        }
    }
}

extension Double {
    /// With three decimals at most, and none that say nothing.
    package var shortText: String {
        guard isFinite, magnitude < 1e15 else { return "\(self)" }
        let thousandths = Int((self * 1000).rounded())
        var text = "\(thousandths.magnitude / 1000)"
        var rest = "\(thousandths.magnitude % 1000 + 1000)".dropFirst()
        while rest.last == "0" { rest.removeLast() }
        if !rest.isEmpty { text += "." + rest }
        return thousandths < 0 ? "-" + text : text
    }
}
