import KernelInterface

// The matrix product at the heart of convolutions: `[rows, depth]` · `[depth, columns]`.
//
// The right operand is packed once into panels of up to `panelVectors` vectors of columns, so that the inner loop reads
// it in order; a tile of rows × vectors of sums stays in registers while one column of the left operand after the other
// is broadcast against one row of the panel. On a Zen 5 core with AVX-512 a 6 × 64 tile runs at about 90 % of the peak;
// Debian's OpenBLAS 0.3.21 knows no core of that kind and stops at half. Without fused multiply-add the kernel is level
// with what OpenBLAS has for such processors: a benchmark of the embedded network takes 0.91 of the time with its kernels
// for Nehalem, 0.98 for Atom and 0.69 for Sandy Bridge (AVX), one of U²-Net-p 0.93, 0.99 and 1.12.
//
// Rows and vectors of a tile are written out, not looped over: sums in an `InlineArray` stayed in registers for some tile
// sizes and fell back to memory, five times slower, for others, as the optimiser saw fit.

#if arch(x86_64) && KERNELS_AVX512
private let panelVectors = 4
#else
// Sixteen registers: twelve sums, two columns of the panel, one broadcast.
private let panelVectors = 2
#endif

/// Most rows of a tile that is `vectors` wide: what the registers hold, and at least eight sums to hide the latency.
@inline(__always)
private func tileRows(_ vectors: Int) -> Int {
    #if arch(x86_64) && KERNELS_AVX512
    vectors == 4 ? 6 : vectors == 2 ? 8 : 12
    #else
    vectors == 2 ? 6 : 12
    #endif
}

/// The vectors of the panel that begins at a column: 4, 2 or 1.
@inline(__always)
func panelVectors(at column: Int, of columns: Int) -> Int {
    let left = (columns &- column &+ wideWidth &- 1) / wideWidth
    return left >= panelVectors ? panelVectors : left >= 2 ? 2 : 1
}

/// One row of a tile, or of a panel: the first `vectors` of four.
private struct Row {
    var a = Wide.zero
    var b = Wide.zero
    var c = Wide.zero
    var d = Wide.zero

    @inline(__always)
    init() {}

    @inline(__always)
    init(_ pointer: UnsafePointer<Float>, _ vectors: Int) {
        a = loadWide(pointer)
        if vectors > 1 { b = loadWide(pointer + wideWidth) }
        if vectors > 2 { c = loadWide(pointer + 2 &* wideWidth) }
        if vectors > 3 { d = loadWide(pointer + 3 &* wideWidth) }
    }

    @inline(__always)
    func write(_ pointer: UnsafeMutablePointer<Float>, _ vectors: Int, _ stride: Int) {
        storeWide(a, pointer)
        if vectors > 1 { storeWide(b, pointer + stride) }
        if vectors > 2 { storeWide(c, pointer + 2 &* stride) }
        if vectors > 3 { storeWide(d, pointer + 3 &* stride) }
    }

    @inline(__always)
    mutating func add(_ factor: Float, _ right: Row, _ vectors: Int) {
        let factor = Wide(repeating: factor)
        a = multiplyAdd(a, right.a, factor)
        if vectors > 1 { b = multiplyAdd(b, right.b, factor) }
        if vectors > 2 { c = multiplyAdd(c, right.c, factor) }
        if vectors > 3 { d = multiplyAdd(d, right.d, factor) }
    }
}

/// The left operand: rows of `taps` runs of `depth` floats.
private struct LeftOperand {
    let base: UnsafePointer<Float>
    /// Addresses of the runs, `[taps, rowStride]`, where they are scattered.
    var table: UnsafePointer<UnsafePointer<Float>>?
    let rowStride: Int
    var tapStride = 0
    let taps: Int
    let depth: Int
    /// Depth of the last run, of which it is the end.
    let lastDepth: Int

    @inline(__always)
    func advanced(row: Int) -> LeftOperand {
        LeftOperand(
            base: table == nil ? base + row &* rowStride : base, table: table.map { $0 + row }, rowStride: rowStride,
            tapStride: tapStride, taps: taps, depth: depth, lastDepth: lastDepth)
    }

