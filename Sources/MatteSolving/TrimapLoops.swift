import Threads

/// Loops over the bytes of trimaps and marks, here because this target is optimised in debug builds too.
///
/// Whoever calls them has checked sizes; pointers hold `count` or `width · height` elements.
package enum TrimapLoops {
    /// What a byte of a trimap means.
    package static let background: UInt8 = 0
    package static let unknown: UInt8 = 128
    package static let foreground: UInt8 = 255

    /// Background up to `low`, foreground from `high` on, unknown between, of one of a pixel's samples.
    package static func classify<Sample: FixedWidthInteger>(
        _ samples: UnsafePointer<Sample>, stride: Int, low: Sample, high: Sample, _ target: UnsafeMutablePointer<UInt8>,
        count: Int
    ) {
        for index in 0..<count {
            let sample = samples[index * stride]
            target[index] = sample <= low ? background : sample >= high ? foreground : unknown
        }
    }

    /// How many bytes are background and how many foreground.
    package static func countEnds(_ bytes: UnsafePointer<UInt8>, count: Int) -> (background: Int, foreground: Int) {
        var (backgrounds, foregrounds) = (0, 0)
        for index in 0..<count {
            if bytes[index] == background { backgrounds &+= 1 }
            if bytes[index] == foreground { foregrounds &+= 1 }
        }
        return (backgrounds, foregrounds)
    }

    /// 0 where a trimap says background, 1 where foreground; elsewhere alpha stays.
    package static func hold(_ bytes: UnsafePointer<UInt8>, _ alpha: UnsafeMutablePointer<Float>, count: Int) {
        for index in 0..<count {
            if bytes[index] == background { alpha[index] = 0 }
            if bytes[index] == foreground { alpha[index] = 1 }
        }
    }
}

