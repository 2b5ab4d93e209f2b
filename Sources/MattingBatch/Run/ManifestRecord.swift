import Files

/// What the manifest says of a picture: one line of JSON.
package struct ManifestRecord: Sendable, Equatable {
    /// A file that was written.
    package struct Output: Sendable, Equatable {
        /// Of the export, or the part of the manual lane.
        package let channel: String
        /// In the folder of results.
        package let path: BytePath
        package let byteCount: Int
        package let hash: String

        package init(channel: String, path: BytePath, byteCount: Int, hash: String) {
            self.channel = channel
            self.path = path
            self.byteCount = byteCount
            self.hash = hash
        }
    }

    package var id: String
    package var name: BytePath
    package var input: BytePath
    package var inputHash = ""
    /// Of all that decides what is written beside the input: rules, options, weights, what is known of the job.
    package var key = ""
    package var weights = ""
    package var rules = ""
    package var options = ""
    package var sku: String?
    package var category: String?
    package var campaign: String?
    package var priority = 0
    package var brief: String?
    package var lane: BatchLane?
    package var rule: String?
    package var reasons: [String] = []
    package var confidence: Double?
    package var facts: [PictureFacts.Measure: Double] = [:]
    package var outputs: [Output] = []
    package var warnings: [String] = []
    package var error: String?
    /// In milliseconds, by stage.
    package var times: [String: Double] = [:]
    /// Processor time.
    package var coreSeconds = 0.0

    package init(_ job: BatchJob) {
        id = job.id
        name = job.name.path
        input = job.input.path
        sku = job.sku
        category = job.category
        campaign = job.campaign
        priority = job.priority
        brief = job.brief
    }

    /// nil where something is missing or has another type.
    package init?(_ value: JSONValue) {
        guard let id = value["id"]?.string, let name = value["name"]?.string, let input = value["input"]?.string else {
            return nil
        }
        self.id = id
        self.name = BytePath(escapedText: name)
        self.input = BytePath(escapedText: input)
        inputHash = value["inputHash"]?.string ?? ""
        key = value["key"]?.string ?? ""
        weights = value["weights"]?.string ?? ""
        rules = value["rules"]?.string ?? ""
        options = value["options"]?.string ?? ""
        sku = value["sku"]?.string
        category = value["category"]?.string
        campaign = value["campaign"]?.string
        priority = value["priority"]?.integer ?? 0
        brief = value["brief"]?.string
        if let lane = value["lane"]?.string {
            guard let known = BatchLane(rawValue: lane) else { return nil }
            self.lane = known
        }
        rule = value["rule"]?.string
        reasons = value["reasons"]?.array?.compactMap(\.string) ?? []
        confidence = value["confidence"]?.double
        if case .object(let members)? = value["facts"] {
            for member in members {
                if let measure = PictureFacts.Measure(rawValue: member.name) { facts[measure] = member.value.double }
            }
        }
        for entry in value["outputs"]?.array ?? [] {
            guard let channel = entry["channel"]?.string, let path = entry["path"]?.string,
                let byteCount = entry["bytes"]?.integer, let hash = entry["sha256"]?.string
            else { return nil }
            outputs.append(
                Output(channel: channel, path: BytePath(escapedText: path), byteCount: byteCount, hash: hash))
        }
        warnings = value["warnings"]?.array?.compactMap(\.string) ?? []
        error = value["error"]?.string
        if case .object(let members)? = value["milliseconds"] {
            for member in members { times[member.name] = member.value.double }
        }
        coreSeconds = value["coreSeconds"]?.double ?? 0
    }

    package var json: JSONValue {
        let outputs = outputs.map { output in
            JSONValue.object([
                "channel": .string(output.channel), "path": .string(output.path.escapedText),
                "bytes": .integer(output.byteCount), "sha256": .string(output.hash),
            ])
        }
        let facts = PictureFacts.Measure.allCases.compactMap { measure in
            facts[measure].map { JSONValue.Member(name: measure.rawValue, value: .double($0.rounded(to: 6))) }
        }
        let times = times.sorted { $0.key < $1.key }.map { name, value in
            JSONValue.Member(name: name, value: .double(value.rounded(to: 1)))
        }
        return .object([
            "id": .string(id), "name": .string(name.escapedText), "input": .string(input.escapedText),
            "inputHash": .string(inputHash), "key": .string(key), "weights": .string(weights), "rules": .string(rules),
            "options": .string(options), "sku": sku.map { .string($0) }, "category": category.map { .string($0) },
            "campaign": campaign.map { .string($0) }, "priority": priority == 0 ? nil : .integer(priority),
            "brief": brief.map { .string($0) }, "lane": lane.map { .string($0.rawValue) },
            "rule": rule.map { .string($0) }, "reasons": .strings(reasons),
            "confidence": confidence.map { .double($0.rounded(to: 6)) }, "facts": .object(facts),
            "outputs": .array(outputs),
            "warnings": .strings(warnings), "error": error.map { .string($0) }, "milliseconds": .object(times),
            "coreSeconds": .double(coreSeconds.rounded(to: 4)),
        ])
    }
}

extension Double {
    func rounded(to decimals: Int) -> Double {
        let factor = (0..<decimals).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}

/// What a person decided about a picture, as the manifest keeps it: for this input and no other.
package struct ManifestDecision: Sendable, Equatable {
    package let id: String
    package let inputHash: String
    package let action: Decisions.Action
    package let note: String

    package init(id: String, inputHash: String, action: Decisions.Action, note: String) {
        self.id = id
        self.inputHash = inputHash
        self.action = action
        self.note = note
    }

    package init?(_ value: JSONValue) {
        guard let action = value["decision"]?.string.flatMap(Decisions.Action.init(rawValue:)),
            let id = value["id"]?.string,
            let inputHash = value["inputHash"]?.string
        else { return nil }
        self.init(id: id, inputHash: inputHash, action: action, note: value["note"]?.string ?? "")
    }

    package var json: JSONValue {
        .object([
            "decision": .string(action.rawValue), "id": .string(id), "inputHash": .string(inputHash),
            "note": .string(note),
        ])
    }
}
