import KernelInterface

// Winograd convolution in three stages over a block of tiles: inputs to left factors, one matrix product a point of the
// transformed tile (36 for F(4, 3)), products to outputs. A block of some 24 tiles keeps both in the second-level cache
// between the stages.
//
// Factors and products lie as `[tile, slice, point, lane]`, a slice being a vector of channels, so that each transform
// writes or reads one run of memory; with the tiles of a point together, stores went to 36 places at once. Maps are walked
// pixel by pixel with all channels of each, in the order of memory: a vector of channels of 36 pixels at a time waited for
// memory six times as long as it computed. A block that all threads share is matrices instead, `[point, tile, channel]`;
// ``WinogradLayout`` says which.

/// A tile's place in the map.
struct WinogradTile {
    let picture: Int
    /// The output pixel at its corner.
    let y: Int
    let x: Int
    /// Its number in a row of tiles.
    let column: Int

    @inline(__always)
    init(_ tile: Int, _ grid: WinogradGrid) {
        let perPhase = grid.rows &* grid.columns
        let phases = grid.dilation &* grid.dilation
        let phase = tile / perPhase % phases
        let place = tile % perPhase
        self.picture = tile / (perPhase &* phases)
        self.column = place % grid.columns
        self.y = phase / grid.dilation &+ place / grid.columns &* grid.size &* grid.dilation
        self.x = phase % grid.dilation &+ column &* grid.size &* grid.dilation
    }
}

/// Memory of a transform: a half-transformed tile, and what stands for pixels outside the map.
struct WinogradScratch {
    let half: UnsafeMutablePointer<Float>
    /// Zeros to be read.
    let zeros: UnsafeMutablePointer<Float>
    /// Room to be written.
    let sink: UnsafeMutablePointer<Float>

    /// Columns of a half-transformed tile that are kept: a tile's six and, as numbers modulo eight, none of the next.
    static let slots = 8
    /// Floats of the half-transformed tile for each channel.
    private static let halfCount = 8 * 6

    @inline(__always)
    init(_ memory: UnsafeMutablePointer<Float>, channels: Int) {
        let padded = wholeVectors(channels)
        half = memory
        zeros = memory + Self.halfCount &* padded
        sink = zeros + padded
        var c = 0
        while c < padded {
            zeros[c] = 0
            c &+= 1
        }
    }

    static func count(channels: Int) -> Int { (halfCount &+ 2) &* wholeVectors(channels) }
}

extension VectorKernels {
    /// Fewest channels, in and out, that the Winograd kernels take.
    package static var winogradLeastChannels: Int { wideWidth }

    /// Floats of scratch memory for ``winogradInput`` and ``winogradOutput``.
    package static func winogradScratchCount(channels: Int) -> Int { WinogradScratch.count(channels: channels) }
}
