import Matting
import Raster

/// What a word says of a shadow: a kind, and after a colon its numbers, as in `drop:opacity=0.3,blur=5%`.
package enum ShadowWord: Sendable {
    case shadow(Shadow)
    /// Of a kind that there is, with details that it has not.
    case unreadable(String, hint: String)

    package var value: Shadow { if case .shadow(let shadow) = self { shadow } else { .none } }

    /// nil where there is no such kind.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let kind = String(parts[0])
        guard let keys = Self.keys[kind] else { return nil }
        var values: [String: String] = [:]
        if parts.count > 1 {
            for entry in FunctionCall("(\(parts[1]))")?.arguments ?? [] {
                let sides = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                let key = String(sides[0])
                guard sides.count == 2, keys.contains(key), values[key] == nil else {
                    let known =
                        keys.isEmpty ? "it has no details" : "details of \(kind) are \(keys.joined(separator: ", "))"
                    self = .unreadable(text, hint: known)
                    return
                }
                values[key] = String(sides[1])
            }
        }
        guard let shadow = Self.shadow(kind, Details(values: values)) else {
            self = .unreadable(
                text,
                hint: "write drop:opacity=0.3,blur=5%,down=2%,color=black, for example")
            return
        }
        self = .shadow(shadow)
    }

    private static let keys: [String: [String]] = [
        "none": [], "keep": ["strength", "reach"], "drop": ["opacity", "blur", "down", "across", "color"],
        "contact": ["opacity", "blur", "color"],
    ]

    /// nil where a value is none.
    private static func shadow(_ kind: String, _ details: Details) -> Shadow? {
        do {
            return switch kind {
            case "keep": .kept(strength: try details.number("strength", 1), reach: try details.length("reach", 0.35))
            case "drop":
                .drop(
                    across: try details.length("across", 0), down: try details.length("down", 0.02),
                    blur: try details.length("blur", 0.05), opacity: try details.number("opacity", 0.35),
                    color: try details.color())
            case "contact":
                .contact(
                    blur: try details.length("blur", 0.12), opacity: try details.number("opacity", 0.6),
                    color: try details.color())
            default: Shadow.none
            }
        } catch {
            return nil
        }
    }

    private struct Details {
        struct Unreadable: Error {}
        let values: [String: String]

        func number(_ key: String, _ usual: Double) throws -> Double {
            guard let text = values[key] else { return usual }
            guard let number = Double(share: text), number.isFinite else { throw Unreadable() }
            return number
        }

        func length(_ key: String, _ usual: Double) throws -> RelativeLength {
            guard let text = values[key] else { return .share(usual) }
            guard let length = RelativeLength(text) else { throw Unreadable() }
            return length
        }

        func color() throws -> RasterColor {
            guard let text = values["color"] else { return .black }
            guard let color = try? RasterColor(text) else { throw Unreadable() }
            return color
        }
    }
}
