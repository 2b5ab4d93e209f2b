import KernelInterface

// Winograd convolution in three stages over a block of tiles: inputs to left factors `V`, one matrix product a point of
// the transformed tile (36 for F(4, 3)), products `M` to outputs. A block of some 24 tiles keeps V and M in the
// second-level cache between the stages. Channels are the vectors' lanes; the last vector overlaps the one before it where
// channels are no multiple, so every width from one vector up runs without a scalar rest.

/// A tile's place in the map: the output pixel at its corner.
private struct Corner {
    let picture: Int
    let y: Int
    let x: Int

    @inline(__always)
    init(_ tile: Int, _ grid: WinogradGrid) {
        let perPhase = grid.rows &* grid.columns
        let phases = grid.dilation &* grid.dilation
        let phase = tile / perPhase % phases
        let place = tile % perPhase
        self.picture = tile / (perPhase &* phases)
        self.y = phase / grid.dilation &+ place / grid.columns &* grid.size &* grid.dilation
        self.x = phase % grid.dilation &+ place % grid.columns &* grid.size &* grid.dilation
    }
}

/// Addresses of a square of pixels, `side` a side and `grid.dilation` apart; `outside` for those beside the map.
@inline(__always)
private func fillTable(
    _ table: UnsafeMutablePointer<UnsafeMutablePointer<Float>>, side: Int, _ grid: WinogradGrid, top: Int, left: Int,
    picture: UnsafeMutablePointer<Float>, pixelStride: Int, outside: UnsafeMutablePointer<Float>
) {
    let step = grid.dilation
    let reach = (side &- 1) &* step
    let isInside = top >= 0 && left >= 0 && top &+ reach < grid.height && left &+ reach < grid.width
    var entry = table
    var y = top
    var row = 0
    while row < side {
        let isRow = y >= 0 && y < grid.height
        var x = left
        var column = 0
        while column < side {
            let isPixel = isInside || (isRow && x >= 0 && x < grid.width)
            entry[0] = isPixel ? picture + (y &* grid.width &+ x) &* pixelStride : outside
            entry += 1
            x &+= step
            column &+= 1
        }
        y &+= step
        row &+= 1
    }
}

/// The next vector of channels: the last one overlaps the one before it, and none follows it.
@inline(__always)
private func advance(_ c: inout Int, _ channels: Int) -> Bool {
    if c &+ wideWidth >= channels { return false }
    c = c &+ 2 &* wideWidth <= channels ? c &+ wideWidth : channels &- wideWidth
    return true
}

/// Memory of a call: half-transformed vectors, addresses, and what stands for pixels outside the map.
private struct Scratch {
    let half: UnsafeMutablePointer<Float>
    let table: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    let addedTable: UnsafeMutablePointer<UnsafeMutablePointer<Float>>
    let zeros: UnsafeMutablePointer<Float>
    let sink: UnsafeMutablePointer<Float>

    /// Floats before the zeros: 36 vectors of 16, and twice 36 addresses.
    static let fixedCount = 36 * 16 + 2 * 36 * 2

    @inline(__always)
    init(_ scratch: UnsafeMutablePointer<Float>, channels: Int) {
        half = scratch
        let addresses = UnsafeMutableRawPointer(scratch + 36 &* 16)
        table = addresses.assumingMemoryBound(to: UnsafeMutablePointer<Float>.self)
        addedTable = table + 36
        zeros = scratch + Self.fixedCount
        sink = zeros + channels
        var c = 0
        while c < channels {
            zeros[c] = 0
            c &+= 1
        }
    }
}

extension VectorKernels {
    /// Fewest channels, in and out, that the Winograd kernels take.
    package static var winogradLeastChannels: Int { wideWidth }

    /// Floats of scratch memory for ``winogradInput`` and ``winogradOutput``, at an even address in floats.
    package static func winogradScratchCount(channels: Int) -> Int { Scratch.fixedCount &+ 2 &* channels }

