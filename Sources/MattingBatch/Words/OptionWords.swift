import ImageCodecs
import Matting

/// What the command and `rules.yaml` call the library's options, in messages.
package enum OptionWords {
    /// An error in their words, where the library speaks of its own options.
    ///
    /// - Parameter named: how an option is written: `--shadow`, or `'shadow'`.
    package static func text(_ error: any Error, _ named: (String) -> String = { "--\($0)" }) -> String {
        switch error {
        case MattingError.invalidOption(let name, let value, let allowed):
            guard let option = option(name) else { return "\(error)" }
            let isShare = name.hasSuffix(".share")
            let subject = option.detail.isEmpty ? named(option.name) : "\(named(option.name)): \(option.detail)"
            return "\(subject) is \(shown(value, isShare)); use \(shown(allowed, isShare))"
        case MattingError.nothingToFrame(let threshold):
            return
                "there is no subject to frame: nothing of the matte reaches an alpha of \(threshold.shortText); leave "
                + "\(named("crop")), \(named("aspect")), \(named("canvas")) and \(named("preset")) out, or correct the matte"
        default: return "\(error)"
        }
    }

    /// The option that the user gave, and which part of its value is meant; nil where there is none.
    private static func option(_ name: String) -> (name: String, detail: String)? {
        var parts = name.split(separator: ".").map(String.init)
        if ["pixels", "share"].contains(parts.last) { parts.removeLast() }
        guard let owner = parts.first else { return nil }
        let detail = parts.dropFirst().map(dashed).joined(separator: " ")
        switch owner {
        case "framing":
            switch parts.dropFirst().first {
            case "canvas", "aspect": return (parts[1], "")
            case "margins": return ("margin", parts.dropFirst(2).joined(separator: " "))
            case "alignment": return ("align", "")
            case "largestScale": return ("max-enlargement", "")
            default: return nil
            }
        case "shadow": return (owner, detail)
        case "background", "gradient": return ("background", detail)
        case "backdrop": return parts.last == "scaling" ? ("background-fit", "") : ("background-position", "")
        case "matching": return ("match-colors", "")
        case "threshold", "feather", "grow", "shrink", "smooth", "opening", "closing", "fillHoles", "keepLargest",
            "removeSpecks":
            return (dashed(owner), "")
        default: return nil
        }
    }

    /// `keepLargest` as `keep-largest`.
    private static func dashed(_ name: String) -> String {
        name.reduce(into: "") { $0 += $1.isUppercase ? "-" + $1.lowercased() : String($1) }
    }

    /// Numbers of a text without decimals that say nothing, shares in percent.
    private static func shown(_ text: String, _ isShare: Bool) -> String {
        text.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard let value = Double(word), value.isFinite else { return String(word) }
            return isShare ? "\((value * 100).shortText)%" : value.shortText
        }.joined(separator: " ")
    }
}

/// An error in the words of the command and of `rules.yaml`.
package struct WordedError: Error, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
