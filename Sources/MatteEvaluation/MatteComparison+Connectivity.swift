import TensorCore

extension MatteComparison {
    /// Thresholds are 1/10, 2/10, … 10/10.
    private static let stepCount = 10
    /// What a pixel may stand above its level without counting as cut off.
    private static let tolerance = 0.15

    /// The sum of |φ(α) − φ(α*)| over the area.
    ///
    /// The level of a pixel is the last threshold up to which it has belonged to the largest part every time. Parts are
    /// found by runs of pixels instead of pixels, in one byte a pixel: what the pixel reaches, and what it has kept.
    func connectivityError() throws(TensorError) -> Double {
        let levels = try PlainBuffer<UInt8>(count: width * height, purpose: "levels of connectivity")
        fillReached(levels.base)
        let parts = try ConnectedParts(levels: levels.base, width: width, height: height)
        for step in 1...UInt8(Self.stepCount) {
            guard try parts.keepLargest(at: step) else { break }
        }
        let sums = mapBands(initial: 0.0) { rows, _ in
            var sum = 0.0
            for index in rows.lowerBound * width..<rows.upperBound * width {
                if let area, area[index] == 0 { continue }
                let level = Double(levels.base[index] >> 4) / Double(Self.stepCount)
                sum += (Self.phi(prediction[index], level) - Self.phi(truth[index], level)).magnitude
            }
            return sum
        }
        return sums.reduce(0, +)
    }

    private static func phi(_ alpha: Float, _ level: Double) -> Double {
        let distance = Double(alpha) - level
        return distance >= tolerance ? 1 - distance : 1
    }

    /// Writes how many thresholds both mattes reach at each pixel.
    private func fillReached(_ levels: UnsafeMutablePointer<UInt8>) {
        // Compared in 32 bits: 51/255 is the threshold 0.2 there, as it should be, while in 64 bits it depends on rounding.
        let thresholds = (0...Self.stepCount).map { Float($0) / Float(Self.stepCount) }
        thresholds.withUnsafeBufferPointer { thresholds in
            _ = mapBands(initial: ()) { rows, _ in
                for index in rows.lowerBound * width..<rows.upperBound * width {
                    let alpha = min(prediction[index], truth[index])
                    // Most pixels are 0 or 1; no number is nothing.
                    guard alpha > 0 else { continue }
                    var step = Int(min(alpha, 1) * Float(Self.stepCount))
                    if step < Self.stepCount, alpha >= thresholds[step + 1] { step += 1 }
                    if alpha < thresholds[step] { step -= 1 }
                    levels[index] = UInt8(step)
                }
            }
        }
    }
}

/// Finds the largest 4-connected part of the pixels that reach a threshold.
///
/// Two passes of union-find over runs, stretches of such pixels in a row: the first joins each run with those it touches in
/// the row above, the second walks the same runs again (Wu, Otoo and Suzuki, Pattern Analysis and Applications 2009).
private final class ConnectedParts {
    /// In the low four bits how many thresholds a pixel reaches, in the high ones how many it has kept.
    private let levels: UnsafeMutablePointer<UInt8>
    private let width: Int
    private let height: Int
    /// For each run a run of the same part, its first one in the end.
    private let parents: PlainBuffer<UInt32>
    /// Pixels of the part, at its first run.
    private let sizes: PlainBuffer<UInt32>
    private var runCount = 0

    /// - Throws: ``TensorError`` where memory is refused, or where 32 bits cannot number the pixels.
    init(levels: UnsafeMutablePointer<UInt8>, width: Int, height: Int) throws(TensorError) {
        guard width * height <= UInt32.max else { throw .shapeOverflow(dimensions: [height, width]) }
        self.levels = levels
        self.width = width
        self.height = height
        self.parents = try PlainBuffer(count: width, purpose: "connected parts")
        self.sizes = try PlainBuffer(count: width, purpose: "connected parts")
    }

    /// Raises what is kept to `step` in the largest part at that threshold, as far as it has kept all before.
    ///
    /// - Returns: false where no pixel reaches the threshold.
    /// - Throws: ``TensorError`` where memory is refused.
    func keepLargest(at step: UInt8) throws(TensorError) -> Bool {
        try joinRuns(at: step)
        guard runCount > 0 else { return false }
        let (parents, sizes) = (parents.base, sizes.base)
        var largest = 0
        for run in 0..<runCount where sizes[run] > sizes[largest] { largest = run }
        var run = 0
        for y in 0..<height {
            let row = levels + y * width
            forEachRun(row, step) { start, end in
                if root(of: run, parents) == largest {
                    for x in start..<end where row[x] >> 4 == step - 1 { row[x] = row[x] & 15 | step << 4 }
                }
                run += 1
            }
        }
        return true
    }

    private func joinRuns(at step: UInt8) throws(TensorError) {
        // A row has one run at most for each two pixels.
        let rowRoom = (width + 1) / 2
        // Where the runs of the row above and of this one begin and end.
        var above: [Range<Int>] = []
        var current: [Range<Int>] = []
        runCount = 0
        for y in 0..<height {
            try parents.grow(to: runCount + rowRoom)
            try sizes.grow(to: runCount + rowRoom)
            let (parent, size) = (parents.base, sizes.base)
            let firstAbove = runCount - above.count
            var candidate = 0
            current.removeAll(keepingCapacity: true)
            forEachRun(levels + y * width, step) { start, end in
                parent[runCount] = UInt32(runCount)
                size[runCount] = UInt32(end - start)
                while candidate < above.count, above[candidate].upperBound <= start { candidate += 1 }
                // The last run above may reach on to the next run of this row, so the candidate stays.
                var other = candidate
                while other < above.count, above[other].lowerBound < end {
                    join(firstAbove + other, runCount, parent, size)
                    other += 1
                }
                current.append(start..<end)
                runCount += 1
            }
            swap(&above, &current)
        }
    }

    @inline(__always)
    private func forEachRun(
        _ row: UnsafePointer<UInt8>, _ step: UInt8, _ body: (_ start: Int, _ end: Int) -> Void
    ) {
        var x = 0
        while x < width {
            while x < width, row[x] & 15 < step { x &+= 1 }
            guard x < width else { return }
            let start = x
            while x < width, row[x] & 15 >= step { x &+= 1 }
            body(start, x)
        }
    }

    /// Joins the parts of two runs under whichever began first.
    private func join(
        _ one: Int, _ other: Int, _ parents: UnsafeMutablePointer<UInt32>, _ sizes: UnsafeMutablePointer<UInt32>
    ) {
        let (a, b) = (root(of: one, parents), root(of: other, parents))
        guard a != b else { return }
        let (first, second) = (min(a, b), max(a, b))
        parents[second] = UInt32(first)
        sizes[first] += sizes[second]
        // Only first runs compete for the largest.
        sizes[second] = 0
    }

    private func root(of run: Int, _ parents: UnsafeMutablePointer<UInt32>) -> Int {
        var run = run
        while true {
            let parent = Int(parents[run])
            if parent == run { return run }
            // Halves the way for whoever asks next.
            parents[run] = parents[parent]
            run = Int(parents[run])
        }
    }
}
