import Foundation
import MatteEvaluation
import Matting
import MattingNetworks
import PictureTestSupport
import Testing

/// Metrics and records go into a file and come back.
@Suite struct RecordTests {
    private func copy<Record: Codable>(_ record: Record) throws -> Record {
        try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(record))
    }

    @Test func metricsComeBack() throws {
        let truth = try AlphaMatte.random(width: 12, height: 9, seed: 1)
        let metrics = try AlphaMatte.random(width: 12, height: 9, seed: 2).metrics(against: truth)
        #expect(try copy(metrics) == metrics)
        var summary = MatteMetricsSummary()
        summary.add(metrics)
        summary.add(metrics)
        #expect(try copy(summary) == summary)
        #expect(try copy(summary).maximumFMeasure == metrics.maximumFMeasure)
    }

    /// A record may come from anybody's file.
    @Test func recordsOfAnotherShapeAreRefused() throws {
        let truth = try AlphaMatte.random(width: 12, height: 9, seed: 1)
        var summary = MatteMetricsSummary()
        summary.add(try truth.metrics(against: truth))
        for record in [try JSONEncoder().encode(summary), try JSONEncoder().encode(truth.metrics(against: truth))] {
            let text = try #require(String(data: record, encoding: .utf8))
            let cut = text.replacing(/"precision":\[[^\]]*\]/, with: "\"precision\":[1,2]")
            #expect(cut != text)
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(MatteMetricsSummary.self, from: Data(cut.utf8))
            }
            #expect(throws: DecodingError.self) { try JSONDecoder().decode(MatteMetrics.self, from: Data(cut.utf8)) }
        }
    }

    @Test func profilesComeBack() throws {
        var profile = MattingProfile()
        _ = try MattingPipeline().matte(.ball(width: 64, height: 48), profile: &profile)
        let back = try copy(profile)
        #expect(back.total == profile.total && back.layers.count == profile.layers.count)
        #expect(back.layers.map(\.name) == profile.layers.map(\.name))
        for stage in MattingProfile.Stage.allCases { #expect(back[stage] == profile[stage]) }
    }

    @Test func checksComeBack() throws {
        let check = WeightCheck(contentsOf: "/nonexistent.safetensors")
        let back = try copy(check)
        #expect(!back.isUsable && back.problems == check.problems && back.file == check.file)
    }
}
