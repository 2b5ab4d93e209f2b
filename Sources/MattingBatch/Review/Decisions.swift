import Files
import ImageCodecs

/// What a person decided on a ``ReviewPage``: the file `decisions.json` that the page saves.
///
/// ```json
/// {"batch": "2026-11-29", "decisions": [{"id": "a1", "action": "accept", "note": ""}]}
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

        /// A decision.
        public init(id: String, action: Action, note: String = "") {
            self.id = id
            self.action = action
            self.note = note
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
    /// - Throws: ``ReviewError/malformed(byteOffset:expected:)``, ``ReviewError/unknownAction(id:action:)``,
    ///   ``ReviewError/decidedTwice(id:)``.
    public init(json: [UInt8]) throws(ReviewError) {
        var reader = DecisionsReader(json)
        self = try reader.read()
        var seen: Set<[UInt8]> = []
        for decision in decisions where !seen.insert(Array(decision.id.utf8)).inserted {
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
        var text = JSONText()
        text.raw("{\"batch\":")
        text.string(batch)
        text.raw(",\"decisions\":[")
        for (index, decision) in decisions.enumerated() {
            text.raw(index == 0 ? "\n{\"id\":" : ",\n{\"id\":")
            text.string(decision.id)
            text.raw(",\"action\":\"\(decision.action.rawValue)\",\"note\":")
            text.string(decision.note)
            text.raw("}")
        }
        text.raw("\n]}\n")
        return text.bytes
    }
}
