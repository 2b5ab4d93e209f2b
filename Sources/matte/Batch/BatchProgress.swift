import MattingBatch
import Threads

/// Says how a batch goes: a live line on a terminal, otherwise a line in a while, or an event a picture.
final class BatchProgress {
    private let reports: ReportArguments
    private let coreHourPrice: Double?
    private let start = ContinuousClock.now
    private var summary = BatchSummary()
    private var total = 0
    private var lastLine = ContinuousClock.now
    private var isLineShown = false
    /// Whether the plan was in order.
    private(set) var hasBegun = false

    init(_ reports: ReportArguments, coreHourPrice: Double?) {
        self.reports = reports
        self.coreHourPrice = coreHourPrice
    }

    /// How often something was said of a picture, by the words.
    private var remarks: [String: Int] = [:]
    /// Of the same words for more pictures only the number is said.
    private static let mostRemarks = 5
    /// Decisions and corrected mattes that do not count.
    private var refusals = 0
    /// Whether files to be published, or looked at, are not what they were to be because somebody has changed them; those of
    /// `manual/` are there to be changed.
    private var isHeld = false

    /// Whether something was not done that was asked for.
    var isIncomplete: Bool { summary.all.failed > 0 || refusals > 0 || isHeld }

    func begin(_ count: Int) {
        hasBegun = true
        total = count
        if reports.json { Console.json(.object(["event": .string("start"), "pictures": .integer(count)])) }
    }

    /// A decision, or a corrected matte, that does not count.
    func refuse(_ text: String) {
        refusals += 1
        clear()
        Console.message(text)
        if reports.json { Console.json(.object(["event": .string("refused"), "reason": .string(text)])) }
    }

    func add(_ result: BatchResult) {
        summary.add(result)
        for remark in result.remarks {
            remarks[remark, default: 0] += 1
            guard remarks[remark, default: 0] <= Self.mostRemarks else { continue }
            clear()
            Console.message("\(result.job.input): \(remark)")
        }
        let wanted = result.outputs.filter { !$0.path.hasPrefix("manual/") }
        if result.held.contains(where: wanted.contains) { isHeld = true }
        if case .failed(let reason) = result.outcome {
            clear()
            _ = Console.complain(about: result.job.input, BatchFailure(text: reason))
        }
        if reports.json { Console.json(event(result)) }
        show()
    }

    private func event(_ result: BatchResult) -> JSONValue {
        let outcome =
            switch result.outcome {
            case .done: "done"
            case .unchanged: "unchanged"
            case .failed: "failed"
            }
        guard case .object(let members) = result.record.json else { return .null }
        let head: [JSONValue.Member] = [
            .init(name: "event", value: .string("picture")), .init(name: "outcome", value: .string(outcome)),
        ]
        return .object(head + members)
    }

    // MARK: The line

    private var seconds: Double { (ContinuousClock.now - start) / .seconds(1) }

    private func show() {
        guard !reports.quiet else { return }
        let isLive = Console.isTerminal
        let now = ContinuousClock.now
        guard now - lastLine > (isLive ? .milliseconds(200) : .seconds(30)) || isLive && summary.all.pictures == total
        else {
            return
        }
        lastLine = now
        if isLive {
            Console.progress("\r\u{1B}[K\(line)")
            isLineShown = true
        } else {
            Console.message(line)
        }
    }

    private var line: String {
        let all = summary.all
        let made = all.pictures - all.unchanged
        let rate = seconds > 0 ? Double(made) / seconds : 0
        var parts = ["\(all.pictures) of \(total)"]
        if made > 0, rate > 0 {
            parts.append("\(rate.fixed(rate < 10 ? 1 : 0)) a second")
            parts.append("\(Self.time(Double(total - all.pictures) / rate)) left")
        }
        parts += counts
        return parts.joined(separator: " · ")
    }

    private var counts: [String] {
        let lanes: [BatchLane?] = BatchLane.allCases + [nil]
        var parts = lanes.compactMap { lane in
            summary.lanes[lane].map { "\(lane?.rawValue ?? "failed") \($0.pictures)" }
        }
        if summary.all.unchanged > 0 { parts.append("unchanged \(summary.all.unchanged)") }
        if summary.all.held > 0 { parts.append("held \(summary.all.held)") }
        if refusals > 0 { parts.append("not used \(refusals)") }
        return parts
    }

