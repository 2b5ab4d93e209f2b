import Testing

@testable import MattingBatch

@Suite struct JobPlanTests {
}
