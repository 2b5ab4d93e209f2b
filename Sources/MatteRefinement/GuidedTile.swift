import KernelDispatch
import KernelInterface
import TensorCore

/// The regression at the heart of a guided filter, for one tile of a picture with its halo.
///
/// Rows stream through two sliding windows: moments of guide and matte go into column sums, a horizontal running sum
/// makes them window sums, each pixel's regression coefficients go into a ring of rows, and a second window averages
/// them. Column sums are single precision and live for one tile, at most a few hundred rows; horizontal sums are
/// double precision. So the error does not grow with the picture: 5·10⁻⁷ against double precision at the end of a line of
/// 9,000 bright pixels (radius 20, ε 10⁻⁴). In a picture of 50 megapixels a summed-area table of single precision holds
/// sums of tens of millions, whose last place is 2.
struct GuidedTile {
    /// The picture, and the part of it whose coefficients are wanted.
    let width: Int, height: Int
    let rows: Range<Int>, columns: Range<Int>
    let radius: Int

    /// The columns that the result can depend on: the wanted ones and twice the radius around them, cut at the picture's
    /// border. A window that is cut at the border of this part and not at the picture's is never used.
    var inputColumns: Range<Int> { GuidedTile.grow(columns, by: 2 * radius, limit: width) }

    static func grow(_ range: Range<Int>, by margin: Int, limit: Int) -> Range<Int> {
        max(range.lowerBound - margin, 0)..<min(range.upperBound + margin, limit)
    }

    /// Floats from one scratch row to the next: whole vectors, and an odd number of cache lines so that the rows of
    /// many planes do not fall on one set of the cache.
    static func stride(forColumns count: Int) -> Int { ((count + 15) / 16 | 1) * 16 }
}

/// The scratch memory and the constants of the tiles of one picture; one a thread.
struct GuidedTileWorker: Sendable {
    let channels: Int
    let epsilon: Float
    let trust: GuidedTrust
    private let stride: Int
    private let ringRows: Int
    private let memory: FloatBuffer

    private var moments: Int { channels == 1 ? guidedGreyMoments : guidedColourMoments }
    /// a, b, trust.
    private var coefficients: Int { channels + 2 }

    /// - Parameters:
    ///   - tileHeight: the most rows of a tile, `tileWidth` the most columns; neither counts the halo.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    init(
        channels: Int, width: Int, height: Int, tileHeight: Int, tileWidth: Int, radius: Int,
        epsilon: Float, trust: GuidedTrust
    ) throws(TensorError) {
        self.channels = channels
        self.epsilon = epsilon
        self.trust = trust
        stride = GuidedTile.stride(forColumns: min(tileWidth + 4 * radius, width))
        ringRows = min(2 * radius + 2, tileHeight + 2 * radius, height)
        let moments = channels == 1 ? guidedGreyMoments : guidedColourMoments
        let rowCount = channels + 2 + 2 * moments + (channels + 2) * (ringRows + 2) + 1
        memory = try FloatBuffer(count: rowCount * stride, purpose: "the windows of a guided filter")
    }

    /// Computes the averaged coefficients of a tile, row by row.
    ///
    /// - Parameters:
    ///   - load: writes a row of the guide's planes, then the matte's, then the weights', a number of floats apart, for
    ///     the given row and columns of the picture; called twice a row. Weights of 1 make the filter as published.
    ///   - emit: takes a finished row: the planes of a, then b, then the fits' mean trust, a number of floats apart, for the tile's columns.
    func run(
        _ tile: GuidedTile,
        load: (_ row: Int, _ columns: Range<Int>, _ planes: UnsafeMutablePointer<Float>, _ stride: Int) -> Void,
        emit: (_ row: Int, _ planes: UnsafePointer<Float>, _ stride: Int) -> Void
    ) {
        let radius = tile.radius
        let input = tile.inputColumns
        let solved = GuidedTile.grow(tile.columns, by: radius, limit: tile.width)
        let solvedRows = GuidedTile.grow(tile.rows, by: radius, limit: tile.height)

        let inputPlanes = memory.base
        let momentSums = inputPlanes + (channels + 2) * stride
        let windowSums = momentSums + moments * stride
        let ring = windowSums + moments * stride
        let coefficientSums = ring + coefficients * ringRows * stride
        let averages = coefficientSums + coefficients * stride
        let inverseCounts = averages + coefficients * stride
        // Only sums need a start; what lies in the padding of other rows never reaches a column in use.
        momentSums.update(repeating: 0, count: moments * stride)
        coefficientSums.update(repeating: 0, count: coefficients * stride)

        func slideMoments(_ row: Int, _ sign: Float) {
            load(row, input, inputPlanes, stride)
            kernels.boxShiftRows(inputPlanes, (channels + 1) * stride, -0.5)
            if channels == 1 {
                kernels.guidedGreyAccumulate(inputPlanes, momentSums, stride, input.count, sign)
            } else {
                kernels.guidedColourAccumulate(inputPlanes, momentSums, stride, input.count, sign)
            }
        }
        func ringRow(_ row: Int) -> UnsafeMutablePointer<Float> { ring + row % ringRows * coefficients * stride }

        for column in tile.columns {
            let window = GuidedTile.grow(column..<column + 1, by: radius, limit: tile.width)
            inverseCounts[column - tile.columns.lowerBound] = 1 / Float(window.count)
        }

        let firstInput = max(solvedRows.lowerBound - radius, 0)
        var nextInput = firstInput
        var nextOutput = tile.rows.lowerBound
        for row in solvedRows {
            // First out, then in: sums stay smaller, and of a window of one row nothing is left behind.
            if row - radius - 1 >= firstInput { slideMoments(row - radius - 1, -1) }
            while nextInput <= min(row + radius, tile.height - 1) {
                slideMoments(nextInput, 1)
                nextInput += 1
            }
            kernels.boxSlideRows(
                momentSums, stride, windowSums, stride, moments,
                solved.lowerBound - input.lowerBound, solved.count, radius, input.count)
            let target = ringRow(row)
            if channels == 1 {
                kernels.guidedGreySolve(
                    windowSums, target, stride, solved.count, epsilon, trust.low, trust.slope, trust.steepest)
            } else {
                kernels.guidedColourSolve(
                    windowSums, target, stride, solved.count, epsilon, trust.low, trust.slope, trust.steepest)
            }
            kernels.boxAddRow(target, coefficientSums, coefficients * stride)

            while nextOutput < tile.rows.upperBound, min(nextOutput + radius, tile.height - 1) <= row {
                let leaving = nextOutput - radius - 1
                if leaving >= solvedRows.lowerBound {
                    kernels.boxSubtractRow(ringRow(leaving), coefficientSums, coefficients * stride)
                }
                let window = GuidedTile.grow(nextOutput..<nextOutput + 1, by: radius, limit: tile.height)
                kernels.boxSlideRows(
                    coefficientSums, stride, averages, stride, coefficients,
                    tile.columns.lowerBound - solved.lowerBound, tile.columns.count, radius, solved.count)
                for plane in 0..<coefficients {
                    kernels.boxScaleRow(
                        averages + plane * stride, inverseCounts, 1 / Float(window.count), tile.columns.count)
                }
                emit(nextOutput, averages, stride)
                nextOutput += 1
            }
        }
    }
}