    /// Transforms the inputs of `count` tiles: `target[point][tile][channel]`, points `pointStride` floats apart.
    ///
    /// Cost for F(4, 3): 36 loads, 144 operations, 36 stores and as many of the half-transformed tile a vector of channels,
    /// bound by the stores.
    @inline(never)
    package static func winogradInput(
        _ grid: WinogradGrid, first: Int, count: Int, _ input: UnsafeMutablePointer<Float>, pixelStride: Int,
        channels: Int, _ target: UnsafeMutablePointer<Float>, tileStride: Int, pointStride: Int,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let scratch = Scratch(scratch, channels: channels)
        var tile = 0
        while tile < count {
            let corner = Corner(first &+ tile, grid)
            fillTable(
                scratch.table, side: grid.size &+ 2, grid, top: corner.y &- grid.dilation,
                left: corner.x &- grid.dilation,
                picture: input + corner.picture &* grid.height &* grid.width &* pixelStride, pixelStride: pixelStride,
                outside: scratch.zeros)
            let factors = target + tile &* tileStride
            if grid.size == 4 {
                inputTile4(scratch, channels, factors, pointStride)
            } else {
                inputTile2(scratch, channels, factors, pointStride)
            }
            tile &+= 1
        }
    }

    /// Transforms the products of `count` tiles to outputs, finished as `finish` says; its residual is the whole map.
    @inline(never)
    package static func winogradOutput(
        _ grid: WinogradGrid, first: Int, count: Int, _ source: UnsafePointer<Float>, tileStride: Int,
        pointStride: Int, _ output: UnsafeMutablePointer<Float>, pixelStride: Int, channels: Int,
        finish: ProductFinish, scratch: UnsafeMutablePointer<Float>
    ) {
        let scratch = Scratch(scratch, channels: channels)
        var tile = 0
        while tile < count {
            let corner = Corner(first &+ tile, grid)
            let pixels = corner.picture &* grid.height &* grid.width
            fillTable(
                scratch.table, side: grid.size, grid, top: corner.y, left: corner.x,
                picture: output + pixels &* pixelStride, pixelStride: pixelStride, outside: scratch.sink)
            if let residual = finish.residual {
                fillTable(
                    scratch.addedTable, side: grid.size, grid, top: corner.y, left: corner.x,
                    picture: UnsafeMutablePointer(mutating: residual) + pixels &* finish.residualStride,
                    pixelStride: finish.residualStride, outside: scratch.zeros)
            }
            let products = source + tile &* tileStride
            if grid.size == 4 {
                outputTile4(scratch, channels, products, pointStride, finish)
            } else {
                outputTile2(scratch, channels, products, pointStride, finish)
            }
            tile &+= 1
        }
    }

    /// Transforms the kernels of `one point: `G g Gᵀ` at `point` of the tile,
    /// `[inputs, outputs]` from weights `[3, 3, allInputs, outputs]`, in double precision.
    ///
    /// Once when a network is planned: nine multiply-adds a value.
    @inline(never)
    package static func winogradWeights(
        size: Int, point: Int, _ weights: UnsafePointer<Float>, inputs: Int, outputs: Int,
        _ target: UnsafeMutablePointer<Float>
    ) {
        let side = size &+ 2
        let y = winogradKernelRow(size: size, point / side)
        let x = winogradKernelRow(size: size, point % side)
        let tap = inputs &* outputs
        var i = 0
        while i < tap {
            let w = weights + i
            let top = Double(w[0]) * x.0 + Double(w[tap]) * x.1 + Double(w[2 &* tap]) * x.2
            let middle = Double(w[3 &* tap]) * x.0 + Double(w[4 &* tap]) * x.1 + Double(w[5 &* tap]) * x.2
            let bottom = Double(w[6 &* tap]) * x.0 + Double(w[7 &* tap]) * x.1 + Double(w[8 &* tap]) * x.2
            target[i] = Float(top * y.0 + middle * y.1 + bottom * y.2)
            i &+= 1
        }
    }
}

/// One tile of inputs: columns first, then rows.
@inline(__always)
private func inputTile4(
    _ scratch: Scratch, _ channels: Int, _ target: UnsafeMutablePointer<Float>, _ pointStride: Int
) {
    var c = 0
    repeat {
        var column = 0
        while column < 6 {
            let pixel = scratch.table + column
            winogradInput4(
                loadWide(pixel[0] + c), loadWide(pixel[6] + c), loadWide(pixel[12] + c), loadWide(pixel[18] + c),
                loadWide(pixel[24] + c), loadWide(pixel[30] + c), scratch.half + column &* wideWidth,
                stride: 6 &* wideWidth)
            column &+= 1
        }
        var row = 0
        while row < 6 {
            let half = scratch.half + row &* 6 &* wideWidth
            winogradInput4(
                loadWide(half), loadWide(half + wideWidth), loadWide(half + 2 &* wideWidth),
                loadWide(half + 3 &* wideWidth), loadWide(half + 4 &* wideWidth), loadWide(half + 5 &* wideWidth),
                target + (row &* 6 &* pointStride &+ c), stride: pointStride)
            row &+= 1
        }
    } while advance(&c, channels)
}