/// The unknown band of an automatic trimap.
package struct TrimapBandLoops {
    package var width: Int
    package var height: Int
    package var threshold: Float
    package var leastRadius: Int
    package var greatestRadius: Int

    package init(width: Int, height: Int, threshold: Float, leastRadius: Int, greatestRadius: Int) {
        self.width = width
        self.height = height
        self.threshold = threshold
        self.leastRadius = leastRadius
        self.greatestRadius = greatestRadius
    }

    /// A pixel's width in the units of reaches, and a diagonal step: 45/32 is √2 within a part in 180.
    private static let unit = 32
    private static let diagonal = 45
    /// Shares of unsure pixels around a pixel from which the band grows, and at which it is widest. A sharp edge across a
    /// window of 21 pixels has a tenth.
    private static let thick: ClosedRange<Float> = 0.15...0.4
    /// The same for errors that a network expects; and from where on a pixel is unsure whatever its alpha says.
    private static let doubted: ClosedRange<Float> = 0.04...0.2
    private static let unsureDoubt: Float = 0.2

    /// Writes the trimap of a matte.
    ///
    /// Each unsure pixel and each side of a hard edge gets a reach by the doubt around it; reaches spread, less by a pixel's
    /// width a pixel, in two passes over the picture.
    ///
    /// - Parameters:
    ///   - alpha: in [0, 1].
    ///   - doubt: the expected error at a grid of its own size that covers the picture; empty where there is none.
    ///   - reaches: scratch, one for each pixel.
    ///   - target: the trimap.
    package func mark(
        _ alpha: UnsafePointer<Float>, doubt: [Float], doubtWidth: Int, doubtHeight: Int,
        reaches: UnsafeMutablePointer<UInt16>, _ target: UnsafeMutablePointer<UInt8>, pool: ThreadPool
    ) {
        let (low, high) = (threshold, 1 - threshold)
        pool.forEach(height) { y, _ in
            for x in 0..<width {
                let index = y * width + x
                let value = alpha[index]
                var isUnsure = value > low && value < high
                if !isUnsure {
                    let side = value >= high
                    isUnsure =
                        x + 1 < width && (alpha[index + 1] >= high) != side && isSure(alpha[index + 1])
                        || y + 1 < height && (alpha[index + width] >= high) != side && isSure(alpha[index + width])
                }
                if !doubt.isEmpty, !isUnsure {
                    isUnsure = doubt[place(x, y, doubtWidth, doubtHeight)] >= Self.unsureDoubt
                }
                target[index] = isUnsure ? TrimapLoops.unknown : value >= high ? TrimapLoops.foreground : TrimapLoops.background
            }
        }
        let cell = max(greatestRadius / 2, 4)
        let (across, down) = ((width + cell - 1) / cell, (height + cell - 1) / cell)
        let thickness = thickness(target, cell: cell, across: across, down: down, pool: pool)
        pool.forEach(height) { y, _ in
            for x in 0..<width {
                let index = y * width + x
                guard target[index] == TrimapLoops.unknown else {
                    reaches[index] = 0
                    continue
                }
                var share = Self.share(thickness[y / cell * across + x / cell], of: Self.thick)
                if !doubt.isEmpty {
                    share = max(share, Self.share(doubt[place(x, y, doubtWidth, doubtHeight)], of: Self.doubted))
                }
                let radius = Float(leastRadius) + share * Float(greatestRadius - leastRadius)
                // 1 more than the reach itself: a reach of nothing is the pixel itself.
                reaches[index] = UInt16(min(radius * Float(Self.unit), 65_000)) + 1
            }
        }
        spread(reaches)
        pool.forEach(height) { y, _ in
            for index in y * width..<(y + 1) * width where reaches[index] > 0 { target[index] = TrimapLoops.unknown }
        }
    }

    private func isSure(_ value: Float) -> Bool { value <= threshold || value >= 1 - threshold }

    private func place(_ x: Int, _ y: Int, _ gridWidth: Int, _ gridHeight: Int) -> Int {
        y * gridHeight / height * gridWidth + x * gridWidth / width
    }

    private static func share(_ value: Float, of range: ClosedRange<Float>) -> Float {
        min(max((value - range.lowerBound) / (range.upperBound - range.lowerBound), 0), 1)
    }

    /// The share of unsure pixels in the three by three cells around each cell.
    private func thickness(
        _ marks: UnsafePointer<UInt8>, cell: Int, across: Int, down: Int, pool: ThreadPool
    ) -> [Float] {
        var counts = [Int32](repeating: 0, count: across * down)
        counts.withUnsafeMutableBufferPointer { counts in
            guard let counts = counts.baseAddress else { return }
            pool.forEach(down) { cellRow, _ in
                for y in cellRow * cell..<min((cellRow + 1) * cell, height) {
                    for x in 0..<width where marks[y * width + x] == TrimapLoops.unknown {
                        counts[cellRow * across + x / cell] += 1
                    }
                }
            }
        }
        return (0..<across * down).map { index in
            let (x, y) = (index % across, index / across)
            var count: Int32 = 0
            let (columns, rows) = (max(x - 1, 0)..<min(x + 2, across), max(y - 1, 0)..<min(y + 2, down))
            for row in rows {
                for column in columns { count += counts[row * across + column] }
            }
            let pixels =
                (min(columns.upperBound * cell, width) - columns.lowerBound * cell)
                * (min(rows.upperBound * cell, height) - rows.lowerBound * cell)
            return Float(count) / Float(max(pixels, 1))
        }
    }

    /// Spreads reaches over the picture.
    private func spread(_ reaches: UnsafeMutablePointer<UInt16>) {
        func raise(_ index: Int, from other: Int, _ cost: Int) {
            let value = Int(reaches[other]) - cost
            if value > Int(reaches[index]) { reaches[index] = UInt16(value) }
        }
        for y in 0..<height {
            for x in 0..<width {
                let index = y * width + x
                if x > 0 { raise(index, from: index - 1, Self.unit) }
                guard y > 0 else { continue }
                raise(index, from: index - width, Self.unit)
                if x > 0 { raise(index, from: index - width - 1, Self.diagonal) }
                if x + 1 < width { raise(index, from: index - width + 1, Self.diagonal) }
            }
        }
        for y in (0..<height).reversed() {
            for x in (0..<width).reversed() {
                let index = y * width + x
                if x + 1 < width { raise(index, from: index + 1, Self.unit) }
                guard y + 1 < height else { continue }
                raise(index, from: index + width, Self.unit)
                if x + 1 < width { raise(index, from: index + width + 1, Self.diagonal) }
                if x > 0 { raise(index, from: index + width - 1, Self.diagonal) }
            }
        }
    }
}
