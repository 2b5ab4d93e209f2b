import Files
import ImageCodecs
import Matting
import Raster
import WeightFiles
import Yams

extension BatchRules {
    /// The longest file of rules that is read, in bytes.
    private static let maxBytes = 1 << 20

    /// Rules from the text of a file.
    ///
    /// - Parameters:
    ///   - yaml: the text; ``defaultText`` is one, and says what there is.
    ///   - path: what messages call it; pictures that it names are beside it.
    /// - Throws: ``BatchRulesError``, which names everything that is wrong with line and column.
    public init(yaml: String, path: String = "rules") throws(BatchRulesError) {
        func failure(_ line: Int, _ column: Int, _ reason: String) -> BatchRulesError {
            BatchRulesError(path: path, problems: [.init(line: line, column: column, reason: reason)])
        }
        guard yaml.utf8.count <= Self.maxBytes else { throw failure(0, 0, "is longer than \(Self.maxBytes) bytes") }
        let document: RulesDocument
        do throws(RulesDocument.Problem) {
            // Some editors begin a file with a mark of its encoding.
            let hasMark = yaml.unicodeScalars.first == "\u{FEFF}"
            document = try RulesDocument(hasMark ? String(yaml.unicodeScalars.dropFirst()) : yaml)
        } catch {
            throw failure(error.line, error.column, error.reason)
        }
        let reader = RulesReader(folder: BytePath(path).folderPrefix)
        let rules = reader.rules(document, text: yaml)
        guard let rules, reader.problems.isEmpty else {
            throw BatchRulesError(
                path: path, problems: reader.problems.sorted { ($0.line, $0.column) < ($1.line, $1.column) })
        }
        self = rules
    }

    /// Rules from a file.
    ///
    /// - Throws: ``BatchRulesError``, for a file that cannot be read too.
    public init(contentsOf path: BatchPath) throws(BatchRulesError) {
        let text: String?
        do throws(ImageCodecError) {
            text = try WholeFile.readAll(path: path.path, limit: Self.maxBytes).withBytes {
                String(validating: $0, as: UTF8.self)
            }
        } catch {
            let reason =
                if case .unreadableFile(_, let reason) = error { "cannot be read: \(reason)" } else { "\(error)" }
            throw BatchRulesError(path: path.description, problems: [.init(line: 0, column: 0, reason: reason)])
        }
        guard let text else {
            throw BatchRulesError(path: path.description, problems: [.init(line: 0, column: 0, reason: "is no UTF-8")])
        }
        try self.init(yaml: text, path: path.description)
    }
}

/// Takes the nodes of a file of rules apart, and remembers what is wrong with them.
final class RulesReader {
    private(set) var problems: [BatchRulesError.Problem] = []
    private let folder: BytePath
    private var pictures: [String] = []

    /// - Parameter folder: where pictures are that rules name.
    init(folder: BytePath) { self.folder = folder }

    /// Remembers a picture that is a part of the rules.
    func note(picture bytes: [UInt8]) { pictures.append(bytes.withUnsafeBytes { SHA256.hexDigest(of: $0) }) }

    func fail(_ node: Node, _ reason: String) {
        problems.append(.init(line: node.mark?.line ?? 0, column: node.mark?.column ?? 0, reason: reason))
    }

    /// The values of a mapping by their keys; unknown keys are problems.
    func fields(_ node: Node, _ what: String, known: [String]) -> [String: Node] {
        guard let mapping = node.mapping else {
            fail(node, "\(what) has keys and values: \(known.joined(separator: ", "))")
            return [:]
        }
        var fields: [String: Node] = [:]
        for (key, value) in mapping {
            guard let name = key.scalar?.string, known.contains(name) else {
                fail(key, "\(what) has no '\(key.scalar?.string ?? "…")'; it has \(known.joined(separator: ", "))")
                continue
            }
            fields[name] = value
        }
        return fields
    }