    private static func time(_ seconds: Double) -> String {
        let seconds = Int(min(max(seconds, 0), 1e9).rounded())
        if seconds < 100 { return "\(seconds) s" }
        return seconds < 6000 ? "\((seconds + 30) / 60) min" : "\((seconds + 1800) / 3600) h"
    }

    /// Takes the live line away.
    func clear() {
        if isLineShown { Console.progress("\r\u{1B}[K") }
        isLineShown = false
    }

    // MARK: The end

    func end() {
        clear()
        let seconds = seconds
        for (remark, count) in remarks.sorted(by: { $0.key < $1.key }) where count > Self.mostRemarks {
            Console.message("\(count - Self.mostRemarks) more pictures: \(remark)")
        }
        let made = summary.all.pictures - summary.all.unchanged
        if reports.json { Console.json(endEvent(made, seconds)) }
        guard !reports.quiet else { return }
        var parts = ["\(summary.all.pictures) pictures"] + counts
        parts.append("\(seconds.fixed(1)) s")
        if made > 0 {
            parts.append("\((Double(made) / max(seconds, 1e-9)).fixed(1)) a second")
            parts.append("\((summary.all.coreSeconds / Double(made)).fixed(2)) core-seconds a picture")
            if let coreHourPrice {
                let cost = summary.all.coreSeconds / 3600 * coreHourPrice
                parts.append("cost \(cost.significant(3)), \((cost / Double(made)).significant(3)) a picture")
            }
        }
        Console.message(parts.joined(separator: " · "))
        guard summary.categories.keys.contains(where: { !$0.isEmpty }) else { return }
        for line in table.lines { Console.message(line) }
    }

    private var table: Table {
        var table = Table([.left, .right, .right, .right, .right, .right])
        table.add(["category", "publish", "check", "manual", "failed", "core-seconds"])
        table.rule()
        for (category, lanes) in summary.categories.sorted(by: { $0.key < $1.key }) {
            func count(_ lane: BatchLane?) -> String { "\(lanes[lane]?.pictures ?? 0)" }
            table.add([
                category.isEmpty ? "(none)" : category, count(.publish), count(.check), count(.manual), count(nil),
                lanes.values.reduce(0) { $0 + $1.coreSeconds }.fixed(1),
            ])
        }
        return table
    }

    private func endEvent(_ made: Int, _ seconds: Double) -> JSONValue {
        func lanes(_ counts: [BatchLane?: BatchSummary.Count]) -> JSONValue {
            let names: [BatchLane?] = BatchLane.allCases + [nil]
            return .object(
                names.map { .init(name: $0?.rawValue ?? "failed", value: .integer(counts[$0]?.pictures ?? 0)) })
        }
        let categories = summary.categories.sorted { $0.key < $1.key }.map { name, counts in
            JSONValue.Member(name: name, value: lanes(counts))
        }
        var members: [JSONValue.Member] = []
        func add(_ name: String, _ value: JSONValue) { members.append(JSONValue.Member(name: name, value: value)) }
        add("event", .string("end"))
        add("pictures", .integer(summary.all.pictures))
        add("unchanged", .integer(summary.all.unchanged))
        add("failed", .integer(summary.all.failed))
        add("held", .integer(summary.all.held))
        add("refused", .integer(refusals))
        add("lanes", lanes(summary.lanes))
        add("categories", .object(categories))
        add("seconds", .double(seconds))
        add("coreSeconds", .double(summary.all.coreSeconds))
        if made > 0 { add("coreSecondsAPicture", .double(summary.all.coreSeconds / Double(made))) }
        if let coreHourPrice {
            let cost = summary.all.coreSeconds / 3600 * coreHourPrice
            add("cost", .double(cost))
            if made > 0 { add("costAPicture", .double(cost / Double(made))) }
        }
        return .object(members)
    }
}

/// Why a picture failed, as the manifest has it.
struct BatchFailure: Error, CustomStringConvertible {
    let text: String

    var description: String { text }
}
