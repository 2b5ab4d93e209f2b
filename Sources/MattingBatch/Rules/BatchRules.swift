import Files
import Matting
import WeightFiles

/// Which pictures can be published, which a person has to see, and what is made of each.
///
/// Rules are asked in their order; the first whose conditions all hold decides. What none of them decides goes where
/// `otherwise` says.
public struct BatchRules: Sendable {
    /// What has to hold of a picture for its rule to fire.
    package enum Condition: Sendable, Hashable {
        case category([String])
        case campaign([String])
        case folder([Glob])
        case file([Glob])
        case measure(PictureFacts.Measure, RuleRange)
        /// One of these sides, or with false none of them.
        case touches(Set<PictureFacts.Side>, Bool)
        case empty(Bool)
    }

    /// One rule.
    package struct Rule: Sendable, Hashable {
        package let name: String
        package let conditions: [Condition]
        package let lane: BatchLane
        package let reason: String?
        /// The channels of pictures that it decides; nil for those of the lane.
        package let exports: [String]?

        package var goesByCategory: Bool {
            conditions.contains { if case .category = $0 { true } else { false } }
        }
    }

    package let rules: [Rule]
    package let exports: [BatchExport]
    /// The channels of each lane.
    package let channels: [BatchLane: [String]]
    package let otherwise: BatchLane
    /// Where pictures go whose category no rule names, if rules go by categories at all.
    package let unknownCategory: BatchLane
    /// The text they were read from.
    public let text: String

    /// Of what the text says, not of comments, blanks and the order of keys, and of the pictures that it names.
    package let digest: String

    package init(
        rules: [Rule], exports: [BatchExport], channels: [BatchLane: [String]], otherwise: BatchLane,
        unknownCategory: BatchLane, text: String, meaning: String, pictures: [String] = []
    ) {
        self.rules = rules
        self.exports = exports
        self.channels = channels
        self.otherwise = otherwise
        self.unknownCategory = unknownCategory
        self.text = text
        digest = SHA256.hexDigest(of: ([meaning] + pictures).joined(separator: "\n"))
    }

    package func export(_ channel: String) -> BatchExport? { exports.first { $0.channel == channel } }

    /// The measures that a rule asks for.
    package var measures: Set<PictureFacts.Measure> {
        Set(
            rules.flatMap(\.conditions).compactMap { condition -> PictureFacts.Measure? in
                if case .measure(let measure, _) = condition { measure } else { nil }
            })
    }

    /// The categories that rules name.
    private var categories: Set<String> {
        Set(
            rules.flatMap(\.conditions).flatMap { condition -> [String] in
                if case .category(let names) = condition { names } else { [] }
            })
    }

    /// What rules ask that is not in the picture, but known of its job.
    package var askedOfJobs: [String] {
        let names = rules.flatMap(\.conditions).map { condition in
            switch condition {
            case .category: "category"
            case .campaign: "campaign"
            case .folder: "folder"
            case .file, .measure, .touches, .empty: ""
            }
        }
        return ["category", "campaign", "folder"].filter(names.contains)
    }

    /// What a rule had to say of a picture.
    public struct Judgement: Sendable, Hashable {
        /// The rule's name.
        public let rule: String
        /// Whether all of its conditions held.
        public let holds: Bool
        /// Each condition, with what was found: `expected-overlap 0.71: below 0.8`.
        public let findings: [String]
    }

    /// Where a picture goes, and why.
    public struct Decision: Sendable, Hashable {
        /// Where it goes.
        public let lane: BatchLane
        /// The rule that decided; nil where none did.
        public let rule: String?
        /// In words, for people: that of the rule that decided, with what was found, and what else has to be said.
        public let reasons: [String]
        /// The channels that are written of it.
        public let channels: [String]
        /// What each rule said, up to the one that decided.
        public let judgements: [Judgement]
    }

    /// Sorts a picture.
    public func decision(on job: BatchJob, _ facts: PictureFacts) -> Decision {
        var judgements: [Judgement] = []
        let categories = categories
        let isUnknown = !categories.isEmpty && !categories.contains(job.category ?? "")
        let strangeness: [String] =
            isUnknown
            ? [job.category.map { "no rule names the category '\($0)'" } ?? "it has no category, and rules go by it"]
            : []
        for rule in rules {
            let findings = rule.conditions.map { Self.finding($0, job, facts) }
            let holds = findings.allSatisfy(\.holds)
            judgements.append(Judgement(rule: rule.name, holds: holds, findings: findings.map(\.text)))
            guard holds else { continue }
            let found = findings.map(\.text).joined(separator: ", ")
            let reason = (rule.reason ?? rule.name) + (found.isEmpty ? "" : " (\(found))")
            // A rule for all may publish nothing of which no rule knows the category.
            if isUnknown, rule.lane == .publish { break }
            return Decision(
                lane: rule.lane, rule: rule.name, reasons: [reason] + strangeness,
                channels: job.outputs ?? rule.exports ?? channels[rule.lane, default: []], judgements: judgements)
        }
        let lane = isUnknown ? unknownCategory : otherwise
        return Decision(
            lane: lane, rule: nil, reasons: strangeness, channels: job.outputs ?? channels[lane, default: []],
            judgements: judgements)
    }

    private static func finding(
        _ condition: Condition, _ job: BatchJob, _ facts: PictureFacts
    ) -> (text: String, holds: Bool) {
        switch condition {
        case .category(let names):
            return (
                "category \(job.category.map { "'\($0)'" } ?? "unknown"): \(names.joined(separator: " or "))",
                job.category.map(names.contains) ?? false
            )
        case .campaign(let names):
            return (
                "campaign \(job.campaign.map { "'\($0)'" } ?? "unknown"): \(names.joined(separator: " or "))",
                job.campaign.map(names.contains) ?? false
            )
        case .folder(let globs):
            let folder = job.name.path.folderPrefix.withoutTrailingSlashes
            return ("folder '\(folder)': \(list(globs))", globs.contains { $0.matches(folder) })
        case .file(let globs):
            let name = job.name.path.name
            return ("file '\(name)': \(list(globs))", globs.contains { $0.matches(name) })
        case .measure(let measure, let range):
            let value = facts.values[measure]
            return ("\(measure.rawValue) \(value?.shortText ?? "unknown"): \(range)", range.contains(value))
        case .touches(let sides, let isMeant):
            let touched = PictureFacts.Side.allCases.filter { facts.touchedSides.contains($0) }.map(\.rawValue)
            return (
                "the subject touches \(touched.isEmpty ? "no border" : touched.joined(separator: ", "))",
                facts.touchedSides.isDisjoint(with: sides) != isMeant
            )
        case .empty(let isMeant):
            return (facts.isEmpty ? "no subject" : "a subject", facts.isEmpty == isMeant)
        }
    }

    private static func list(_ globs: [Glob]) -> String { globs.map(\.description).joined(separator: " or ") }
}

extension SHA256 {
    /// The digest of a text's UTF-8.
    package static func hexDigest(of text: String) -> String {
        var text = text
        return text.withUTF8 { hexDigest(of: UnsafeRawBufferPointer($0)) }
    }
}
