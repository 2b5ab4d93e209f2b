import KernelDispatch
import MatteRefinement
import MattingNetworks
import TensorCore
import Threads

/// The edge network at one size of the picture: crops along the uncertain band, blended into a matte of that size.
struct EdgeLevel {
    /// The matte of the level above, of any smaller (or larger) size.
    let matte: Tensor
    let band: UncertainBand
    private let columns: CropAxis
    private let rows: CropAxis

    /// The side of a crop. Smaller ones follow a band more closely but know less of what is around it, and spend more on
    /// overlaps. 320 pixels gave the same: half a per cent less error on the mean.
    private static let cropSide = 192
    /// What the network leaves of 0 and 1: values up to this count as 0, from 1 minus this as 1, those between are
    /// stretched.
    private static let deadZone: Float = 0.01

    /// - Parameters:
    ///   - width: of the picture at this size.
    ///   - height: of the picture at this size.
    init(width: Int, height: Int, matte: Tensor, band: UncertainBand) {
        self.matte = matte
        self.band = band
        self.columns = CropAxis(length: width, largestCrop: Self.cropSide, multiple: EdgeModel.multiple)
        self.rows = CropAxis(length: height, largestCrop: Self.cropSide, multiple: EdgeModel.multiple)
    }

    /// A crop by its column and row in the grid.
    struct Crop {
        let column: Int
        let row: Int
        /// The sum of ``UncertainBand/softness`` under it, for a width of one pixel of the matte: a sharp edge that crosses
        /// it once has about 1.
        let softness: Float
    }

    /// The crops that hold a part of the band, in reading order.
    func crops() -> [Crop] {
        let (width, height) = (matte.shape.width, matte.shape.height)
        let (acrossScale, downScale) = (Double(width) / Double(columns.length), Double(height) / Double(rows.length))
        return band.map.withPointer { marks in
            band.softness.withPointer { softness in
                rows.origins.indices.flatMap { row in
                    columns.origins.indices.compactMap { column in
                        let across = columns.range(of: column).scaled(by: acrossScale, below: width)
                        let down = rows.range(of: row).scaled(by: downScale, below: height)
                        let starts = down.map { $0 * width + across.lowerBound }
                        guard starts.contains(where: { kernels.largest(marks + $0, count: across.count) > 0 }) else {
                            return nil
                        }
                        let sum = starts.reduce(0) { $0 + kernels.sum(softness + $1, count: across.count) }
                        return Crop(
                            column: column, row: row, softness: Float(sum) / Float(max(across.count, down.count)))
                    }
                }
            }
        }
    }

