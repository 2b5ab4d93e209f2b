import MatteRefinement
import Matting
import Raster
import TensorCore
import Threads

/// How the subjects that were found in a picture lie over the true ones.
public struct SubjectMetrics: Sendable, Equatable, Codable {
    /// How many true subjects there are.
    public let trueCount: Int
    /// How sure each found subject is, the surest first: what they are ranked by, ``MatteSubject/confidence``, or where the
    /// network does not tell the mean alpha of its body.
    public let confidences: [Double]
    /// The intersection over union of each found subject, the surest first, with each true one; pixels of an alpha of at least
    /// one half.
    public let overlaps: [[Double]]

    /// How many subjects were found.
    public var foundCount: Int { confidences.count }

    /// IoU from which a found subject counts as a true one: 0.5, 0.55, … 0.95.
    public static let thresholds = (10..<20).map { Double($0) / 20 }

    /// - Parameters:
    ///   - trueCount: of true subjects.
    ///   - confidences: of the found ones, in any order.
    ///   - overlaps: for each of them, as many as there are true ones.
    init(trueCount: Int, confidences: [Double], overlaps: [[Double]]) {
        let order = confidences.indices.sorted { (confidences[$1], $0) < (confidences[$0], $1) }
        self.trueCount = trueCount
        self.confidences = order.map { confidences[$0] }
        self.overlaps = order.map { overlaps[$0] }
    }

    /// - Throws: `DecodingError` for numbers that do not belong together.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let trueCount = try container.decode(Int.self, forKey: .trueCount)
        let confidences = try container.decode([Double].self, forKey: .confidences)
        let overlaps = try container.decode([[Double]].self, forKey: .overlaps)
        guard overlaps.count == confidences.count, overlaps.allSatisfy({ $0.count == trueCount }) else {
            throw DecodingError.dataCorruptedError(
                forKey: .overlaps, in: container, debugDescription: "one overlap for each found and each true subject")
        }
        self.init(trueCount: trueCount, confidences: confidences, overlaps: overlaps)
    }

    /// Which found subjects are true ones, where an IoU of `threshold` is asked for: each, the surest first, takes the true
    /// subject that it overlaps most among those that nobody has taken (as COCO's evaluation does).
    public func matches(threshold: Double) -> [Bool] {
        var isTaken = [Bool](repeating: false, count: max(trueCount, 0))
        return overlaps.map { overlaps in
            var best: Int?
            for (index, overlap) in overlaps.enumerated() where !isTaken[index] && overlap >= threshold {
                if overlap > best.map({ overlaps[$0] }) ?? -1 { best = index }
            }
            if let best { isTaken[best] = true }
            return best != nil
        }
    }
}

extension MatteSubjects {
    /// How these subjects lie over the true ones of their picture.
    ///
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)``.
    /// - Complexity: O(pixels).
    public func metrics(against truth: TrueSubjects) throws(MattingError) -> SubjectMetrics {
        let alpha = matteOfAll
        guard truth.width == alpha.width, truth.height == alpha.height else {
            throw .differentSizes(
                of: "truth", width: truth.width, height: truth.height, expectedWidth: alpha.width,
                expectedHeight: alpha.height)
        }
        // Pixels that have one code and one found subject, from 1; 0 is none.
        var common: [Int: Int] = [:]
        alpha.withValues { values in
            for y in 0..<alpha.height {
                let codes = truth.row(y)
                func key(_ x: Int) -> Int {
                    var place = 0
                    if values[y * alpha.width + x] >= MatteComparison.half {
                        let label = labels.label(x: x, y: y)
                        place = label > 0 ? (places[label - 1] ?? -1) + 1 : 0
                    }
                    return Int(codes[x]) << 8 | place
                }
                var start = 0
                while start < alpha.width {
                    let first = key(start)
                    var end = start + 1
                    while end < alpha.width, key(end) == first { end += 1 }
                    if first != 0 { common[first, default: 0] += end - start }
                    start = end
                }
            }
        }
        var intersections = [[Int]](repeating: [Int](repeating: 0, count: truth.count), count: count)
        var trueAreas = [Int](repeating: 0, count: truth.count)
        var areas = [Int](repeating: 0, count: count)
        for (key, pixels) in common {
            let place = key & 255
            if place > 0 { areas[place - 1] += pixels }
            for subject in truth.members[key >> 8] {
                trueAreas[subject] += pixels
                if place > 0 { intersections[place - 1][subject] += pixels }
            }
        }
        return SubjectMetrics(
            trueCount: truth.count, confidences: map { $0.confidence ?? $0.certainty },
            overlaps: indices.map { place in
                trueAreas.indices.map { subject in
                    let both = intersections[place][subject]
                    return Double(both) / Double(Swift.max(areas[place] + trueAreas[subject] - both, 1))
                }
            })
    }

    /// How these subjects lie over the true ones, measured on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form; `CancellationError` where the task is cancelled before its turn comes.
    public func metrics(against truth: TrueSubjects) async throws -> SubjectMetrics {
        try await MattingError.onOwnThread { try metrics(against: truth) }
    }
}
