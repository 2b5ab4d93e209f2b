import Matting
import Raster
import TensorCore
import Threads

/// Two mattes side by side in memory, for the passes over their pixels, one file each.
///
/// Work is cut into bands of rows or strips of columns by the mattes' size alone, and their sums are added in order: the
/// results are the same for every number of threads.
struct MatteComparison {
    let width: Int
    let height: Int
    /// α, row by row, `[height, width]`.
    let prediction: UnsafePointer<Float>
    /// α*, likewise.
    let truth: UnsafePointer<Float>
    /// 1 where a pixel counts for the sums, 0 elsewhere, `[height, width]`; nil where all count.
    let area: UnsafePointer<UInt8>?
    let pool: ThreadPool

    /// The least alpha of the subject where masks are compared.
    static let half: Float = 0.5
    private static let bandHeight = 64

    /// Calls `body` with the number, the rows and the thread's slot of every band and returns the results in order.
    func mapBands<Value>(
        initial: Value, _ body: (_ rows: Range<Int>, _ slot: Int) -> Value
    ) -> [Value] {
        let count = (height + Self.bandHeight - 1) / Self.bandHeight
        var values = [Value](repeating: initial, count: count)
        values.withUnsafeMutableBufferPointer { values in
            pool.forEach(count) { band, slot in
                let first = band * Self.bandHeight
                values[band] = body(first..<min(first + Self.bandHeight, height), slot)
            }
        }
        return values
    }

    /// All measures.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    func metrics() throws(TensorError) -> MatteMetrics {
        let sums = pixelSums()
        let subjectCount = sums.subject.reduce(0, +)
        let gradient = try gradientError()
        let connectivity = try connectivityError()
        let boundary = subjectCount > 0 ? try boundaryIntersectionOverUnion() : nil
        return MatteMetrics(
            meanAbsoluteError: sums.absolute / Double(width * height),
            meanSquaredError: sums.areaSquare / Double(max(sums.areaCount, 1)),
            sumOfAbsoluteDifferences: sums.areaAbsolute / 1000,
            gradientError: gradient / 1000,
            connectivityError: connectivity / 1000,
            intersectionOverUnion: subjectCount > 0 ? Double(sums.intersection) / Double(sums.union) : nil,
            boundaryIntersectionOverUnion: boundary,
            precisionRecall: subjectCount > 0 ? PrecisionRecallCurve(subject: sums.subject, ground: sums.ground) : nil,
            truthHasSubject: subjectCount > 0,
            // In the union, but not in the truth, or in both.
            predictionHasSubject: sums.intersection > 0 || sums.union > subjectCount,
            areaPixelCount: sums.areaCount)
    }
}

extension AlphaMatte {
    /// How far this matte is from the true one.
    ///
    /// - Parameters:
    ///   - truth: of the same size.
    ///   - trimap: a grey picture of the same size: 0 is certain background, the largest value (255 or 65535) certain
    ///     foreground, anything else unknown. Sums are then over the unknown pixels only; see ``MatteMetrics``.
    /// - Throws: ``MattingError/differentSizes(of:width:height:expectedWidth:expectedHeight:)``,
    ///   ``MattingError/colored(_:)`` for a trimap that is not grey, ``MattingError/computation(_:)`` where memory is
    ///   refused.
    /// - Complexity: O(pixels). Memory: 1 byte a pixel beside the mattes, 2 with a trimap, and 8 to 16 for each stretch of
    ///   a row in which both mattes reach a threshold.
    public func metrics(
        against truth: AlphaMatte, trimap: RasterImage? = nil
    ) throws(MattingError) -> MatteMetrics {
        try metrics(against: truth, trimap: trimap, pool: .shared)
    }

    /// How far this matte is from the true one, measured on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form; `CancellationError` where the task is cancelled before its turn comes.
    public func metrics(against truth: AlphaMatte, trimap: RasterImage? = nil) async throws -> MatteMetrics {
        try await MattingError.onOwnThread { try metrics(against: truth, trimap: trimap) }
    }

    func metrics(
        against truth: AlphaMatte, trimap: RasterImage?, pool: ThreadPool
    ) throws(MattingError) -> MatteMetrics {
        try expect(truth.width, truth.height, of: "truth")
        let area = try trimap.map { (trimap) throws(MattingError) in
            try expect(trimap.width, trimap.height, of: "trimap")
            return try trimap.unknownArea(pool: pool)
        }
        defer { withExtendedLifetime(area) {} }
        return try MattingError.wrapping {
            try tensor.withValues { prediction in
                try truth.tensor.withValues { truth in
                    guard let prediction = prediction.baseAddress, let truth = truth.baseAddress else {
                        preconditionFailure("mattes have pixels")
                    }
                    return try MatteComparison(
                        width: width, height: height, prediction: prediction, truth: truth,
                        area: area.map { UnsafePointer($0.base) }, pool: pool
                    ).metrics()
                }
            }
        }
    }

    private func expect(_ width: Int, _ height: Int, of part: String) throws(MattingError) {
        guard width == self.width, height == self.height else {
            throw .differentSizes(
                of: part, width: width, height: height, expectedWidth: self.width, expectedHeight: self.height)
        }
    }
}

extension MattingResult {
    /// How far the matte is from the true one, on the threads of the pipeline that made it; see
    /// `AlphaMatte.metrics(against:trimap:)`.
    ///
    /// - Throws: ``MattingError``, as there.
    public func metrics(against truth: AlphaMatte, trimap: RasterImage? = nil) throws(MattingError) -> MatteMetrics {
        try alpha.metrics(against: truth, trimap: trimap, pool: pool)
    }

    /// How far the matte is from the true one, measured on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: As the synchronous form; `CancellationError` where the task is cancelled before its turn comes.
    public func metrics(against truth: AlphaMatte, trimap: RasterImage? = nil) async throws -> MatteMetrics {
        try await MattingError.onOwnThread { try metrics(against: truth, trimap: trimap) }
    }
}

extension RasterImage {
    /// 1 where a trimap is unknown, 0 where it is certain, `[height, width]`.
    fileprivate func unknownArea(pool: ThreadPool) throws(MattingError) -> PlainBuffer<UInt8> {
        let channel = try matteChannel("trimap")
        let stride = colorModel.channelCount
        let area = try MattingError.wrapping { try PlainBuffer<UInt8>(count: width * height, purpose: "a trimap") }
        let target = area.base
        withSamples { samples in
            pool.forEach(height) { y, _ in
                let first = y * width
                for x in 0..<width {
                    let index = (first + x) * stride + channel
                    let isCertain =
                        switch samples {
                        case .eight(let samples): samples[index] == 0 || samples[index] == .max
                        case .sixteen(let samples): samples[index] == 0 || samples[index] == .max
                        }
                    target[first + x] = isCertain ? 0 : 1
                }
            }
        }
        return area
    }
}