    var totalDepth: Int { (taps &- 1) &* depth &+ lastDepth }
}

/// A tile of the product: where its operands lie and where it goes.
private struct Tile {
    /// Where the left rows lie.
    let left: LeftOperand
    let panel: UnsafePointer<Float>
    let output: UnsafeMutablePointer<Float>
    let stride: Int
    /// From a vector of columns of the output to the next, in floats.
    let vectorStride: Int
    /// Columns that exist, from the first of this tile on.
    let columns: Int
    let height: Int
    let epilogue: ProductEpilogue?
    /// Room for the bare sums of a tile that is to be finished.
    let sums: UnsafeMutablePointer<Float>

    /// Computes `rows` × `vectors`, constants where this is inlined; rows from `height` on repeat the first, unwritten.
    @inline(__always)
    func compute(rows: Int, vectors: Int) {
        var r0 = Row()
        var r1 = Row()
        var r2 = Row()
        var r3 = Row()
        var r4 = Row()
        var r5 = Row()
        var r6 = Row()
        var r7 = Row()
        var r8 = Row()
        var r9 = Row()
        var r10 = Row()
        var r11 = Row()
        var right = panel
        var tap = 0
        while tap < left.taps {
            let depth = tap &+ 1 < left.taps ? left.depth : left.lastDepth
            let a0 = row(0, tap)
            let a1 = rows > 1 ? row(1, tap) : a0
            let a2 = rows > 2 ? row(2, tap) : a0
            let a3 = rows > 3 ? row(3, tap) : a0
            let a4 = rows > 4 ? row(4, tap) : a0
            let a5 = rows > 5 ? row(5, tap) : a0
            let a6 = rows > 6 ? row(6, tap) : a0
            let a7 = rows > 7 ? row(7, tap) : a0
            let a8 = rows > 8 ? row(8, tap) : a0
            let a9 = rows > 9 ? row(9, tap) : a0
            let a10 = rows > 10 ? row(10, tap) : a0
            let a11 = rows > 11 ? row(11, tap) : a0
            var k = 0
            while k < depth {
                let b = Row(right, vectors)
                r0.add(a0[k], b, vectors)
                if rows > 1 { r1.add(a1[k], b, vectors) }
                if rows > 2 { r2.add(a2[k], b, vectors) }
                if rows > 3 { r3.add(a3[k], b, vectors) }
                if rows > 4 { r4.add(a4[k], b, vectors) }
                if rows > 5 { r5.add(a5[k], b, vectors) }
                if rows > 6 { r6.add(a6[k], b, vectors) }
                if rows > 7 { r7.add(a7[k], b, vectors) }
                if rows > 8 { r8.add(a8[k], b, vectors) }
                if rows > 9 { r9.add(a9[k], b, vectors) }
                if rows > 10 { r10.add(a10[k], b, vectors) }
                if rows > 11 { r11.add(a11[k], b, vectors) }
                right += vectors &* wideWidth
                k &+= 1
            }
            tap &+= 1
        }
        let target = epilogue == nil ? output : sums
        let stride = epilogue == nil ? stride : vectors &* wideWidth
        let vectorStride = epilogue == nil ? vectorStride : wideWidth
        r0.write(target, vectors, vectorStride)
        if rows > 1 && height > 1 { r1.write(target + 1 &* stride, vectors, vectorStride) }
        if rows > 2 && height > 2 { r2.write(target + 2 &* stride, vectors, vectorStride) }
        if rows > 3 && height > 3 { r3.write(target + 3 &* stride, vectors, vectorStride) }
        if rows > 4 && height > 4 { r4.write(target + 4 &* stride, vectors, vectorStride) }
        if rows > 5 && height > 5 { r5.write(target + 5 &* stride, vectors, vectorStride) }
        if rows > 6 && height > 6 { r6.write(target + 6 &* stride, vectors, vectorStride) }
        if rows > 7 && height > 7 { r7.write(target + 7 &* stride, vectors, vectorStride) }
        if rows > 8 && height > 8 { r8.write(target + 8 &* stride, vectors, vectorStride) }
        if rows > 9 && height > 9 { r9.write(target + 9 &* stride, vectors, vectorStride) }
        if rows > 10 && height > 10 { r10.write(target + 10 &* stride, vectors, vectorStride) }
        if rows > 11 && height > 11 { r11.write(target + 11 &* stride, vectors, vectorStride) }
    }

