/// How good the surest of a set of pictures are, for each share of them: what is left of the risk at each coverage
/// (El-Yaniv and Wiener, JMLR 2010).
///
/// A confidence that is worth its name has overlaps that rise from the first point to the last.
public struct ConfidenceCurve: Sendable, Equatable, Codable {
    /// The surest pictures, as far as one confidence.
    public struct Point: Sendable, Equatable, Codable {
        /// Their share of all, in `(0, 1]`.
        public let coverage: Double
        /// The least of their confidences.
        public let leastConfidence: Double
        /// The mean of their overlaps, in `[0, 1]`.
        public let meanOverlap: Double
    }

    /// From all pictures to the surest tenth of them, by tenths; points that are the same picture's are left out.
    public let points: [Point]
    /// Spearman's rank correlation of confidence with overlap, in `[-1, 1]`; equal ones share their mean rank. Nil where all
    /// of one are equal.
    public let rankCorrelation: Double?

    /// - Parameters:
    ///   - overlaps: one a picture, in `[0, 1]`: its intersection over union; where the truth has no subject, 1 for an empty
    ///     matte and 0 for any other.
    ///   - confidences: one a picture, in the same order, in any unit; higher is surer. One that is no number counts as the
    ///     least.
    /// - Returns: nil of no pictures, where an overlap is no number, and where there are not as many of both.
    /// - Complexity: O(n log n).
    public init?(overlaps: [Double], confidences: [Double]) {
        guard !overlaps.isEmpty, overlaps.count == confidences.count, overlaps.allSatisfy(\.isFinite) else {
            return nil
        }
        let ranks = confidences.map { $0.isNaN ? -.infinity : $0 }
        // Of equal confidences the worse overlap first, so that no order of the input flatters.
        let order = overlaps.indices.sorted {
            ranks[$0] == ranks[$1] ? overlaps[$0] < overlaps[$1] : ranks[$0] > ranks[$1]
        }
        var points: [Point] = []
        for tenth in stride(from: 10, through: 1, by: -1) {
            let count = (overlaps.count * tenth + 9) / 10
            let kept = order.prefix(count)
            let coverage = Double(count) / Double(overlaps.count)
            guard let last = kept.last, points.last?.coverage != coverage else { continue }
            points.append(
                Point(
                    coverage: coverage, leastConfidence: max(ranks[last], -.greatestFiniteMagnitude),
                    meanOverlap: kept.reduce(0) { $0 + overlaps[$1] } / Double(count)))
        }
        self.points = points
        self.rankCorrelation = Self.correlation(Self.meanRanks(overlaps), Self.meanRanks(ranks))
    }

    /// Ranks from 1; equal values share the mean of theirs.
    private static func meanRanks(_ values: [Double]) -> [Double] {
        let order = values.indices.sorted { values[$0] < values[$1] }
        var ranks = [Double](repeating: 0, count: values.count)
        var first = 0
        while first < order.count {
            let group = order[first...].prefix { values[$0] == values[order[first]] }
            for index in group { ranks[index] = Double(first) + Double(group.count + 1) / 2 }
            first += group.count
        }
        return ranks
    }

    private static func correlation(_ a: [Double], _ b: [Double]) -> Double? {
        let (meanA, meanB) = (a.reduce(0, +) / Double(a.count), b.reduce(0, +) / Double(b.count))
        var (ab, aa, bb) = (0.0, 0.0, 0.0)
        for (x, y) in zip(a, b) {
            ab += (x - meanA) * (y - meanB)
            aa += (x - meanA) * (x - meanA)
            bb += (y - meanB) * (y - meanB)
        }
        return aa > 0 && bb > 0 ? ab / (aa * bb).squareRoot() : nil
    }
}
