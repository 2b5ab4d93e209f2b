import KernelInterface

// Attention within a window of n = side² tokens, one head at a time: softmax(q · kᵀ / √size + positions + mask) · v.
//
// Two matrix products by the kernel that convolutions use; all between them stays in scratch memory of some tens of
// kilobytes. Scores have rows of whole vectors: the positions' padding is −∞, so that columns which do not exist get no
// weight that counts and no loop has a rest.

/// Where the parts of a window's scratch memory lie, in floats.
private struct WindowScratch {
    let tokens: Int
    let stride: Int
    let headSize: Int

    @inline(__always)
    init(side: Int, headSize: Int) {
        self.tokens = side &* side
        self.stride = wholeVectors(tokens)
        self.headSize = headSize
    }

    // The number of each token's pixel comes first.
    /// Queries, later the result, `[tokens, headSize]`.
    var queries: Int { MemoryLayout<Int>.stride / MemoryLayout<Float>.stride &* tokens }
    /// `[stride, headSize]`
    var keys: Int { queries &+ tokens &* headSize }
    /// Keys packed for the first product.
    var keyPanels: Int { keys &+ stride &* headSize }
    /// Values packed for the second.
    var valuePanels: Int { keyPanels &+ stride &* headSize }
    /// `[tokens, stride]`
    var scores: Int { valuePanels &+ stride &* headSize }
    /// A factor a token.
    var factors: Int { scores &+ tokens &* stride }
    /// What each of four parts of a window sees of it, `[4, stride]`.
    var masks: Int { factors &+ stride }
    var count: Int { masks &+ 4 &* stride }
}

extension VectorKernels {
    /// Floats of scratch memory for ``attendWindow(_:row:column:queries:pixelStride:channels:headSize:padding:positions:into:outputStride:scratch:)``.
    package static func windowScratchCount(side: Int, headSize: Int) -> Int {
        WindowScratch(side: side, headSize: headSize).count
    }

    /// Floats of a head's relative positions, written out for each pair of tokens.
    package static func windowPositionCount(side: Int) -> Int { side &* side &* wholeVectors(side &* side) }

    /// Writes out a head's relative position bias, `[tokens, tokens]` with rows padded by −∞.
    ///
    /// `table` has one value a displacement, `[2 · side − 1, 2 · side − 1]`, `tableStride` apart: that of the first token
    /// from the second, rows before columns. Written out, a window's scores take it along as a residual; once a network.
    @inline(never)
    package static func windowPositions(
        side: Int, table: UnsafePointer<Float>, tableStride: Int, into positions: UnsafeMutablePointer<Float>
    ) {
        let tokens = side &* side
        let stride = wholeVectors(tokens)
        let span = 2 &* side &- 1
        var i = 0
        while i < tokens {
            let row = positions + i &* stride
            var j = 0
            while j < tokens {
                let dy = i / side &- j / side &+ side &- 1
                let dx = i % side &- j % side &+ side &- 1
                row[j] = table[(dy &* span &+ dx) &* tableStride]
                j &+= 1
            }
            while j < stride {
                row[j] = -.infinity
                j &+= 1
            }
            i &+= 1
        }
    }

    /// One head of one window.
    ///
    /// `queries` are the picture's first query of the head; its keys lie `channels` behind it, its values twice as far.
    /// `padding` are the same of a token that is not on the map; such tokens take part, but their results go nowhere.
    /// `headSize` is a multiple of 16. For windows of 12 × 12 a third of the time goes into what is not one of the two
    /// products, for 7 × 7 half of it.
    @inline(never)
    package static func attendWindow(
        _ grid: WindowGrid, row: Int, column: Int, queries: UnsafePointer<Float>, pixelStride: Int, channels: Int,
        headSize: Int, padding: UnsafePointer<Float>, positions: UnsafePointer<Float>,
        into output: UnsafeMutablePointer<Float>, outputStride: Int, scratch: UnsafeMutablePointer<Float>
    ) {
        let layout = WindowScratch(side: grid.side, headSize: headSize)
        let (tokens, stride) = (layout.tokens, layout.stride)
        let pixels = UnsafeMutableRawPointer(scratch).bindMemory(to: Int.self, capacity: tokens)
        let scaled = scratch + layout.queries
        let keys = scratch + layout.keys
        let keyPanels = scratch + layout.keyPanels
        let valuePanels = scratch + layout.valuePanels
        let scores = scratch + layout.scores
        let factors = scratch + layout.factors
        let scale = Vector(repeating: 1 / Float(headSize).squareRoot())

        // All that is read of the map is read here, where nothing waits for a token but its own copies.
        findPixels(grid, row, column, pixels)
        var token = 0
        while token < tokens {
            let pixel = pixels[token]
            let query = pixel < 0 ? padding : queries + pixel &* pixelStride
            var c = 0
            while c < headSize {
                store(load(query + c) * scale, scaled + (token &* headSize &+ c))
                store(load(query + channels + c), keys + (token &* headSize &+ c))
                c &+= vectorWidth
            }
            packRow(query + 2 &* channels, token, depth: tokens, columns: headSize, valuePanels)
            token &+= 1
        }
        clear(keys + tokens &* headSize, (stride &- tokens) &* headSize)

        packTransposedPanels(keys, stride: headSize, depth: headSize, columns: stride, keyPanels)
        product(
            rows: tokens, columns: stride, depth: headSize, scaled, leftStride: headSize, panels: keyPanels,
            into: scores, stride: stride, epilogue: nil)

        let masks = WindowMasks(grid, row, column, scratch + layout.masks, stride)
        token = 0
        while token < tokens {
            let row = token &* stride
            factors[token] = 1 / exponentials(scores + row, positions + row, masks.row(token), stride)
            token &+= 1
        }

        product(
            rows: tokens, columns: headSize, depth: tokens, scores, leftStride: stride, panels: valuePanels,
            into: scaled, stride: headSize, epilogue: nil)
        token = 0
        while token < tokens {
            if pixels[token] >= 0 {
                let factor = Vector(repeating: factors[token])
                let result = output + pixels[token] &* outputStride
                var c = 0
                while c < headSize {
                    store(load(scaled + (token &* headSize &+ c)) * factor, result + c)
                    c &+= vectorWidth
                }
            }
            token &+= 1
        }
    }
}