    @inline(__always)
    private func row(_ row: Int, _ tap: Int) -> UnsafePointer<Float> {
        let row = row < height ? row : 0
        if let table = left.table { return table[tap &* left.rowStride &+ row] }
        // The last slice ends with the last of its lanes that count.
        let overlap = tap &+ 1 < left.taps ? 0 : left.depth &- left.lastDepth
        return left.base + (row &* left.rowStride &+ tap &* left.tapStride &+ overlap)
    }
}

// One function a tile size: in one for all the optimiser gives up before it has inlined everything.

#if arch(x86_64) && KERNELS_AVX512
@inline(never) private func tile2x4(_ tile: Tile) { tile.compute(rows: 2, vectors: 4) }

@inline(never) private func tile4x4(_ tile: Tile) { tile.compute(rows: 4, vectors: 4) }

@inline(never) private func tile6x4(_ tile: Tile) { tile.compute(rows: 6, vectors: 4) }

@inline(never) private func tile4x2(_ tile: Tile) { tile.compute(rows: 4, vectors: 2) }

@inline(never) private func tile8x2(_ tile: Tile) { tile.compute(rows: 8, vectors: 2) }

#else
@inline(never) private func tile2x2(_ tile: Tile) { tile.compute(rows: 2, vectors: 2) }

@inline(never) private func tile4x2(_ tile: Tile) { tile.compute(rows: 4, vectors: 2) }

@inline(never) private func tile6x2(_ tile: Tile) { tile.compute(rows: 6, vectors: 2) }
#endif

@inline(never) private func tile4x1(_ tile: Tile) { tile.compute(rows: 4, vectors: 1) }

@inline(never) private func tile8x1(_ tile: Tile) { tile.compute(rows: 8, vectors: 1) }

@inline(never) private func tile12x1(_ tile: Tile) { tile.compute(rows: 12, vectors: 1) }

/// Computes a tile with the smallest kernel that has room for it.
@inline(__always)
private func compute(_ tile: Tile, vectors: Int) {
    switch (vectors, tile.height) {
    #if arch(x86_64) && KERNELS_AVX512
    case (4, 5...): tile6x4(tile)
    case (4, 3...): tile4x4(tile)
    case (4, _): tile2x4(tile)
    case (2, 5...): tile8x2(tile)
    case (2, _): tile4x2(tile)
    #else
    case (2, 5...): tile6x2(tile)
    case (2, 3...): tile4x2(tile)
    case (2, _): tile2x2(tile)
    #endif
    case (_, 9...): tile12x1(tile)
    case (_, 5...): tile8x1(tile)
    default: tile4x1(tile)
    }
}

/// Cuts a product into tiles, panel by panel.
///
/// Tiles of a panel are equally high: a last one of a single row would run at a sixth of the speed.
@inline(__always)
private func forEachTile(
    rows: Int, columns: Int, left: LeftOperand, panels: UnsafePointer<Float>,
    into output: UnsafeMutablePointer<Float>, stride: Int, vectorStride: Int, epilogue: ProductEpilogue?
) {
    // Room for 24 of the widest vectors, on the stack: a temporary allocation of this size would come from the heap, once
    // a call. A tuple, since an `InlineArray` needs macOS 26.
    let zero = SIMD64<Float>.zero
    var space = (zero, zero, zero, zero, zero, zero)
    withUnsafeMutableBytes(of: &space) { space in
        guard let sums = space.baseAddress?.assumingMemoryBound(to: Float.self) else { return }
        let depth = left.totalDepth
        var column = 0
        while column < columns {
            let vectors = panelVectors(at: column, of: columns)
            var tiles = (rows &+ tileRows(vectors) &- 1) / tileRows(vectors)
            var first = 0
            while tiles > 0 {
                let height = (rows &- first &+ tiles &- 1) / tiles
                let tile = Tile(
                    left: left.advanced(row: first), panel: panels + column &* depth,
                    output: output + (first &* stride &+ column / wideWidth &* vectorStride), stride: stride,
                    vectorStride: vectorStride, columns: columns &- column, height: height,
                    epilogue: epilogue.map { $0.advanced(row: first, column: column) }, sums: sums)
                compute(tile, vectors: vectors)
                if let epilogue = tile.epilogue {
                    let width = vectors &* wideWidth
                    finishRows(
                        tile.sums, stride: width, into: tile.output, stride: stride, rows: height,
                        columns: width < tile.columns ? width : tile.columns, epilogue)
                }
                first &+= height
                tiles &-= 1
            }
            column &+= vectors &* wideWidth
        }
    }
}

