/// Mask AP over the subjects of many pictures, as COCO's evaluation has it.
///
/// All found subjects of all pictures are ranked by how sure they are. Down the ranks recall grows and precision, made not to
/// grow (its greatest value at this recall or more), is read at the recalls 0, 0.01, … 1, 0 where a recall is never reached:
/// their mean is the average precision. Sixteen bytes a found subject are kept.
///
/// - Note: T.-Y. Lin et al., *Microsoft COCO: Common Objects in Context*, ECCV 2014; of one class, subjects of any size, with no
///   limit to the number found but that of ``MatteSubjects``.
public struct SubjectMetricsSummary: Sendable, Equatable, Codable {
    /// A found subject: how sure it is, and bit t: whether it is a true one at threshold t.
    private struct Found: Sendable, Equatable, Codable {
        let confidence: Double
        let matches: UInt16
    }

    /// Pictures that were added.
    public private(set) var pictureCount = 0
    /// Their true subjects.
    public private(set) var trueCount = 0
    /// The subjects that were found in them.
    public var foundCount: Int { found.count }

    private var found: [Found] = []

    /// A summary of no pictures.
    public init() {}

    /// Counts a picture.
    public mutating func add(_ metrics: SubjectMetrics) {
        pictureCount &+= 1
        trueCount &+= metrics.trueCount
        var matches = [UInt16](repeating: 0, count: metrics.foundCount)
        for (bit, threshold) in SubjectMetrics.thresholds.enumerated() {
            for (index, isMatch) in metrics.matches(threshold: threshold).enumerated() where isMatch {
                matches[index] |= 1 << UInt16(bit)
            }
        }
        for (confidence, matches) in zip(metrics.confidences, matches) {
            found.append(Found(confidence: confidence, matches: matches))
        }
    }

    /// AP: the mean of ``averagePrecisions``; nil without a true subject.
    public var averagePrecision: Double? {
        averagePrecisions.map { $0.reduce(0, +) / Double($0.count) }
    }

    /// AP50: where half of the union suffices; nil without a true subject.
    public var averagePrecision50: Double? { averagePrecisions?[0] }

    /// AP75; nil without a true subject.
    public var averagePrecision75: Double? { averagePrecisions?[5] }

    /// The average precision at each of ``SubjectMetrics/thresholds``; nil without a true subject.
    public var averagePrecisions: [Double]? {
        guard trueCount > 0 else { return nil }
        // Of equally sure ones the first that was added.
        let ranks = found.indices.sorted { (found[$1].confidence, $0) < (found[$0].confidence, $1) }
        return SubjectMetrics.thresholds.indices.map { bit in
            averagePrecision(of: ranks.map { found[$0].matches >> UInt16(bit) & 1 == 1 })
        }
    }

    private func averagePrecision(of isMatch: [Bool]) -> Double {
        var (recalls, precisions): ([Double], [Double]) = ([], [])
        var hits = 0
        for (rank, isMatch) in isMatch.enumerated() {
            if isMatch { hits += 1 }
            recalls.append(Double(hits) / Double(trueCount))
            precisions.append(Double(hits) / Double(rank + 1))
        }
        for rank in precisions.indices.dropLast().reversed() {
            precisions[rank] = max(precisions[rank], precisions[rank + 1])
        }
        var (sum, rank) = (0.0, 0)
        for step in 0...100 {
            while rank < recalls.count, recalls[rank] < Double(step) / 100 { rank += 1 }
            if rank < precisions.count { sum += precisions[rank] }
        }
        return sum / 101
    }
}