    func text(_ node: Node?, _ what: String) -> String? {
        guard let node else { return nil }
        guard let text = node.scalar?.string, !text.isEmpty else {
            fail(node, "'\(what)' is a text")
            return nil
        }
        return text
    }

    /// One text, or a list of them.
    func texts(_ node: Node?, _ what: String, mayBeEmpty: Bool = false) -> [String]? {
        guard let node else { return nil }
        if let text = node.scalar?.string, !text.isEmpty { return [text] }
        guard let sequence = node.sequence, mayBeEmpty || !sequence.isEmpty else {
            fail(node, "'\(what)' is a text, or a list of them in brackets")
            return nil
        }
        return sequence.compactMap { text($0, what) }
    }

    func bool(_ node: Node?, _ what: String) -> Bool? {
        guard let node else { return nil }
        switch node.scalar?.string {
        case "true", "yes": return true
        case "false", "no": return false
        default:
            fail(node, "'\(what)' is true or false")
            return nil
        }
    }

    func number(_ node: Node?, _ what: String, _ range: ClosedRange<Double>) -> Double? {
        guard let node else { return nil }
        let text = node.scalar?.string ?? ""
        guard let value = Double(share: text), range.contains(value) else {
            fail(node, "'\(what)' is a number from \(range.lowerBound.shortText) to \(range.upperBound.shortText)")
            return nil
        }
        return value
    }

