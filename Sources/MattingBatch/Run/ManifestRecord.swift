import Files
import WeightFiles

/// What the manifest says of a picture: one line of JSON.
package struct ManifestRecord: Sendable, Equatable {
    /// The reason of what is published by a person's matte.
    static let corrected = "a person corrected it"

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

    /// A matte that a person made, and the picture that they made it of, by their digests.
    package struct Correction: Sendable, Equatable {
        package let digest: String
        package let inputHash: String
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
    /// What was found in `manual/done`.
    package var correction: Correction?
    package var lane: BatchLane?
    package var rule: String?
    package var reasons: [String] = []
    package var confidence: Double?
    package var facts: [PictureFacts.Measure: Double] = [:]
    package var outputs: [Output] = []
    /// Files that somebody has changed, or put there, and that are left as they are.
    package var stays: [BytePath] = []
    package var warnings: [String] = []
    /// What is left as it is, or does not count, and why: for people who worked on the picture or decided about it.
    package var remarks: [String] = []
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
        if let entry = value["correction"] {
            guard let digest = entry["sha256"]?.string, let hash = entry["inputHash"]?.string else { return nil }
            correction = Correction(digest: digest, inputHash: hash)
        }
        if let lane = value["lane"]?.string {
            guard let known = BatchLane(rawValue: lane) else { return nil }
            self.lane = known
        }
        rule = value["rule"]?.string
        reasons = value["reasons"]?.array?.compactMap(\.string) ?? []
        if correction == nil, reasons == [Self.corrected] {
            // A line of an earlier version, which does not say of which matte.
            correction = Correction(digest: "", inputHash: inputHash)
        }
        confidence = value["confidence"]?.double
        if case .object(let members)? = value["facts"] {
            for member in members {
                if let measure = PictureFacts.Measure(rawValue: member.name) { facts[measure] = member.value.double }
            }
        }
        for entry in value["outputs"]?.array ?? [] {
            guard let channel = entry["channel"]?.string,
                let path = entry["path"]?.string.flatMap(Self.path(escapedText:)),
                let byteCount = entry["bytes"]?.integer, let hash = entry["sha256"]?.string
            else { return nil }
            outputs.append(Output(channel: channel, path: path, byteCount: byteCount, hash: hash))
        }
        for entry in value["stays"]?.array ?? [] {
            guard let path = entry.string.flatMap(Self.path(escapedText:)) else { return nil }
            stays.append(path)
        }
        warnings = value["warnings"]?.array?.compactMap(\.string) ?? []
        remarks = value["remarks"]?.array?.compactMap(\.string) ?? []
        error = value["error"]?.string
        if case .object(let members)? = value["milliseconds"] {
            for member in members { times[member.name] = member.value.double }
        }
        coreSeconds = value["coreSeconds"]?.double ?? 0
    }

    /// The path of a file that may be the batch's: within the folder of a lane. Files are removed by what the manifest says, and
    /// it may have been written by anybody.
    private static func path(escapedText text: String) -> BytePath? {
        let path = BytePath(escapedText: text)
        let isInLane = BatchLane.allCases.contains { path.hasPrefix($0.rawValue + "/") }
        return isInLane && !path.containsNUL && BatchJobs.within(path) == path ? path : nil
    }

    /// What a page shows of the picture: a matte of this input by these weights and options, whatever the rules made of it.
    package var seen: String {
        let parts: [JSONValue] = [.string(inputHash), .string(weights), .string(options)]
        return String(SHA256.hexDigest(of: JSONValue.array(parts).description).prefix(32))
    }

    /// By path, the digests of what the batch has written there, or was about to.
    var owned: [BytePath: Set<String>] {
        Dictionary(outputs.map { ($0.path, [$0.hash]) }) { $0.union($1) }
    }

    package var json: JSONValue {
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: JSONValue?) {
            if let value { members.append(JSONValue.Member(name: name, value: value)) }
        }
        func text(_ value: String?) -> JSONValue? { value.map { JSONValue.string($0) } }
        add("id", text(id))
        add("name", text(name.escapedText))
        add("input", text(input.escapedText))
        add("inputHash", text(inputHash))
        add("key", text(key))
        add("weights", text(weights))
        add("rules", text(rules))
        add("options", text(options))
        add("sku", text(sku))
        add("category", text(category))
        add("campaign", text(campaign))
        add("priority", priority == 0 ? nil : JSONValue.integer(priority))
        add("brief", text(brief))
        add(
            "correction",
            correction.map { .object(["sha256": .string($0.digest), "inputHash": .string($0.inputHash)]) })
        add("lane", text(lane?.rawValue))
        add("rule", text(rule))
        add("reasons", .strings(reasons))
        add("confidence", confidence.map { JSONValue.double($0.rounded(to: 6)) })
        add("facts", Self.json(facts))
        add("outputs", .array(outputs.map(\.json)))
        add("stays", stays.isEmpty ? nil : .strings(stays.map(\.escapedText)))
        add("warnings", .strings(warnings))
        add("remarks", remarks.isEmpty ? nil : .strings(remarks))
        add("error", text(error))
        let sorted = times.sorted { $0.key < $1.key }
        add("milliseconds", .object(sorted.map { .init(name: $0.key, value: .double($0.value.rounded(to: 1))) }))
        add("coreSeconds", .double(coreSeconds.rounded(to: 4)))
        return .object(members)
    }

    /// Measures in their order.
    static func json(_ facts: [PictureFacts.Measure: Double]) -> JSONValue {
        var members: [JSONValue.Member] = []
        for measure in PictureFacts.Measure.allCases {
            guard let value = facts[measure] else { continue }
            members.append(JSONValue.Member(name: measure.rawValue, value: .double(value.rounded(to: 6))))
        }
        return .object(members)
    }
}

extension ManifestRecord.Output {
    var json: JSONValue {
        .object([
            .init(name: "channel", value: .string(channel)), .init(name: "path", value: .string(path.escapedText)),
            .init(name: "bytes", value: .integer(byteCount)), .init(name: "sha256", value: .string(hash)),
        ])
    }
}

extension Double {
    func rounded(to decimals: Int) -> Double {
        let factor = (0..<decimals).reduce(1.0) { factor, _ in factor * 10 }
        return (self * factor).rounded() / factor
    }
}
