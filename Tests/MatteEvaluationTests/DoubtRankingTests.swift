import MatteEvaluation
import Matting
import Testing

/// How much error goes with the most doubtful pictures.
@Suite struct DoubtRankingTests {
    private let errors = [4.0, 1, 3, 2]

    @Test func perfectDoubtRemovesTheWorst() {
        // Of 10 in all, the worst of four has 4, the worst two 7.
        #expect(removed(0.25, errors) == 0.4)
        #expect(removed(0.5, errors) == 0.7)
        #expect(removed(0.75, errors) == 0.9)
    }

    @Test func orderCountsAndNotTheUnit() {
        #expect(removed(0.25, [0.9, 0.1, 0.2, 0.15]) == 0.4)
        #expect(removed(0.25, [-1, -40, -3, -2]) == 0.4)
    }

    @Test func wrongDoubtRemovesLittle() { #expect(removed(0.25, [1, 4, 2, 3]) == 0.1) }

    @Test func noneAndAll() {
        #expect(removed(0, errors) == 0)
        #expect(removed(1, errors) == 1)
        // Beyond the range, as much as there is.
        #expect(removed(-1, errors) == 0)
        #expect(removed(2, errors) == 1)
        #expect(removed(.nan, errors) == 0)
    }

    @Test func aShareWithinAPictureCountsInProportion() {
        // Half of a picture of 4, then one and a half: 4 + 3/2.
        #expect(removed(0.125, errors) == 0.2)
        #expect(removed(0.375, errors) == 0.55)
    }

    @Test func equalDoubtsShare() {
        // Nothing known: as much goes as is dropped, in whatever order.
        #expect(removed(0.25, [7, 7, 7, 7]) == 0.25)
        // The first is sure; the others share 4 + 1 + 2 in three: one of them removes 7/3.
        let value = DoubtRanking.errorShareRemoved(dropping: 0.25, errors: [3, 4, 1, 2], doubts: [0, 5, 5, 5])
        #expect(abs((value ?? 0) - 7.0 / 30) < 1e-15)
    }

    @Test func noNumberIsTheLargestDoubt() { #expect(removed(0.25, [1, 2, .nan, 3]) == 0.3) }

    @Test func noErrorCannotBeRemoved() {
        #expect(DoubtRanking.errorShareRemoved(dropping: 0.5, errors: [0, 0], doubts: [1, 2]) == nil)
        #expect(DoubtRanking.errorShareRemoved(dropping: 0.5, errors: [], doubts: []) == nil)
    }

    @Test func listsThatDoNotBelongTogetherHaveNoShare() {
        for (errors, doubts) in [([1.0, 2], [1.0]), ([1], []), ([-1, 2], [1, 2]), ([.nan], [1]), ([.infinity], [1])] {
            #expect(DoubtRanking.errorShareRemoved(dropping: 0.5, errors: errors, doubts: doubts) == nil)
        }
        for share in [Double.nan, -1, -Double.infinity] { #expect(removed(share, [1, 2, 3, 4]) == 0) }
        #expect(removed(Double.infinity, [1, 2, 3, 4]) == 1)
    }

    private func removed(_ share: Double, _ doubts: [Double]) -> Double? {
        DoubtRanking.errorShareRemoved(dropping: share, errors: errors, doubts: doubts)
    }
}
