/// What a person decided about a picture, as the manifest keeps it: for what they saw and nothing else.
package struct ManifestDecision: Sendable, Equatable {
    package let id: String
    package let inputHash: String
    /// The ``ManifestRecord/seen`` of what the page showed.
    package let seen: String
    package let action: Decisions.Action
    package let note: String

    /// A decision about what a record tells of.
    package init(about record: ManifestRecord, action: Decisions.Action, note: String) {
        id = record.id
        inputHash = record.inputHash
        seen = record.seen
        self.action = action
        self.note = note
    }

    /// - Parameter records: what the lines before tell; those of earlier versions do not say what was seen, which is what was
    ///   known then.
    package init?(_ value: JSONValue, after records: ByID<ManifestRecord>) {
        guard let action = value["decision"]?.string.flatMap(Decisions.Action.init(rawValue:)),
            let id = value["id"]?.string,
            let inputHash = value["inputHash"]?.string
        else { return nil }
        self.id = id
        self.inputHash = inputHash
        let record = records[id].flatMap { $0.inputHash == inputHash ? $0.seen : nil }
        seen = value["seen"]?.string ?? record ?? ""
        self.action = action
        note = value["note"]?.string ?? ""
    }

    package var json: JSONValue {
        .object([
            "decision": .string(action.rawValue), "id": .string(id), "inputHash": .string(inputHash),
            "seen": .string(seen), "note": .string(note),
        ])
    }
}
