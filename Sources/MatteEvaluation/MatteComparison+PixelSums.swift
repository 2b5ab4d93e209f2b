extension MatteComparison {
    /// What one look at every pixel gives.
    struct PixelSums {
        /// Of |α − α*| over the picture.
        var absolute = 0.0
        /// The same over the area.
        var areaAbsolute = 0.0
        /// Of (α − α*)² over the area.
        var areaSquare = 0.0
        /// Pixels of the area.
        var areaCount = 0
        /// Pixels of both masks.
        var intersection = 0
        /// Pixels of either mask.
        var union = 0
        /// Pixels of each predicted 8-bit value in the true subject, `[256]`.
        var subject: [Int] = []
        /// The same outside it.
        var ground: [Int] = []
    }

    func pixelSums() -> PixelSums {
        let count = PrecisionRecallCurve.thresholdCount
        var total = PixelSums()
        total.subject = [Int](repeating: 0, count: count)
        total.ground = total.subject
        for band in mapBands(initial: PixelSums(), { rows, _ in pixelSums(rows) }) {
            total.absolute += band.absolute
            total.areaAbsolute += band.areaAbsolute
            total.areaSquare += band.areaSquare
            total.areaCount += band.areaCount
            total.intersection += band.intersection
            total.union += band.union
            for value in 0..<count {
                total.subject[value] += band.subject[value]
                total.ground[value] += band.ground[value]
            }
        }
        return total
    }

    private func pixelSums(_ rows: Range<Int>) -> PixelSums {
        let count = PrecisionRecallCurve.thresholdCount
        var sums = PixelSums()
        // One histogram after the other: an index instead of a branch that no processor can foresee in hair.
        var histograms = [Int](repeating: 0, count: 2 * count)
        histograms.withUnsafeMutableBufferPointer { histograms in
            for index in rows.lowerBound * width..<rows.upperBound * width {
                let (alpha, trueAlpha) = (prediction[index], truth[index])
                let difference = Double(alpha - trueAlpha)
                sums.absolute += difference.magnitude
                if area.map({ $0[index] != 0 }) ?? true {
                    sums.areaAbsolute += difference.magnitude
                    sums.areaSquare += difference * difference
                    sums.areaCount &+= 1
                }
                let isTaken = alpha >= Self.half ? 1 : 0
                let isSubject = trueAlpha >= Self.half ? 1 : 0
                sums.intersection &+= isTaken & isSubject
                sums.union &+= isTaken | isSubject
                // Also for what is no number: nothing may be counted beyond the histogram.
                let value = alpha > 0 ? min(alpha, 1) * 255 + 0.5 : 0
                histograms[(1 - isSubject) * count + Int(value)] &+= 1
            }
        }
        sums.subject = Array(histograms[..<count])
        sums.ground = Array(histograms[count...])
        return sums
    }
}
