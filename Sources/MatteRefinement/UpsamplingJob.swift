import KernelDispatch
import TensorCore
import Threads

/// One picture's way through ``GuidedUpsampling`` to its fits: the planes on the working grid and the steps over them.
struct UpsamplingJob {
    /// What remains of it.
    let fits: UpsamplingFits

    private let options: GuidedUpsampling
    /// Working pixels to a pixel of the coarse matte, along a side.
    private let scale: Float
    /// The guide's planes, the matte, the weights.
    private let inputs: PlaneStack

    private var grid: ReducedGrid { fits.grid }
    private var channels: Int { fits.channels }
    private var matte: Int { channels }
    private var weights: Int { channels + 1 }

    init(options: GuidedUpsampling, matte: TensorShape, guide: some GuideRows) throws(TensorError) {
        self.options = options
        let side = Float(guide.width * guide.height).squareRoot()
        let coarseSide = Float(matte.width * matte.height).squareRoot()
        let grid = ReducedGrid(
            width: guide.width, height: guide.height, factor: max(Int(side / (coarseSide * options.workingScale)), 1))
        scale = Float(grid.width * grid.height).squareRoot() / coarseSide
        inputs = try PlaneStack(width: grid.width, height: grid.height, count: guide.channels + 2)
        fits = try UpsamplingFits(grid: grid, channels: guide.channels, deadZone: options.deadZone)
    }

    /// Fills guide, matte, weights and bounds on the working grid.
    func prepare(matte coarseMatte: Tensor, guide: some GuideRows, pool: ThreadPool) throws(TensorError) {
        try grid.reduce(into: inputs, planes: 0..<channels, pool: pool) { row, planes, stride in
            guide.read(row: row, columns: 0..<guide.width, into: planes, stride: stride)
        }
        // Where the matte is the larger one, its means are what the working grid can show.
        let shape = coarseMatte.shape
        let (width, height) = (min(shape.width, grid.width), min(shape.height, grid.height))
        let coarse = try PlaneStack(width: width, height: height, count: 5)
        let (values, variation, low, high, spare) = (
            coarse.plane(0), coarse.plane(1), coarse.plane(2), coarse.plane(3), coarse.plane(4)
        )
        kernels.planeShrink(coarseMatte.borrowed, shape.width, shape.height, values, width, height)
        withExtendedLifetime(coarseMatte) {}
        kernels.planeClearDeadZone(values, width * height, options.deadZone)
        let rows = try FloatBuffer(count: 2 * width, purpose: "two rows of a coarse matte")
        kernels.planeExtrema(values, width, height, 1, low, spare, rows.base)
        kernels.planeDifference(spare, low, variation, width * height)
        kernels.planeExtrema(values, width, height, options.reach, low, high, rows.base)
        withExtendedLifetime(rows) {}

        try grid.forEachRow(pool: pool, scratchRows: 1, scratchStride: width) { row, scratch in
            let position = max((Double(row) + 0.5) * Double(height) / Double(grid.height) - 0.5, 0)
            let above = min(Int(position), height - 1)
            let below = min(above + 1, height - 1)
            let fraction = Float(position - Double(above))
            func stretch(_ plane: Int, _ target: UnsafeMutablePointer<Float>) {
                kernels.planeBlendRows(coarse.row(plane, above), coarse.row(plane, below), fraction, scratch, width)
                kernels.planeStretchRow(scratch, width, target, grid.width)
            }
            stretch(0, inputs.row(matte, row))
            stretch(1, inputs.row(weights, row))
            stretch(2, fits.planes.row(fits.lower, row))
            stretch(3, fits.planes.row(fits.upper, row))
            kernels.guidedWeights(inputs.row(weights, row), grid.width, options.leastWeight)
        }
    }

    /// Fits the working matte to the guide in the tiles where the bounds leave something to decide.
    ///
    /// - Parameter radius: in pixels of the coarse matte.
    func fit(radius: Float, pool: ThreadPool) throws(TensorError) {
        // Beyond the picture all radii are alike; the limit also keeps the conversion in range.
        let window = Int(min((radius * scale).rounded(), Float(max(grid.width, grid.height))))
        let pass = GuidedPass(
            width: grid.width, height: grid.height, channels: channels, radius: max(window, 1),
            epsilon: options.epsilon,
            trust: GuidedTrust(shares: options.trustedShare, steepestSlope: options.steepestSlope))
        try pass.run(pool: pool) { rows, columns in
            // Interpolation to the picture's size reads one working pixel around.
            isUnsure(
                GuidedTile.grow(rows, by: 2, limit: grid.height), GuidedTile.grow(columns, by: 2, limit: grid.width))
        } load: { row, columns, planes, stride in
            inputs.read(row, columns, into: planes, stride: stride)
        } emit: { row, columns, planes, stride in
            fits.planes.write(row, columns, planes: 0..<channels + 1, from: planes, stride: stride)
            kernels.guidedFallBack(
                fits.planes.row(channels, row) + columns.lowerBound, planes + (channels + 1) * stride,
                inputs.row(matte, row) + columns.lowerBound, columns.count)
        }
    }

    private func isUnsure(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
        rows.contains { row in
            kernels.planeIsUnsure(
                fits.planes.row(fits.lower, row) + columns.lowerBound,
                fits.planes.row(fits.upper, row) + columns.lowerBound, columns.count)
        }
    }

    /// Replaces the working matte by what the fits say of it.
    func replaceWorkingMatte(pool: ThreadPool) {
        let size = grid.width * grid.height
        pool.forEach(grid.height) { row, _ in
            kernels.guidedApplyBounded(
                fits.planes.row(0, row), size, inputs.row(0, row), size, channels, options.deadZone,
                inputs.row(matte, row), grid.width)
        }
    }
}