@inline(__always)
private func inputTile2(
    _ scratch: Scratch, _ channels: Int, _ target: UnsafeMutablePointer<Float>, _ pointStride: Int
) {
    var c = 0
    repeat {
        var column = 0
        while column < 4 {
            let pixel = scratch.table + column
            winogradInput2(
                loadWide(pixel[0] + c), loadWide(pixel[4] + c), loadWide(pixel[8] + c), loadWide(pixel[12] + c),
                scratch.half + column &* wideWidth, stride: 4 &* wideWidth)
            column &+= 1
        }
        var row = 0
        while row < 4 {
            let half = scratch.half + row &* 4 &* wideWidth
            winogradInput2(
                loadWide(half), loadWide(half + wideWidth), loadWide(half + 2 &* wideWidth),
                loadWide(half + 3 &* wideWidth), target + (row &* 4 &* pointStride &+ c), stride: pointStride)
            row &+= 1
        }
    } while advance(&c, channels)
}

/// One tile of outputs: columns of points first, then rows, each value finished and written.
@inline(__always)
private func outputTile4(
    _ scratch: Scratch, _ channels: Int, _ source: UnsafePointer<Float>, _ pointStride: Int, _ finish: ProductFinish
) {
    let low = Wide(repeating: finish.low)
    let high = Wide(repeating: finish.high)
    var c = 0
    repeat {
        var column = 0
        while column < 6 {
            let line = winogradOutput4(source + (column &* pointStride &+ c), stride: 6 &* pointStride)
            let half = scratch.half + column &* wideWidth
            storeWide(line.0, half)
            storeWide(line.1, half + 6 &* wideWidth)
            storeWide(line.2, half + 12 &* wideWidth)
            storeWide(line.3, half + 18 &* wideWidth)
            column &+= 1
        }
        let bias = loadWide(finish.bias + c)
        var row = 0
        while row < 4 {
            let line = winogradOutput4(scratch.half + row &* 6 &* wideWidth, stride: wideWidth)
            let pixel = scratch.table + row &* 4
            var (v0, v1) = (clamped(line.0 + bias, low, high), clamped(line.1 + bias, low, high))
            var (v2, v3) = (clamped(line.2 + bias, low, high), clamped(line.3 + bias, low, high))
            if finish.residual != nil {
                let added = scratch.addedTable + row &* 4
                v0 += loadWide(added[0] + c)
                v1 += loadWide(added[1] + c)
                v2 += loadWide(added[2] + c)
                v3 += loadWide(added[3] + c)
            }
            storeWide(v0, pixel[0] + c)
            storeWide(v1, pixel[1] + c)
            storeWide(v2, pixel[2] + c)
            storeWide(v3, pixel[3] + c)
            row &+= 1
        }
    } while advance(&c, channels)
}

@inline(__always)
private func outputTile2(
    _ scratch: Scratch, _ channels: Int, _ source: UnsafePointer<Float>, _ pointStride: Int, _ finish: ProductFinish
) {
    let low = Wide(repeating: finish.low)
    let high = Wide(repeating: finish.high)
    var c = 0
    repeat {
        var column = 0
        while column < 4 {
            let line = winogradOutput2(source + (column &* pointStride &+ c), stride: 4 &* pointStride)
            let half = scratch.half + column &* wideWidth
            storeWide(line.0, half)
            storeWide(line.1, half + 4 &* wideWidth)
            column &+= 1
        }
        let bias = loadWide(finish.bias + c)
        var row = 0
        while row < 2 {
            let line = winogradOutput2(scratch.half + row &* 4 &* wideWidth, stride: wideWidth)
            let pixel = scratch.table + row &* 2
            var v0 = clamped(line.0 + bias, low, high)
            var v1 = clamped(line.1 + bias, low, high)
            if finish.residual != nil {
                let added = scratch.addedTable + row &* 2
                v0 += loadWide(added[0] + c)
                v1 += loadWide(added[1] + c)
            }
            storeWide(v0, pixel[0] + c)
            storeWide(v1, pixel[1] + c)
            row &+= 1
        }
    } while advance(&c, channels)
}
