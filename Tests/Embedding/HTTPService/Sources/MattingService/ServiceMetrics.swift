import Foundation
import Synchronization

/// Counts of what the service does, as Prometheus reads them (text format 0.0.4).
final class ServiceMetrics: Sendable {
    /// What a request goes through.
    enum Stage: String, CaseIterable { case read, wait, decode, matte, finish, encode }

    private static let bounds = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60]

    private struct State {
        var answers: [Int: Int] = [:]
        var buckets = [Int](repeating: 0, count: ServiceMetrics.bounds.count)
        var count = 0
        var seconds = 0.0
        var stageSeconds: [Stage: Double] = [:]
        var stageCounts: [Stage: Int] = [:]
        var bytesIn = 0
        var bytesOut = 0
        var pixels = 0
    }

    private let state = Mutex(State())
    private let start = Date().timeIntervalSince1970

    /// Requests for cut-outs that were answered, whatever the answer.
    var answered: Int { state.withLock { $0.count } }

    /// A request for a cut-out was answered.
    func record(code: Int, seconds: Double, bytesOut: Int) {
        state.withLock { state in
            state.answers[code, default: 0] += 1
            state.count += 1
            state.seconds += seconds
            state.bytesOut += bytesOut
            if let bucket = Self.bounds.firstIndex(where: { seconds <= $0 }) { state.buckets[bucket] += 1 }
        }
    }

    func record(bytesIn: Int) { state.withLock { $0.bytesIn += bytesIn } }

    func record(pixels: Int) { state.withLock { $0.pixels += pixels } }

    /// Runs a stage and counts how long it takes.
    func measure<Result>(_ stage: Stage, _ body: () async throws -> Result) async rethrows -> Result {
        let start = ContinuousClock.now
        defer { record(stage, ContinuousClock.now - start) }
        return try await body()
    }

    func record(_ stage: Stage, _ duration: Duration) {
        let seconds = duration / .seconds(1)
        state.withLock { state in
            state.stageSeconds[stage, default: 0] += seconds
            state.stageCounts[stage, default: 0] += 1
        }
    }

    /// Everything, with what the doorkeeper counts.
    func text(_ admission: Admission) -> String {
        let (state, counts) = (state.withLock { $0 }, admission.counts)
        var text = ""
        func add(_ name: String, _ kind: String, _ help: String, _ values: [(labels: String, value: String)]) {
            text += "# HELP matting_\(name) \(help)\n# TYPE matting_\(name) \(kind)\n"
            for (labels, value) in values { text += "matting_\(name)\(labels) \(value)\n" }
        }
        add(
            "requests_total", "counter", "Requests for cut-outs by status of the answer.",
            state.answers.sorted { $0.key < $1.key }.map { ("{code=\"\($0.key)\"}", "\($0.value)") })
        text += "# HELP matting_request_seconds Time from the head of a request to its answer.\n"
        text += "# TYPE matting_request_seconds histogram\n"
        var sum = 0
        for (bound, count) in zip(Self.bounds, state.buckets) {
            sum += count
            text += "matting_request_seconds_bucket{le=\"\(bound)\"} \(sum)\n"
        }
        text += "matting_request_seconds_bucket{le=\"+Inf\"} \(state.count)\n"
        text += "matting_request_seconds_sum \(state.seconds)\nmatting_request_seconds_count \(state.count)\n"
        text += "# HELP matting_stage_seconds Time in each stage of requests.\n# TYPE matting_stage_seconds summary\n"
        for stage in Stage.allCases {
            let labels = "{stage=\"\(stage.rawValue)\"}"
            text += "matting_stage_seconds_sum\(labels) \(state.stageSeconds[stage] ?? 0)\n"
            text += "matting_stage_seconds_count\(labels) \(state.stageCounts[stage] ?? 0)\n"
        }
        add("received_bytes_total", "counter", "Bytes of bodies read.", [("", "\(state.bytesIn)")])
        add("sent_bytes_total", "counter", "Bytes of bodies answered.", [("", "\(state.bytesOut)")])
        add("pixels_total", "counter", "Pixels of pictures decoded.", [("", "\(state.pixels)")])
        add("admitted", "gauge", "Requests that are in.", [("", "\(counts.admitted)")])
        add("working", "gauge", "Requests that are worked on.", [("", "\(counts.working)")])
        add("waiting", "gauge", "Requests that wait for others.", [("", "\(counts.waiting)")])
        add("places", "gauge", "Requests that may be in.", [("", "\(admission.places)")])
        add("stopping", "gauge", "Whether nothing new is taken on.", [("", admission.isClosed ? "1" : "0")])
        if let bytes = Self.residentBytes() {
            text +=
                "# HELP process_resident_memory_bytes Resident memory.\n# TYPE process_resident_memory_bytes gauge\n"
            text += "process_resident_memory_bytes \(bytes)\n"
        }
        text += "# HELP process_start_time_seconds Start of the process, Unix time.\n"
        text += "# TYPE process_start_time_seconds gauge\nprocess_start_time_seconds \(start)\n"
        return text
    }

    /// From `/proc`, which never waits for a disk; nil where there is none.
    private static func residentBytes() -> Int? {
        guard let text = try? String(contentsOfFile: "/proc/self/statm", encoding: .utf8) else { return nil }
        let parts = text.split(separator: " ")
        return parts.count > 1 ? Int(parts[1]).map { $0 * Int(sysconf(Int32(_SC_PAGESIZE))) } : nil
    }
}
