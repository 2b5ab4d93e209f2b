import KernelInterface

/// The sources of a transform's lines; F(2, 3) uses the first four. A tuple, which stays in registers: an `InlineArray`
/// would too, but only from macOS 26 on.
private typealias Lines = (
    UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>,
    UnsafePointer<Float>
)

/// The vertical transform of one column of pixels: `size + 2` rows of all channels, `rowStride` floats apart.
@inline(__always)
private func transformColumn(
    size: Int, _ pixels: Lines, _ target: UnsafeMutablePointer<Float>, channels: Int,
    rowStride: Int
) {
    let (p0, p1, p2, p3, p4, p5) = pixels
    var first = 0
    while first < channels {
        // The last vector overlaps the one before it where channels are no multiple: nothing beside the map is read.
        let c = first &+ wideWidth <= channels ? first : channels &- wideWidth
        if size == 4 {
            winogradInput4(
                loadWide(p0 + c), loadWide(p1 + c), loadWide(p2 + c), loadWide(p3 + c), loadWide(p4 + c),
                loadWide(p5 + c), target + first, stride: rowStride)
        } else {
            winogradInput2(
                loadWide(p0 + c), loadWide(p1 + c), loadWide(p2 + c), loadWide(p3 + c), target + first,
                stride: rowStride)
        }
        first &+= wideWidth
    }
}

/// The horizontal transform of a tile, from its columns in `half` to the factors.
@inline(__always)
private func transformRows(
    size: Int, _ columns: Lines, _ target: UnsafeMutablePointer<Float>,
    channels: Int, rowStride: Int, layout: WinogradLayout
) {
    let side = size &+ 2
    let (c0, c1, c2, c3, c4, c5) = columns
    var first = 0
    while first < channels {
        let c = first &+ wideWidth <= channels ? first : channels &- wideWidth
        let slice = target + (layout.sliceStride == 0 ? c : first / wideWidth &* layout.sliceStride)
        var row = 0
        while row < side {
            let place = row &* rowStride &+ first
            let points = slice + row &* side &* layout.pointStride
            if size == 4 {
                winogradInput4(
                    loadWide(c0 + place), loadWide(c1 + place), loadWide(c2 + place), loadWide(c3 + place),
                    loadWide(c4 + place), loadWide(c5 + place), points, stride: layout.pointStride)
            } else {
                winogradInput2(
                    loadWide(c0 + place), loadWide(c1 + place), loadWide(c2 + place), loadWide(c3 + place), points,
                    stride: layout.pointStride)
            }
            row &+= 1
        }
        first &+= wideWidth
    }
}

@inline(__always)
private func transformInput(
    size: Int, _ grid: WinogradGrid, first: Int, count: Int, _ input: UnsafePointer<Float>, pixelStride: Int,
    channels: Int, shiftY: Int, shiftX: Int, _ target: UnsafeMutablePointer<Float>, layout: WinogradLayout,
    scratch: WinogradScratch
) {
    let side = size &+ 2
    let step = grid.dilation
    let rowStride = wholeVectors(channels)
    let columnStride = side &* rowStride
    let zeros = UnsafePointer(scratch.zeros)
    var number = 0
    while number < count {
        let tile = WinogradTile(first &+ number, grid)
        let picture = input + tile.picture &* grid.height &* grid.width &* pixelStride
        // The right neighbour of the tile before has two columns already.
        var column = number > 0 && tile.column > 0 ? 2 : 0
        while column < side {
            let x = tile.x &+ (column &- 1 &+ shiftX) &* step
            let isInside = x >= 0 && x < grid.width
            /// The pixel in that row of the tile, zeros outside of the picture.
            @inline(__always)
            func pixel(_ row: Int) -> UnsafePointer<Float> {
                let y = tile.y &+ (row &- 1 &+ shiftY) &* step
                guard isInside && row < side && y >= 0 && y < grid.height else { return zeros }
                return picture + (y &* grid.width &+ x) &* pixelStride
            }
            let pixels = (pixel(0), pixel(1), pixel(2), pixel(3), pixel(4), pixel(5))
            let slot = (tile.column &* size &+ column) % WinogradScratch.slots
            transformColumn(
                size: size, pixels, scratch.half + slot &* columnStride, channels: channels, rowStride: rowStride)
            column &+= 1
        }
        /// What the vertical transform left of that column.
        @inline(__always)
        func half(_ column: Int) -> UnsafePointer<Float> {
            let slot = (tile.column &* size &+ column) % WinogradScratch.slots
            return UnsafePointer(scratch.half) + slot &* columnStride
        }
        let columns = (half(0), half(1), half(2), half(3), half(4), half(5))
        transformRows(
            size: size, columns, target + number &* layout.tileStride, channels: channels, rowStride: rowStride,
            layout: layout)
        number &+= 1
    }
}

extension VectorKernels {
    /// Transforms the inputs of `count` tiles to the left factors of their products, taken `shiftY` rows below and `shiftX`
    /// columns right of where a 3×3 kernel looks (a dilation's steps).
    ///
    /// Cost for F(4, 3): 24 loads and 48 operations a vector of channels going down, 36 and 72 going across, and as many
    /// stores as loads; bound by memory on maps that leave the cache.
    @inline(never)
    package static func winogradInput(
        _ grid: WinogradGrid, first: Int, count: Int, _ input: UnsafePointer<Float>, pixelStride: Int,
        channels: Int, shiftY: Int, shiftX: Int, _ target: UnsafeMutablePointer<Float>, layout: WinogradLayout,
        scratch: UnsafeMutablePointer<Float>
    ) {
        let scratch = WinogradScratch(scratch, channels: channels)
        if grid.size == 4 {
            transformInput(
                size: 4, grid, first: first, count: count, input, pixelStride: pixelStride, channels: channels,
                shiftY: shiftY, shiftX: shiftX, target, layout: layout, scratch: scratch)
        } else {
            transformInput(
                size: 2, grid, first: first, count: count, input, pixelStride: pixelStride, channels: channels,
                shiftY: shiftY, shiftX: shiftX, target, layout: layout, scratch: scratch)
        }
    }
}
