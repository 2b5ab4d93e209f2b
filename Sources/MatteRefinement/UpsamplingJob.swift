import KernelDispatch
import TensorCore
import Threads

/// One picture's way through ``GuidedUpsampling``: the planes on the working grid and the steps over them.
struct UpsamplingJob {
    private let options: GuidedUpsampling
    private let channels: Int
    private let grid: ReducedGrid
    /// Working pixels to a pixel of the coarse matte, along a side.
    private let scale: Float
    /// The guide's planes, the matte, the weights.
    private let inputs: PlaneStack
    /// a, b, lower bound, upper bound.
    private let fits: PlaneStack

    private var matte: Int { channels }
    private var weights: Int { channels + 1 }
    private var lower: Int { channels + 1 }
    private var upper: Int { channels + 2 }

    init(options: GuidedUpsampling, matte: TensorShape, guide: some GuideRows) throws(TensorError) {
        self.options = options
        channels = guide.channels
        let side = Float(guide.width * guide.height).squareRoot()
        let coarseSide = Float(matte.width * matte.height).squareRoot()
        grid = ReducedGrid(
            width: guide.width, height: guide.height, factor: max(Int(side / (coarseSide * options.workingScale)), 1))
        scale = Float(grid.width * grid.height).squareRoot() / coarseSide
        inputs = try PlaneStack(width: grid.width, height: grid.height, count: channels + 2)
        fits = try PlaneStack(width: grid.width, height: grid.height, count: channels + 3)
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
            stretch(2, fits.row(lower, row))
            stretch(3, fits.row(upper, row))
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
            fits.write(row, columns, planes: 0..<channels + 1, from: planes, stride: stride)
            kernels.guidedFallBack(
                fits.row(channels, row) + columns.lowerBound, planes + (channels + 1) * stride,
                inputs.row(matte, row) + columns.lowerBound, columns.count)
        }
    }

    private func isUnsure(_ rows: Range<Int>, _ columns: Range<Int>) -> Bool {
        rows.contains { row in
            kernels.planeIsUnsure(
                fits.row(lower, row) + columns.lowerBound, fits.row(upper, row) + columns.lowerBound, columns.count)
        }
    }

    /// Replaces the working matte by what the fits say of it.
    func replaceWorkingMatte(pool: ThreadPool) {
        let size = grid.width * grid.height
        pool.forEach(grid.height) { row, _ in
            kernels.guidedApplyBounded(
                fits.row(0, row), size, inputs.row(0, row), size, channels, options.deadZone, inputs.row(matte, row),
                grid.width)
        }
    }

    /// Applies the fits at the picture's own size; runs of working pixels that are surely 0 or 1 are only filled.
    func finish(guide: some GuideRows, pool: ThreadPool) throws(TensorError) -> Tensor {
        var result = try Tensor(zeros: TensorShape(height: guide.height, width: guide.width, channels: 1))
        let alpha = try result.exclusive()
        let stride = GuidedTile.stride(forColumns: grid.width * grid.factor + 8)
        // The interpolated fits, the guide, a row between rows, a row of marks.
        let (blend, marked) = (fits.count + channels, fits.count + channels + 1)
        try grid.forEachRow(pool: pool, scratchRows: marked + 1, scratchStride: stride) { row, scratch in
            let pixels = scratch + fits.count * stride
            let marks = UnsafeMutableRawPointer(scratch + marked * stride).assumingMemoryBound(to: UInt8.self)
            kernels.planeMarkUnsure(
                fits.plane(lower), fits.plane(upper), max(row - 1, 0) * grid.width, row * grid.width,
                min(row + 1, grid.height - 1) * grid.width, grid.width, marks)
            var start = 0
            while start < grid.width {
                var end = start + 1
                while end < grid.width, marks[end] == marks[start] { end += 1 }
                let columns = start * grid.factor..<min(end * grid.factor, guide.width)
                for fineRow in grid.fineRows(row) where marks[start] > 0 {
                    let target = alpha + fineRow * guide.width + columns.lowerBound
                    if marks[start] == 1 {
                        target.update(repeating: 1, count: columns.count)
                        continue
                    }
                    grid.enlarge(
                        fits, fineRow: fineRow, columns: start..<end, blend: scratch + blend * stride, into: scratch,
                        stride: stride)
                    guide.read(row: fineRow, columns: columns, into: pixels, stride: stride)
                    kernels.guidedApplyBounded(
                        scratch, stride, pixels, stride, channels, options.deadZone, target, columns.count)
                }
                start = end
            }
        }
        return result
    }
}
