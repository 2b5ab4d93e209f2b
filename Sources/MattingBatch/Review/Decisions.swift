import Files
import ImageCodecs

/// What a person decided on a ``ReviewPage``: the file `decisions.json` that the page saves.
///
/// ```json
/// {"batch": "2026-11-29", "decisions": [{"id": "a1", "action": "accept", "note": "", "seen": "5d41"}]}
/// ```
public struct Decisions: Sendable, Equatable {
    /// What is to become of a picture.
    public enum Action: String, Sendable, CaseIterable {
        /// Its matte is good: the picture goes on.
        case accept
        /// Its matte is not: the picture stays with the people.
        case reject
    }

    /// What was decided about one picture.
    public struct Decision: Sendable, Equatable {
        /// The ``ReviewItem/id``.
        public var id: String
        /// What is to become of it.
        public var action: Action
        /// What the person wrote; empty for most.
        public var note: String
        /// The ``ReviewItem/seen`` of what the person saw; empty where the page did not know.
        public var seen: String

        /// A decision.
        public init(id: String, action: Action, note: String = "", seen: String = "") {
            self.id = id
            self.action = action
            self.note = note
            self.seen = seen
        }
    }

    /// The ``ReviewPage/batch`` that they are about.
    public var batch: String
    /// In the order of the page.
    public var decisions: [Decision]

    /// Decisions about a batch.
    public init(batch: String, decisions: [Decision]) {
        self.batch = batch
        self.decisions = decisions
    }

    /// Reads a file that a page saved.
    ///
    /// - Parameter path: of at most ``sizeLimit`` bytes.
    /// - Throws: ``ReviewError/unreadable(path:reason:)``, and as ``init(json:)``.
    public init(contentsOf path: String) throws(ReviewError) {
        try self.init(contentsOf: BytePath(path))
    }

    /// Reads a file with a name of any bytes.
    ///
    /// - Throws: As ``init(contentsOf:)-(String)``.
    package init(contentsOf path: BytePath) throws(ReviewError) {
        let bytes: [UInt8]
        do {
            bytes = try WholeFile.readAll(path: path, limit: Self.sizeLimit).withBytes { Array($0) }
        } catch {
            if case .unreadableFile(_, let reason) = error {
                throw .unreadable(path: path.description, reason: reason)
            }
            throw .unreadable(path: path.description, reason: "it has more than \(Self.sizeLimit) bytes")
        }
        try self.init(json: bytes)
    }

    /// The most bytes that are read: a quarter of a million decisions with notes.
    public static let sizeLimit = 64 << 20

    /// Reads what a page saved. Members that this version does not know are passed over.
    ///
    /// - Throws: ``ReviewError/malformed(reason:)``, ``ReviewError/unknownAction(id:action:)``,
    ///   ``ReviewError/decidedTwice(id:)``.
    public init(json: [UInt8]) throws(ReviewError) {
        let value: JSONValue
        do throws(JSONError) { value = try JSONValue(parsing: json) } catch { throw .malformed(reason: "\(error)") }
        guard let batch = value["batch"]?.string, let decisions = value["decisions"]?.array else {
            throw .malformed(reason: "they are no object with the members \"batch\" and \"decisions\"")
        }
        self.batch = batch
        self.decisions = try decisions.enumerated().map { (index, value) throws(ReviewError) in
            try Decision(value, number: index + 1)
        }
        var seen: Set<[UInt8]> = []
        for decision in self.decisions where !seen.insert(Array(decision.id.utf8)).inserted {
            throw .decidedTwice(id: decision.id)
        }
    }

    /// Checks that they are about a batch of these pictures.
    ///
    /// - Throws: ``ReviewError/otherBatch(_:expected:)``, ``ReviewError/unknownIDs(_:)``, which names all.
    public func check(batch: String, ids: some Sequence<String>) throws(ReviewError) {
        guard self.batch.utf8.elementsEqual(batch.utf8) else { throw .otherBatch(self.batch, expected: batch) }
        // Strings that are composed differently are equal, and two pictures all the same.
        let known = Set(ids.map { Array($0.utf8) })
        let unknown = decisions.map(\.id).filter { !known.contains(Array($0.utf8)) }
        if !unknown.isEmpty { throw .unknownIDs(unknown) }
    }

    /// The file that a page would save, with a line for each decision.
    public var json: [UInt8] {
        let lines = decisions.map { decision in
            "\n"
                + JSONValue.object([
                    "id": .string(decision.id), "action": .string(decision.action.rawValue),
                    "note": .string(decision.note), "seen": .string(decision.seen),
                ]).description
        }
        let text = "{\"batch\":\(JSONValue.string(batch)),\"decisions\":[\(lines.joined(separator: ","))\n]}\n"
        return Array(text.utf8)
    }
}

extension Decisions.Decision {
    /// - Parameter number: of the decision in its file, for errors.
    fileprivate init(_ value: JSONValue, number: Int) throws(ReviewError) {
        guard let id = value["id"]?.string, let text = value["action"]?.string else {
            throw .malformed(reason: "decision \(number) is no object with the members \"id\" and \"action\"")
        }
        guard let action = Decisions.Action(rawValue: text) else { throw .unknownAction(id: id, action: text) }
        guard let note = (value["note"] ?? .string("")).string else {
            throw .malformed(reason: "the note of decision \(number) is no text")
        }
        guard let seen = (value["seen"] ?? .string("")).string else {
            throw .malformed(reason: "what decision \(number) says was seen is no text")
        }
        self.init(id: id, action: action, note: note, seen: seen)
    }
}
