import TensorCore

extension MatteComparison {
    /// Of the picture's diagonal: how far the boundary reaches inwards.
    private static let reachShare = 0.02
    private static let stripWidth = 256

    /// Bits of a pixel's byte.
    private enum Bit {
        static let taken: UInt8 = 1
        static let subject: UInt8 = 2
        /// The whole row within reach is taken, or subject.
        static let takenInside: UInt8 = 4
        static let subjectInside: UInt8 = 8
    }

    /// IoU of the boundaries of both masks: of what erosion by a square takes away, with nothing beyond the picture.
    ///
    /// Erosion by a square is one along the row, by its runs, and one down the column, by counting: O(pixels) for every
    /// reach.
    ///
    /// - Precondition: the true mask is not empty.
    func boundaryIntersectionOverUnion() throws(TensorError) -> Double {
        let diagonal = Double(width * width + height * height).squareRoot()
        let reach = max(Int((Self.reachShare * diagonal).rounded(.toNearestOrEven)), 1)
        let flags = try PlainBuffer<UInt8>(count: width * height, purpose: "boundaries of mattes")
        _ = mapBands(initial: ()) { rows, _ in
            for y in rows {
                let row = flags.base + y * width
                mark(prediction + y * width, Bit.taken, inside: Bit.takenInside, reach: reach, in: row)
                mark(truth + y * width, Bit.subject, inside: Bit.subjectInside, reach: reach, in: row)
            }
        }
        let stripCount = (width + Self.stripWidth - 1) / Self.stripWidth
        var counts = [(intersection: Int, union: Int)](repeating: (0, 0), count: stripCount)
        counts.withUnsafeMutableBufferPointer { counts in
            pool.forEach(stripCount) { strip, _ in
                let first = strip * Self.stripWidth
                counts[strip] = boundaries(flags.base, columns: first..<min(first + Self.stripWidth, width), reach)
            }
        }
        let total = counts.reduce((intersection: 0, union: 0)) {
            ($0.intersection + $1.intersection, $0.union + $1.union)
        }
        precondition(total.union > 0, "a mask without a boundary")
        return Double(total.intersection) / Double(total.union)
    }

    /// Sets `bit` where the matte reaches one half and `inside` where it does so all along the reach to both sides.
    private func mark(
        _ matte: UnsafePointer<Float>, _ bit: UInt8, inside: UInt8, reach: Int, in row: UnsafeMutablePointer<UInt8>
    ) {
        var x = 0
        while x < width {
            while x < width, !(matte[x] >= Self.half) { x &+= 1 }
            let start = x
            while x < width, matte[x] >= Self.half {
                row[x] |= bit
                x &+= 1
            }
            guard start + reach < x - reach else { continue }
            for index in start + reach..<x - reach { row[index] |= inside }
        }
    }

    private func boundaries(
        _ flags: UnsafePointer<UInt8>, columns: Range<Int>, _ reach: Int
    ) -> (intersection: Int, union: Int) {
        var (intersection, union) = (0, 0)
        let count = columns.count
        // Rows within reach that are inside, for each column: of the prediction, then of the truth.
        var inside = [Int32](repeating: 0, count: 2 * count)
        let full = Int32(2 * reach + 1)
        inside.withUnsafeMutableBufferPointer { inside in
            func add(_ y: Int, _ sign: Int32) {
                let row = flags + y * width + columns.lowerBound
                for x in 0..<count {
                    inside[x] &+= row[x] & Bit.takenInside != 0 ? sign : 0
                    inside[count + x] &+= row[x] & Bit.subjectInside != 0 ? sign : 0
                }
            }
            for y in 0..<min(reach, height) { add(y, 1) }
            for y in 0..<height {
                if y + reach < height { add(y + reach, 1) }
                if y > reach { add(y - reach - 1, -1) }
                let row = flags + y * width + columns.lowerBound
                for x in 0..<count {
                    let isTaken = row[x] & Bit.taken != 0 && inside[x] < full
                    let isSubject = row[x] & Bit.subject != 0 && inside[count + x] < full
                    intersection &+= isTaken && isSubject ? 1 : 0
                    union &+= isTaken || isSubject ? 1 : 0
                }
            }
        }
        return (intersection, union)
    }
}
