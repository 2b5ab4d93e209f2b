import KernelDispatch
import TensorCore
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }

func exponential(_ x: Double) -> Double { exp(x) }

extension ForegroundEstimation {
    /// Which pixels' colours are asked for.
    package enum Wanted: Sendable {
        /// Those of soft pixels, 0 < α < 1.
        case soft
        /// Those of all that is covered, α > 0.
        case covered
    }

    /// A part of a row whose colours are found.
    package struct Piece {
        /// In the picture.
        package let row: Int
        /// In the picture.
        package let firstColumn: Int
        package let count: Int
        /// The planes of the subject's colours, as light in [0, 1], then those of the ground's, ``stride`` apart.
        package let colors: UnsafePointer<Float>
        package let stride: Int
        /// The matte, divided by the picture's own alpha where it has one, in [0, 1].
        package let coverage: UnsafePointer<Float>
    }

    /// Finds colours for the wanted pixels of a picture, tile by tile.
    ///
    /// The result is the same, bit for bit, for every number of threads. Memory: about 7 bytes a pixel for the level before
    /// the last (2.3 for a grey picture), half a megabyte a thread.
    ///
    /// - Parameters:
    ///   - alpha: `[1, H, W, 1]`, of the picture's size; clamped to [0, 1].
    ///   - emit: takes the rows of each tile that has wanted pixels, all pixels of it; several threads call it at once.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    package func callAsFunction(
        _ source: ColorSource, alpha: Tensor, wanted: Wanted, pool: ThreadPool, emit: (Piece) -> Void
    ) throws(TensorError) {
        precondition(
            alpha.shape.width == source.width && alpha.shape.height == source.height, "a matte of \(alpha.shape)")
        let sizes = Self.levels(width: source.width, height: source.height)
        let planes = 2 * source.colors
        var previous = try ColorLevel(width: 1, height: 1, planes: planes)
        Self.fillWithMeans(previous, source, alpha)
        let scratch = try FloatBuffer(
            count: sizes.map { tiling($0, source.colors).scratchCount }.reduce(0, max) * pool.threadCount, zeroed: true,
            purpose: "tiles of foreground colours")
        let scratchOfThread = scratch.count / pool.threadCount
        for (index, size) in sizes.enumerated() {
            let isLast = index == sizes.count - 1
            let tiling = tiling(size, source.colors)
            let job = ColorRelaxation(self, tiling, source: source, alpha: alpha, previous: previous)
            if isLast {
                pool.forEach(tiling.count) { number, slot in
                    let tile = tiling.tile(number)
                    guard job.isWanted(tile, wanted) else { return }
                    job.run(tile, scratch.base + slot * scratchOfThread, emit: emit)
                }
            } else {
                let level = try ColorLevel(width: size.width, height: size.height, planes: planes)
                pool.forEach(tiling.count) { number, slot in
                    job.run(tiling.tile(number), scratch.base + slot * scratchOfThread) { piece in
                        for plane in 0..<planes {
                            level.row(plane, piece.row).advanced(by: piece.firstColumn)
                                .update(from: piece.colors + plane * piece.stride, count: piece.count)
                        }
                    }
                }
                previous = level
            }
        }
        withExtendedLifetime((alpha, previous, scratch)) {}
    }

    private func tiling(_ size: (width: Int, height: Int), _ colors: Int) -> ColorTiling {
        ColorTiling(
            width: size.width, height: size.height, iterations: iterations(onLevelOf: size.width, size.height),
            colors: colors)
    }

    /// The mean colours of subject and ground, on a grid of at most 64 × 64 pixels: where the first level begins.
    ///
    /// Weighted by α⁴ and (1 − α)⁴; the paper takes pixels beyond 0.9 and has black where there are none.
    private static func fillWithMeans(_ level: ColorLevel, _ source: ColorSource, _ alpha: Tensor) {
        let (columns, rows) = (min(source.width, 64), min(source.height, 64))
        let places = (0..<columns).map { Int32($0 * source.width / columns) }
        var (light, share) = (
            [Float](repeating: 0, count: source.colors * columns), [Float](repeating: 0, count: columns)
        )
        var (sums, weights) = ([Double](repeating: 0, count: 2 * source.colors), [0.0, 0.0])
        for row in 0..<rows {
            let y = row * source.height / rows
            source.read(row: y, columns: places, count: columns, into: &light, stride: columns)
            kernels.coverageOfRow(alpha.borrowed + y * source.width, columns: places, &share, count: columns)
            source.divide(&share, row: y, columns: places, count: columns)
            for x in 0..<columns {
                for side in 0..<2 {
                    let value = Double(side == 0 ? share[x] : 1 - share[x])
                    let weight = value * value * value * value
                    weights[side] += weight
                    for c in 0..<source.colors {
                        sums[side * source.colors + c] += weight * Double(light[c * columns + x])
                    }
                }
            }
        }
        for (plane, sum) in sums.enumerated() {
            let weight = weights[plane / source.colors]
            level.row(plane, 0)[0] = weight > 0 ? Float(sum / weight) : 0
        }
    }
}

/// Colours of one size: the planes of the subject's, then those of the ground's.
struct ColorLevel {
    let width: Int
    let height: Int
    private let memory: FloatBuffer

    init(width: Int, height: Int, planes: Int) throws(TensorError) {
        self.width = width
        self.height = height
        memory = try FloatBuffer(count: width * height * planes, purpose: "a level of foreground colours")
    }

    func row(_ plane: Int, _ row: Int) -> UnsafeMutablePointer<Float> {
        memory.base + (plane * height + row) * width
    }
}
