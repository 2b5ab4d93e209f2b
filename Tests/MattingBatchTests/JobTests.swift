import ImageCodecs
import Testing

@testable import MattingBatch

@Suite struct JobTests {
    @Test func formatFollowsTheName() throws {
        let jobs = try Job.plan(inputs: ["a.jpg"], output: "b.jpeg", format: .png)
        #expect(jobs.map(\.output) == ["b.jpeg"])
        #expect(jobs.map(\.format) == [.jpeg])
        #expect(throws: PlanningError.unknownFormat(output: "b.gif")) {
            try Job.plan(inputs: ["a.jpg"], output: "b.gif", format: .png)
        }
    }
}