    /// Replaces `base` by the network's alpha where the band is, crop by crop.
    ///
    /// - Parameters:
    ///   - crops: some of ``crops()``, in reading order.
    ///   - guide: the picture at this size.
    ///   - base: `[1, H, W, 1]` of the guide's size.
    /// - Throws: ``TensorError`` where memory is refused, ``WeightError/nonFiniteOutput(file:)``,
    ///   ``MattingError/cancelled``.
    func refine(
        _ crops: [Crop], guide: any GuideRows, into base: inout Tensor, model: EdgeModel, pool: ThreadPool
    ) throws {
        guard !crops.isEmpty else { return }
        let area = columns.crop * rows.crop
        let colors = try Cancellation.check { try localColors(guide, pool: pool) }
        let changes = try FloatBuffer(count: crops.count * area, purpose: "crops of a matte")
        let failure = Guarded<(any Error)?>(nil)
        // A crop a thread: the network's layers are too small to share.
        withUnsafeCurrentTask { task in
            pool.forEach(crops.count) { index, _ in
                // Any thread may ask the task, which waits for this crop.
                func check() throws {
                    if task?.isCancelled == true || failure.withLock({ $0 != nil }) { throw MattingError.cancelled }
                }
                do {
                    try check()
                    let alpha = try model.predict(
                        try input(crops[index], guide: guide, base: base, colors: colors), pool: Self.single,
                        observe: check)
                    writeChange(crops[index], alpha: alpha, from: base, to: changes.base + index * area)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        try Cancellation.check { try blend(crops, changes: changes.base, into: &base, pool: pool) }
    }

    /// Loops inside a crop run on the thread that has the crop.
    private static let single = ThreadPool(threadCount: 1)

    /// The matte and the band at this size.
    private var scaledMatte: ScaledPlane { ScaledPlane(matte, width: columns.length, height: rows.length) }
    private var scaledBand: ScaledPlane { ScaledPlane(band.map, width: columns.length, height: rows.length) }

    private func localColors(_ guide: some GuideRows, pool: ThreadPool) throws(TensorError) -> LocalColors {
        try LocalColors(guide: guide, matte: scaledMatte, band: scaledBand, pool: pool)
    }

    /// `[1, crop, crop, 14]`; beyond the picture its last row and column are repeated.
    ///
    /// The matte that the network sees is `base`, the guided filter's, as in its training.
    private func input(
        _ crop: Crop, guide: any GuideRows, base: Tensor, colors: LocalColors
    ) throws(TensorError) -> Tensor {
        let (across, down) = (columns.range(of: crop.column), rows.range(of: crop.row))
        let side = columns.crop
        let channels = guide.channels
        let planeCount = channels + 2 + colors.planeCount
        let planes = try FloatBuffer(
            count: planeCount * side + colors.scratchCount(columns: side), purpose: "rows of a crop")
        let shape = try TensorShape(height: rows.crop, width: side, channels: EdgeModel.inputChannels)
        let (matte, band) = (ScaledPlane(base, width: columns.length, height: rows.length), scaledBand)
        return try Tensor(shape: shape) { target in
            guard let target = target.baseAddress else { return }
            for y in 0..<rows.crop {
                let row = min(down.lowerBound + y, down.upperBound - 1)
                guide.read(row: row, columns: across, into: planes.base, stride: side)
                matte.read(row: row, columns: across, into: planes.base + channels * side)
                band.read(row: row, columns: across, into: planes.base + (channels + 1) * side)
                colors.read(
                    row: row, columns: across, into: planes.base + (channels + 2) * side, stride: side,
                    scratch: planes.base + planeCount * side)
                kernels.cropRow(
                    planes.base, stride: side, channels: channels, count: across.count, width: side,
                    target + y * side * EdgeModel.inputChannels)
            }
        }
    }

    /// band · (alpha − base), row by row of a crop.
    private func writeChange(_ crop: Crop, alpha: Tensor, from base: Tensor, to changes: UnsafeMutablePointer<Float>) {
        let (across, down) = (columns.range(of: crop.column), rows.range(of: crop.row))
        let side = columns.crop
        let band = scaledBand
        alpha.withPointer { alpha in
            base.withPointer { base in
                for (y, row) in down.enumerated() {
                    let change = changes + y * side
                    band.read(row: row, columns: across, into: change)
                    kernels.changeRow(
                        change, alpha: alpha + y * side, base: base + row * columns.length + across.lowerBound,
                        deadZone: Self.deadZone, count: across.count)
                }
            }
        }
    }

    /// Adds the weighted changes of all crops, in their order: the sum does not depend on the number of threads.
    private func blend(
        _ crops: [Crop], changes: UnsafeMutablePointer<Float>, into base: inout Tensor, pool: ThreadPool
    ) throws(TensorError) {
        let acrossWeights = columns.origins.indices.map(columns.weights)
        let downWeights = rows.origins.indices.map(rows.weights)
        try base.withMutablePointer { values in
            pool.forEach(rows.length) { row, _ in
                let line = values + row * columns.length
                for (index, crop) in crops.enumerated() {
                    let down = rows.range(of: crop.row)
                    guard down.contains(row) else { continue }
                    let y = row - down.lowerBound
                    let across = columns.range(of: crop.column)
                    acrossWeights[crop.column].withUnsafeBufferPointer { weights in
                        guard let weights = weights.baseAddress else { return }
                        kernels.addWeighted(
                            changes + (index * rows.crop + y) * columns.crop, weights: weights,
                            weight: downWeights[crop.row][y], to: line + across.lowerBound, count: across.count)
                    }
                }
                // Sums of weights that add up to 1 are off by a rounding.
                kernels.planeClearDeadZone(line, columns.length, 0)
            }
        }
    }
}

extension Range<Int> {
    /// The whole pixels of another scale that the range touches.
    fileprivate func scaled(by factor: Double, below limit: Int) -> Range<Int> {
        let first = Swift.min(Int(Double(lowerBound) * factor), limit - 1)
        let end = Swift.min(Int((Double(upperBound) * factor).rounded(.up)), limit)
        return first..<Swift.max(end, first + 1)
    }
}