extension ProductEpilogue {
    @inline(__always)
    fileprivate func advanced(row: Int, column: Int) -> ProductEpilogue {
        var part = self
        part.bias += column
        part.residual = residual.map { $0 + (row &* residualStride &+ column) }
        return part
    }
}

extension VectorKernels {
    /// Floats of a vector: the lanes of a slice.
    package static var lanes: Int { wideWidth }

    /// Columns of a panel of a packed right operand, of all but the last ones.
    package static var panelColumns: Int { panelVectors &* wideWidth }

    /// `output = left · right`, rows of the left operand `leftStride` apart; finished as `epilogue` says, or the bare sums.
    ///
    /// Bare sums are written in whole vectors: `stride` leaves room for them.
    @inline(never)
    package static func product(
        rows: Int, columns: Int, depth: Int, _ left: UnsafePointer<Float>, leftStride: Int,
        panels: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, stride: Int, epilogue: ProductEpilogue?
    ) {
        forEachTile(
            rows: rows, columns: columns,
            left: LeftOperand(base: left, rowStride: leftStride, taps: 1, depth: depth, lastDepth: depth),
            panels: panels, into: output, stride: stride, vectorStride: wideWidth, epilogue: epilogue)
    }

    /// `output = left · right` where the left operand is scattered: `depth` floats at each of `taps` addresses a row.
    ///
    /// `pointers` are `[taps, rows]`; the right operand has a depth of `taps · depth` (indirect convolution, Dukhan 2019).
    /// Against copying neighbourhoods into a panel first: a third of the memory traffic for a 3×3 kernel.
    @inline(never)
    package static func indirectProduct(
        rows: Int, columns: Int, taps: Int, depth: Int, pointers: UnsafePointer<UnsafePointer<Float>>,
        panels: UnsafePointer<Float>, into output: UnsafeMutablePointer<Float>, stride: Int, epilogue: ProductEpilogue?
    ) {
        forEachTile(
            rows: rows, columns: columns,
            left: LeftOperand(
                base: pointers[0], table: pointers, rowStride: rows, taps: taps, depth: depth, lastDepth: depth),
            panels: panels, into: output, stride: stride, vectorStride: wideWidth, epilogue: epilogue)
    }

    /// The product of one point of a block of Winograd tiles: `[tiles, inputs]` · `[inputs, outputs]`, both sides sliced
    /// as ``WinogradLayout`` has it. `factors` and `products` are those of the point in the first tile.
    @inline(never)
    package static func winogradProduct(
        tiles: Int, inputs: Int, outputs: Int, _ factors: UnsafePointer<Float>, factorLayout: WinogradLayout,
        panels: UnsafePointer<Float>, into products: UnsafeMutablePointer<Float>, productLayout: WinogradLayout
    ) {
        let slices = (inputs &+ wideWidth &- 1) / wideWidth
        forEachTile(
            rows: tiles, columns: outputs,
            left: LeftOperand(
                base: factors, rowStride: factorLayout.tileStride, tapStride: factorLayout.sliceStride, taps: slices,
                depth: wideWidth, lastDepth: inputs &- (slices &- 1) &* wideWidth),
            panels: panels, into: products, stride: productLayout.tileStride, vectorStride: productLayout.sliceStride,
            epilogue: nil)
    }
}
