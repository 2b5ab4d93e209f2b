import Yams

/// The tree of a file of rules, of a size that what reads it may rely on.
///
/// An alias (`*name`) stands for all that its anchor (`&name`) has, aliases too: a few lines can mean more nodes than there is
/// memory, and comparing two such keys takes as long as visiting all of them. So keys have no aliases, and the nodes are counted.
struct RulesDocument {
    /// Far more than any rules have, and visited in a moment.
    private static let maxNodes = 100_000
    /// Rules have six levels.
    private static let maxDepth = 16
    private static let maxAliases = 200

    /// What is wrong with the text: where, counted from 1, or 0 for all of it, and why.
    struct Problem: Error {
        let line: Int
        let column: Int
        let reason: String

        init(line: Int = 0, column: Int = 0, _ reason: String) {
            (self.line, self.column, self.reason) = (line, column, reason)
        }

        init(_ mark: Mark?, _ reason: String) {
            self.init(line: mark?.line ?? 0, column: mark?.column ?? 0, reason)
        }
    }

    let root: Node

    /// - Throws: ``Problem``.
    init(_ text: String) throws(Problem) {
        try Self.refuseDangerousAliases(text)
        guard let root = try Self.composed(text) else { throw Problem(line: 1, column: 1, "is empty") }
        var count = 0
        try Self.count(root, &count)
        self.root = root
    }

    private static func composed(_ text: String) throws(Problem) -> Node? {
        do {
            return try compose(yaml: text)
        } catch YamlError.scanner(_, let problem, let mark, _), YamlError.parser(_, let problem, let mark, _),
            YamlError.composer(_, let problem, let mark, _)
        {
            throw Problem(mark, "is no YAML: \(problem)")
        } catch YamlError.duplicatedKeysInMapping(let keys, let context) {
            throw Problem(context.mark, "\(keys.map { "'\($0)'" }.joined(separator: ", ")) occurs twice here")
        } catch {
            throw Problem("is no YAML: \(error)")
        }
    }

    private static func count(_ node: Node, depth: Int = 0, _ count: inout Int) throws(Problem) {
        count += 1
        guard count <= maxNodes else {
            throw Problem(
                node.mark, "is repeated by aliases (*name) too often: the file would have more than \(maxNodes) values")
        }
        guard depth <= maxDepth else {
            throw Problem(node.mark, "is nested too deeply; rules have \(maxDepth) levels at most")
        }
        for child in children(node) { try Self.count(child, depth: depth + 1, &count) }
    }

    private static func children(_ node: Node) -> [Node] {
        if let sequence = node.sequence { return Array(sequence) }
        return node.mapping.map { $0.flatMap { [$0.key, $0.value] } } ?? []
    }

    /// What it says, the same for all ways to write it.
    var meaning: String { Self.value(root).description }

    private static func value(_ node: Node) -> JSONValue {
        if let scalar = node.scalar { return .string(scalar.string) }
        if let sequence = node.sequence { return .array(sequence.map(value)) }
        // Each as a pair, for a key may be more than a text.
        let pairs = node.mapping?.map { JSONValue.array([value($0.key), value($0.value)]).description } ?? []
        let sorted = pairs.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return .object([JSONValue.Member(name: "pairs", value: .strings(sorted))])
    }

    // MARK: Aliases

    /// Reads the text with what makes it dangerous taken out: anchors as tags, and all that may be an alias as a plain text that
    /// begins with a tilde, so that nothing stands for anything else. An alias that was overlooked has no anchor, and the parser
    /// refuses it.
    private static func refuseDangerousAliases(_ text: String) throws(Problem) {
        guard text.utf8.contains(UInt8(ascii: "&")), text.utf8.contains(UInt8(ascii: "*")) else { return }
        guard let root = try composed(withoutAliases(text)) else { return }
        var (nodeCount, aliasCount) = (0, 0)
        try count(root, &nodeCount)
        try refuse(in: root, isKey: false, &aliasCount)
    }

    /// Asterisks at the beginning of a word, in comments and quotes too.
    private static func withoutAliases(_ text: String) -> String {
        var result = String.UnicodeScalarView()
        var isBeginning = true
        for scalar in text.unicodeScalars {
            result.append(scalar == "*" && isBeginning ? "~" : scalar == "&" ? "!" : scalar)
            isBeginning = " \t\r\n[{,:?".unicodeScalars.contains(scalar)
        }
        return String(result)
    }

    private static func refuse(in node: Node, isKey: Bool, _ aliasCount: inout Int) throws(Problem) {
        if let scalar = node.scalar, scalar.style == .plain, scalar.string.unicodeScalars.first == "~" {
            if isKey { throw Problem(scalar.mark, "an alias (*name) is no key; write the key itself") }
            aliasCount += 1
            guard aliasCount <= maxAliases else {
                throw Problem(scalar.mark, "there are more than \(maxAliases) aliases (*name); write some of them out")
            }
        }
        if let mapping = node.mapping {
            for (key, value) in mapping {
                try refuse(in: key, isKey: true, &aliasCount)
                try refuse(in: value, isKey: isKey, &aliasCount)
            }
        } else {
            for child in children(node) { try refuse(in: child, isKey: isKey, &aliasCount) }
        }
    }
}
