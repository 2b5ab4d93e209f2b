import KernelInterface
import Threads

/// The pixels of a grid that are worked on: for each row the stretches of whole blocks that hold unknown pixels.
struct SolvingRuns: Sendable {
    /// A stretch of a row, whole blocks.
    struct Run: Sendable {
        var start: Int32
        var count: Int32
    }

    let height: Int
    /// Whether each block of a row holds an unknown pixel, row by row.
    private(set) var blocks: [Bool]
    let blocksPerRow: Int
    private var runs: [Run] = []
    /// Where the runs of each row begin; one more than there are rows.
    private var firsts: [Int32] = []

    /// Rows of a chunk of a loop: enough work to be worth a claim, and pieces for many threads. Fixed, so that sums over
    /// chunks are the same for every number of threads.
    static let rowsPerChunk = 16

    /// Chunks of a loop over all rows.
    var chunkCount: Int { (height + Self.rowsPerChunk - 1) / Self.rowsPerChunk }

    /// Rows of a chunk.
    func rows(of chunk: Int) -> Range<Int> {
        chunk * Self.rowsPerChunk..<min((chunk + 1) * Self.rowsPerChunk, height)
    }

    init(height: Int, blocksPerRow: Int, blocks: [Bool]) {
        precondition(blocks.count == height * blocksPerRow)
        self.height = height
        self.blocksPerRow = blocksPerRow
        self.blocks = blocks
        firsts.reserveCapacity(height + 1)
        for y in 0..<height {
            firsts.append(Int32(runs.count))
            var start = 0
            while start < blocksPerRow {
                if !blocks[y * blocksPerRow + start] {
                    start += 1
                    continue
                }
                var end = start + 1
                while end < blocksPerRow, blocks[y * blocksPerRow + end] { end += 1 }
                runs.append(
                    Run(start: Int32(start * solvingBlock), count: Int32((end - start) * solvingBlock)))
                start = end
            }
        }
        firsts.append(Int32(runs.count))
    }

    /// The blocks of maps whose values are not 0 somewhere in them.
    init(of map: SolvingMap) {
        let blocksPerRow = (map.width + solvingBlock - 1) / solvingBlock
        var blocks = [Bool](repeating: false, count: blocksPerRow * map.height)
        for y in 0..<map.height {
            let row = map.row(y)
            for block in 0..<blocksPerRow {
                let pixels = block * solvingBlock..<min((block + 1) * solvingBlock, map.width)
                blocks[y * blocksPerRow + block] = pixels.contains { row[$0] != 0 }
            }
        }
        self.init(height: map.height, blocksPerRow: blocksPerRow, blocks: blocks)
    }

    /// The blocks of a grid of half the size that interpolate to pixels of these.
    func halved(width: Int, height: Int) -> SolvingRuns {
        let halfBlocksPerRow = (width + solvingBlock - 1) / solvingBlock
        var halves = [Bool](repeating: false, count: halfBlocksPerRow * height)
        for y in 0..<self.height {
            for half in y / 2...min((y + 1) / 2, height - 1) where y / 2 <= height - 1 {
                for run in self[y] {
                    let first = max(Int(run.start) - 1, 0) / 2 / solvingBlock
                    let last = min(Int(run.start + run.count) / 2, width - 1) / solvingBlock
                    for block in first...max(first, last) { halves[half * halfBlocksPerRow + block] = true }
                }
            }
        }
        return SolvingRuns(height: height, blocksPerRow: halfBlocksPerRow, blocks: halves)
    }

    /// These blocks and all beside them.
    func widened() -> SolvingRuns {
        var wide = blocks
        for y in 0..<height {
            for block in 0..<blocksPerRow where blocks[y * blocksPerRow + block] {
                for row in max(y - 1, 0)...min(y + 1, height - 1) {
                    for other in max(block - 1, 0)...min(block + 1, blocksPerRow - 1) {
                        wide[row * blocksPerRow + other] = true
                    }
                }
            }
        }
        return SolvingRuns(height: height, blocksPerRow: blocksPerRow, blocks: wide)
    }

    /// The stretches of a row.
    subscript(y: Int) -> ArraySlice<Run> { runs[Int(firsts[y])..<Int(firsts[y + 1])] }

    /// Calls `body` for each run, chunk by chunk on the pool's threads.
    func forEach(_ pool: ThreadPool, _ body: (_ y: Int, _ x: Int, _ count: Int) -> Void) {
        pool.forEach(chunkCount) { chunk, _ in
            for y in rows(of: chunk) {
                for run in self[y] { body(y, Int(run.start), Int(run.count)) }
            }
        }
    }

    /// Adds up what `body` returns for each run; the same for every number of threads.
    func sum(_ pool: ThreadPool, _ body: (_ y: Int, _ x: Int, _ count: Int) -> Double) -> Double {
        var sums = [Double](repeating: 0, count: chunkCount)
        sums.withUnsafeMutableBufferPointer { sums in
            guard let base = sums.baseAddress else { return }
            pool.forEach(chunkCount) { chunk, _ in
                var sum = 0.0
                for y in rows(of: chunk) {
                    for run in self[y] { sum += body(y, Int(run.start), Int(run.count)) }
                }
                base[chunk] = sum
            }
        }
        return sums.reduce(0, +)
    }
}