    func choice<Value: RawRepresentable & CaseIterable>(_ node: Node?, _ what: String, _: Value.Type) -> Value?
    where Value.RawValue == String {
        guard let node else { return nil }
        guard let value = node.scalar.flatMap({ Value(rawValue: $0.string) }) else {
            fail(node, "'\(what)' is one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            return nil
        }
        return value
    }

    // MARK: Rules

    /// nil where nothing can be made of it; what is wrong is in ``problems``.
    func rules(_ document: RulesDocument, text: String) -> BatchRules? {
        let root = document.root
        let fields = fields(
            root, "the file", known: ["exports", "lanes", "rules", "otherwise", "unknown-category"])
        var exports: [BatchExport] = []
        if let node = fields["exports"] {
            if let mapping = node.mapping {
                for (key, value) in mapping {
                    guard let channel = self.text(key, "exports") else { continue }
                    if let export = ExportReader(reader: self, folder: folder).export(channel, key, value) {
                        exports.append(export)
                    }
                }
            } else {
                fail(node, "'exports' has the names of channels, and under each what is written for it")
            }
        } else {
            fail(root, "'exports' is missing: what is written of a picture")
        }
        let known = Set(exports.map(\.channel))
        func channels(_ node: Node?, _ what: String) -> [String]? {
            let names = texts(node, what, mayBeEmpty: true)
            // Where an export is wrong itself nothing is said of those that name it.
            if problems.isEmpty, let node, let name = names?.first(where: { !known.contains($0) }) {
                fail(node, "there is no export '\(name)'; there are \(exports.map(\.channel).joined(separator: ", "))")
            }
            return names
        }
        var lanes: [BatchLane: [String]] = [:]
        if let node = fields["lanes"] {
            let entries = self.fields(node, "'lanes'", known: BatchLane.allCases.map(\.rawValue))
            for lane in BatchLane.allCases { lanes[lane] = channels(entries[lane.rawValue], lane.rawValue) }
        } else {
            lanes[.publish] = exports.map(\.channel)
        }
        var rules: [BatchRules.Rule] = []
        if let node = fields["rules"] {
            if let sequence = node.sequence {
                for entry in sequence { if let rule = rule(entry, channels) { rules.append(rule) } }
            } else {
                fail(node, "'rules' is a list; begin each with '- name:'")
            }
        }
        let otherwise = choice(fields["otherwise"], "otherwise", BatchLane.self)
        if fields["otherwise"] == nil {
            fail(root, "'otherwise' is missing: the lane of pictures that no rule decides")
        }
        let unknown = choice(fields["unknown-category"], "unknown-category", BatchLane.self) ?? .check
        if let node = fields["unknown-category"], problems.isEmpty, !rules.contains(where: \.goesByCategory) {
            fail(node, "'unknown-category' is for rules that go by 'category', and none does; leave it out")
        }
        guard problems.isEmpty, let otherwise else { return nil }
        return BatchRules(
            rules: rules, exports: exports, channels: lanes, otherwise: otherwise, unknownCategory: unknown, text: text,
            meaning: document.meaning, pictures: pictures)
    }

    private func rule(_ node: Node, _ channels: (Node?, String) -> [String]?) -> BatchRules.Rule? {
        let fields = fields(node, "a rule", known: ["name", "when", "lane", "reason", "exports"])
        for key in ["name", "lane", "when"] where node.mapping != nil && fields[key] == nil {
            fail(node, "'\(key)' is missing in this rule")
        }
        let conditions = fields["when"].map(conditions) ?? []
        let exports = channels(fields["exports"], "exports")
        let reason = text(fields["reason"], "reason")
        guard let name = text(fields["name"], "name"), let lane = choice(fields["lane"], "lane", BatchLane.self) else {
            return nil
        }
        return BatchRules.Rule(name: name, conditions: conditions, lane: lane, reason: reason, exports: exports)
    }

    private func conditions(_ node: Node) -> [BatchRules.Condition] {
        let measures = PictureFacts.Measure.allCases.map(\.rawValue)
        let known = ["category", "campaign", "folder", "file", "touches", "empty"] + measures
        let fields = fields(node, "'when'", known: known)
        if node.mapping != nil && fields.isEmpty { fail(node, "'when' is empty; what is for all is 'otherwise'") }
        var conditions: [BatchRules.Condition] = []
        // In one order, whatever theirs is in the file.
        for name in known {
            guard let node = fields[name] else { continue }
            switch name {
            case "category": if let names = texts(node, name) { conditions.append(.category(names)) }
            case "campaign": if let names = texts(node, name) { conditions.append(.campaign(names)) }
            case "folder": conditions.append(.folder(globs(node, name)))
            case "file": conditions.append(.file(globs(node, name)))
            case "empty": if let isMeant = bool(node, name) { conditions.append(.empty(isMeant)) }
            case "touches": if let condition = touches(node) { conditions.append(condition) }
            default:
                guard let measure = PictureFacts.Measure(rawValue: name), let range = range(node, measure) else {
                    continue
                }
                conditions.append(.measure(measure, range))
            }
        }
        return conditions
    }

    private func globs(_ node: Node, _ name: String) -> [Glob] {
        (texts(node, name) ?? []).compactMap { text in
            let glob = Glob(text)
            if glob == nil { fail(node, "'\(text)' is no pattern: a bracket is not closed, or a range runs backwards") }
            return glob
        }
    }

    private func touches(_ node: Node) -> BatchRules.Condition? {
        switch node.scalar?.string {
        case "true", "yes", "any": return .touches(Set(PictureFacts.Side.allCases), true)
        case "false", "no", "none": return .touches(Set(PictureFacts.Side.allCases), false)
        default: break
        }
        let names = texts(node, "touches") ?? []
        let sides = names.compactMap(PictureFacts.Side.init)
        guard !sides.isEmpty, sides.count == names.count else {
            fail(node, "'touches' is any, none, or of left, top, right, bottom")
            return nil
        }
        return .touches(Set(sides), true)
    }

    private func range(_ node: Node, _ measure: PictureFacts.Measure) -> RuleRange? {
        guard let text = node.scalar?.string, let range = RuleRange(text) else {
            fail(
                node,
                "'\(measure.rawValue)' is below 0.2, above 0.2, at least 0.2, at most 0.2, 0.2 to 0.4, one number, or unknown"
            )
            return nil
        }
        if let problem = range.problem(in: measure.range) {
            fail(node, "'\(measure.rawValue)': \(problem)")
            return nil
        }
        return range
    }
}
