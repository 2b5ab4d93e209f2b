import KernelInterface

/// Finishes one value of a tile and writes it; of the last vector only the channels that exist.
@_transparent
private func finishVector(
    _ sum: Wide, _ pixel: UnsafeMutablePointer<Float>, _ added: UnsafePointer<Float>?, channel: Int, channels: Int,
    bias: Wide, low: Wide, high: Wide
) {
    var value = clamped(sum + bias, low, high)
    if channel &+ wideWidth <= channels {
        if let added { value += loadWide(added + channel) }
        storeWide(value, pixel + channel)
    } else {
        if let added { value += loadWide(added + channel, first: channels &- channel) }
        storeWide(value, pixel + channel, first: channels &- channel)
    }
}

/// Where the values of a tile's row go; F(2, 3) uses the first two. Tuples, as in the transform of the input.
private typealias Pixels = (
    UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>
)
/// What is added to the values of a tile's row.
private typealias Residuals = (
    UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?, UnsafePointer<Float>?
)

/// One row of a tile of outputs, across, all channels of its pixels.
@inline(__always)
private func finishRow(
    size: Int, _ half: UnsafePointer<Float>, columnStride: Int, channels: Int, epilogue: ProductEpilogue,
    _ pixels: Pixels, _ added: Residuals
) {
    let low = Wide(repeating: epilogue.low)
    let high = Wide(repeating: epilogue.high)
    let (p0, p1, p2, p3) = pixels
    let (a0, a1, a2, a3) = added
    var c = 0
    while c < channels {
        let bias = loadWide(epilogue.bias + c)
        if size == 4 {
            let line = winogradOutput4(half + c, stride: columnStride)
            finishVector(line.0, p0, a0, channel: c, channels: channels, bias: bias, low: low, high: high)
            finishVector(line.1, p1, a1, channel: c, channels: channels, bias: bias, low: low, high: high)
            finishVector(line.2, p2, a2, channel: c, channels: channels, bias: bias, low: low, high: high)
            finishVector(line.3, p3, a3, channel: c, channels: channels, bias: bias, low: low, high: high)
        } else {
            let line = winogradOutput2(half + c, stride: columnStride)
            finishVector(line.0, p0, a0, channel: c, channels: channels, bias: bias, low: low, high: high)
            finishVector(line.1, p1, a1, channel: c, channels: channels, bias: bias, low: low, high: high)
        }
        c &+= wideWidth
    }
}

@inline(__always)
private func transformOutput(
    size: Int, _ grid: WinogradGrid, first: Int, count: Int, _ source: UnsafePointer<Float>, layout: WinogradLayout,
    _ output: UnsafeMutablePointer<Float>, pixelStride: Int, channels: Int, epilogue: ProductEpilogue,
    scratch: WinogradScratch
) {
    let side = size &+ 2
    let step = grid.dilation
    // Half-transformed: `[row, column of points, channel]`.
    let columnStride = wholeVectors(channels)
    let rowStride = side &* columnStride
    var number = 0
    while number < count {
        let tile = WinogradTile(first &+ number, grid)
        let products = source + number &* layout.tileStride
        var c = 0
        while c < channels {
            let slice = products + (layout.sliceStride == 0 ? c : c / wideWidth &* layout.sliceStride)
            var column = 0
            while column < side {
                let points = slice + column &* layout.pointStride
                let half = scratch.half + (column &* columnStride &+ c)
                if size == 4 {
                    let line = winogradOutput4(points, stride: 6 &* layout.pointStride)
                    storeWide(line.0, half)
                    storeWide(line.1, half + rowStride)
                    storeWide(line.2, half + 2 &* rowStride)
                    storeWide(line.3, half + 3 &* rowStride)
                } else {
                    let line = winogradOutput2(points, stride: 4 &* layout.pointStride)
                    storeWide(line.0, half)
                    storeWide(line.1, half + rowStride)
                }
                column &+= 1
            }
            c &+= wideWidth
        }
        var row = 0
        while row < size {
            let y = tile.y &+ row &* step
            if y >= grid.height { break }
            let pixel = (tile.picture &* grid.height &+ y) &* grid.width &+ tile.x
            /// Whether the tile has that column inside of the map.
            @inline(__always)
            func isInside(_ column: Int) -> Bool { column < size && tile.x &+ column &* step < grid.width }
            /// Where the value of that column goes.
            @inline(__always)
            func place(_ column: Int) -> UnsafeMutablePointer<Float> {
                isInside(column) ? output + (pixel &+ column &* step) &* pixelStride : scratch.sink
            }
            /// What is added to it.
            @inline(__always)
            func residual(_ column: Int) -> UnsafePointer<Float>? {
                guard isInside(column), let residual = epilogue.residual else { return nil }
                return residual + (pixel &+ column &* step) &* epilogue.residualStride
            }
            let pixels = (place(0), place(1), place(2), place(3))
            let added = (residual(0), residual(1), residual(2), residual(3))
            finishRow(
                size: size, scratch.half + row &* rowStride, columnStride: columnStride, channels: channels,
                epilogue: epilogue, pixels, added)
            row &+= 1
        }
        number &+= 1
    }
}

extension VectorKernels {
    /// Transforms the products of `count` tiles to outputs, finished as `epilogue` says; its residual is the whole map.
    ///
    /// Cost for F(4, 3): 36 loads and 72 operations a vector of channels going down, 24 and 48 going across; bound by the
    /// writing of the map.
    @inline(never)
    package static func winogradOutput(
        _ grid: WinogradGrid, first: Int, count: Int, _ source: UnsafePointer<Float>,
        layout: WinogradLayout, _ output: UnsafeMutablePointer<Float>, pixelStride: Int, channels: Int,
        epilogue: ProductEpilogue, scratch: UnsafeMutablePointer<Float>
    ) {
        let scratch = WinogradScratch(scratch, channels: channels)
        if grid.size == 4 {
            transformOutput(
                size: 4, grid, first: first, count: count, source, layout: layout, output, pixelStride: pixelStride,
                channels: channels, epilogue: epilogue, scratch: scratch)
        } else {
            transformOutput(
                size: 2, grid, first: first, count: count, source, layout: layout, output, pixelStride: pixelStride,
                channels: channels, epilogue: epilogue, scratch: scratch)
        }
    }
}