/// The number of each token's pixel in its picture, -1 of those that are not on the map.
@inline(__always)
private func findPixels(_ grid: WindowGrid, _ row: Int, _ column: Int, _ pixels: UnsafeMutablePointer<Int>) {
    let (rolledHeight, rolledWidth) = (grid.rows &* grid.side, grid.columns &* grid.side)
    var token = 0
    var y = row &* grid.side &+ grid.shift
    var iy = 0
    while iy < grid.side {
        if y >= rolledHeight { y &-= rolledHeight }
        var x = column &* grid.side &+ grid.shift
        var ix = 0
        while ix < grid.side {
            if x >= rolledWidth { x &-= rolledWidth }
            pixels[token] = y < grid.height && x < grid.width ? y &* grid.width &+ x : -1
            token &+= 1
            x &+= 1
            ix &+= 1
        }
        y &+= 1
        iy &+= 1
    }
}

/// What the tokens of a window see of it.
///
/// The last windows of a rolled map hold what was at its lower or right end beside what was at the other; these parts do
/// not see one another.
private struct WindowMasks {
    private let masks: UnsafeMutablePointer<Float>?
    private let stride: Int
    private let side: Int
    /// The first row and column of the part that was rolled.
    private let rolledRow: Int
    private let rolledColumn: Int

    @inline(__always)
    init(
        _ grid: WindowGrid, _ row: Int, _ column: Int, _ memory: UnsafeMutablePointer<Float>, _ stride: Int
    ) {
        self.stride = stride
        side = grid.side
        rolledRow = row &+ 1 == grid.rows ? grid.side &- grid.shift : grid.side
        rolledColumn = column &+ 1 == grid.columns ? grid.side &- grid.shift : grid.side
        masks = rolledRow < side || rolledColumn < side ? memory : nil
        guard let masks else { return }
        clear(masks, 4 &* stride)
        var part = 0
        while part < 4 {
            var token = 0
            while token < grid.tokenCount {
                if self.part(of: token) != part { masks[part &* stride &+ token] = -.infinity }
                token &+= 1
            }
            part &+= 1
        }
    }

    @inline(__always)
    private func part(of token: Int) -> Int {
        (token / side < rolledRow ? 0 : 2) &+ (token % side < rolledColumn ? 0 : 1)
    }

    /// What is added to the scores of a token: 0 or −∞; nil where it sees everything.
    @inline(__always)
    func row(_ token: Int) -> UnsafeMutablePointer<Float>? { masks.map { $0 + part(of: token) &* stride } }
}

/// `row = e^(row + positions + mask − its maximum)`; the sum of that. What lies more than 80 below the maximum is as good
/// as nothing, which keeps exponents in bounds.
@inline(__always)
private func exponentials(
    _ row: UnsafeMutablePointer<Float>, _ positions: UnsafePointer<Float>, _ mask: UnsafeMutablePointer<Float>?,
    _ count: Int
) -> Float {
    var largest = Wide(repeating: -.infinity)
    var column = 0
    while column < count {
        var value = loadWide(row + column) + loadWide(positions + column)
        if let mask { value += loadWide(mask + column) }
        storeWide(value, row + column)
        largest = maximum(largest, value)
        column &+= wideWidth
    }
    let top = Wide(repeating: laneMaximum(largest))
    let least = Wide(repeating: -80)
    var sums = Wide.zero
    column = 0
    while column < count {
        let value = wideExponential(maximum(loadWide(row + column) - top, least))
        storeWide(value, row + column)
        sums += value
        column &+= wideWidth
    }
    return laneSum(sums)
}

/// Writes row `k` of a right operand into its panels; `columns` are whole vectors.
@inline(__always)
private func packRow(
    _ row: UnsafePointer<Float>, _ k: Int, depth: Int, columns: Int, _ panels: UnsafeMutablePointer<Float>
) {
    var column = 0
    while column < columns {
        let width = panelVectors(at: column, of: columns) &* wideWidth
        copy(row + column, panels + (column &* depth &+ k &* width), width)
        column &+= width
    }
}

@inline(__always)
private func clear(_ values: UnsafeMutablePointer<Float>, _ count: Int) {
    var index = 0
    while index < count {
        values[index] = 0
        index &+= 1
    }
}
