/// How well a doubt, a number that is higher where a result is trusted less, finds the bad results of a set.
public enum DoubtRanking {
    /// The share of all errors that goes away with the most doubtful share of the pictures.
    ///
    /// A doubt that knows nothing removes as much as it drops; the errors themselves as doubts remove the most that can be
    /// (Ilg et al., ECCV 2018, call the curve over all shares a sparsification plot). Where the share ends within a
    /// picture, or among pictures of equal doubt, their errors go in proportion, so that the order of the input does not
    /// matter.
    ///
    /// - Parameters:
    ///   - share: of the pictures, in `[0, 1]`; others are clamped.
    ///   - errors: one a picture, at least 0.
    ///   - doubts: one a picture, in the same order, in any unit. One that is no number counts as the largest.
    /// - Returns: in `[0, 1]`; nil where all errors are 0, which cannot be removed, where one is negative or no number, and
    ///   where there are not as many doubts as errors.
    public static func errorShareRemoved(dropping share: Double, errors: [Double], doubts: [Double]) -> Double? {
        guard errors.count == doubts.count, errors.allSatisfy({ $0 >= 0 }) else { return nil }
        let total = errors.reduce(0, +)
        guard total > 0, total.isFinite else { return nil }
        let ranks = doubts.map { $0.isNaN ? .infinity : $0 }
        let order = errors.indices.sorted { ranks[$0] > ranks[$1] }
        var left = (share > 0 ? min(share, 1) : 0) * Double(errors.count)
        var removed = 0.0
        var first = 0
        while left > 0, first < order.count {
            let group = order[first...].prefix { ranks[$0] == ranks[order[first]] }
            removed += group.reduce(0) { $0 + errors[$1] } * min(left / Double(group.count), 1)
            left -= Double(group.count)
            first += group.count
        }
        return removed / total
    }
}
