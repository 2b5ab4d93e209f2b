import Testing

@testable import MatteSolving

struct ClosedFormMattingTests {
    @Test func outcomesBeginConverged() {
        #expect(SolvingOutcome().isConverged)
    }
}
