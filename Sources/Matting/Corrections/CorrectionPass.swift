import MatteSolving
import Raster
import TensorCore
import Threads

/// Brings marks into a matte; see ``CorrectionRegion`` for how they spread.
struct CorrectionPass {
    let image: RasterImage
    let solver: ClosedFormMatting
    let pool: ThreadPool

    /// The share of the picture's longer side to which colours may spread around marks.
    private static let farShare = 0.25

    /// - Parameters:
    ///   - fresh: what is marked anew.
    ///   - box: which holds all of it.
    ///   - nearReach: pixels around marks that are solved again.
    ///   - alpha: `[1, H, W, 1]`.
    ///   - certain: what is marked by now; the fresh marks are entered.
    /// - Returns: a rectangle beyond which nothing changed, and how solving ended.
    /// - Throws: ``TensorError``, ``RasterError``, ``MattingError/cancelled``; alpha and marks may then be anything.
    func callAsFunction(
        _ fresh: PixelMarks, box: PixelRect, nearReach: Int, alpha: inout Tensor, certain: inout PixelMarks
    ) throws -> (bounds: PixelRect, outcome: SolvingOutcome) {
        let (width, height) = (image.width, image.height)
        let kinds = try fresh.withBytes { fresh in
            try certain.withMutableBytes { certain in
                CorrectionLoops.enter(fresh, into: certain, width: width, columns: box.columns, rows: box.rows)
            }
        }
        var unknown = try PixelMarks(width: width, height: height)
        var bounds = box
        let farReach = Int(Double(max(width, height)) * Self.farShare)
        try image.withGuideRows { guide in
            try certain.withBytes { certain in
                try fresh.withBytes { fresh in
                    let problem = SolvingProblem(
                        width: width, height: height, mask: certain, unknownValue: .max, guideChannels: guide.channels
                    ) { row, columns, planes, stride in
                        guide.read(row: row, columns: columns, into: planes, stride: stride)
                    }
                    // What asks for a new solution first: the others then hold theirs.
                    for kind in kinds.sorted(by: >) {
                        let target: Float? =
                            kind == ScribbleLoops.unknown ? nil : kind == ScribbleLoops.subject ? 1 : 0
                        let region = CorrectionRegion(
                            target: target, mark: kind, nearReach: nearReach, farReach: max(farReach, nearReach))
                        let part = try alpha.withMutableValues { values in
                            guard let values = values.baseAddress else { return nil as PixelRect? }
                            return try? unknown.withMutableBytes { unknown in
                                let part = try? region.apply(
                                    problem, alpha: values, certain: certain, fresh: fresh, unknown: unknown,
                                    columns: box.columns, rows: box.rows, pool: pool)
                                return part.map { PixelRect(columns: $0.columns, rows: $0.rows) }
                            }
                        }
                        guard let part else {
                            throw TensorError.outOfMemory(
                                byteCount: 12 * width * pool.threadCount, purpose: "rows of a picture")
                        }
                        bounds = bounds.union(part)
                        try Cancellation.check()
                    }
                }
            }
        }
        let outcome = try unknown.withBytes { bytes in
            try ClosedFormPass(solver: solver, pool: pool).solve(
                &alpha, bytes, unknown: 1, of: image, columns: bounds.columns, rows: bounds.rows)
        }
        return (bounds, outcome)
    }
}
