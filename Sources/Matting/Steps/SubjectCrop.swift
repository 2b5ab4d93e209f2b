import KernelDispatch
import TensorCore
import Threads

/// The crop around a small subject, which the network is shown once more, by itself.
///
/// A network of a fixed input sees a subject that fills a third of a side with a third of its pixels. Cropped with some of
/// its surroundings it is seen at the size that subjects have in the training pictures, and of a large photograph with
/// detail that the whole picture's input had averaged away.
///
/// On composites of furniture, vehicles and plants that no network was trained on (the models of `Weights/README.md`)
/// the crop took the default network's IoU from 0.878 to 0.884; margins of 0.25 and 0.55 gave less. The crop is a square
/// where the picture has room for it, so that pictures of many subjects have one plan of the network; the subject's own
/// proportions were no better.
struct SubjectCrop {
    /// What the network is shown, in pixels of the picture.
    let columns: Range<Int>
    let rows: Range<Int>
    private let width: Int
    private let height: Int
    /// Pixels from the crop's border inwards over which the whole picture's matte passes into the crop's.
    private let fade: Double

    /// Around the subject, as a share of its longer side. The network has to see what the subject stands before.
    private static let margin = 0.4
    /// Of the picture's longer side the crop has at least this share: of less, the network had seen too little to go by.
    private static let leastShare = 0.25
    /// Pixels of the crop's side from which there is more to be seen.
    private static let leastSide = 32.0
    /// The largest share of a side of the crop, where the picture goes on beyond it, that the crop's subject may cover. One
    /// that goes on is another subject than the coarse matte's: of 200 cropped pictures one, and it had no subject.
    private static let largestCrossing = 0.1

    /// - Parameters:
    ///   - part: of the coarse matte.
    ///   - matte: the shape of that, `[1, h, w, 1]`.
    ///   - width: of the picture.
    ///   - height: of the picture.
    ///   - largestShare: of the picture's longer side that the crop's may have; see ``InputRecipe/closerLook``.
    /// - Returns: nil where the part is too large for it.
    init?(around part: MatteParts.Part, of matte: TensorShape, width: Int, height: Int, largestShare: Float) {
        let acrossScale = Double(width) / Double(matte.width)
        let downScale = Double(height) / Double(matte.height)
        let subject = max(Double(part.columns.count) * acrossScale, Double(part.rows.count) * downScale)
        let whole = max(width, height)
        let side = max(subject * (1 + 2 * Self.margin), Double(whole) * Self.leastShare)
        guard side >= Self.leastSide, side < Double(largestShare) * Double(whole) else { return nil }
        self.columns = Self.range(around: part.columns, scale: acrossScale, side: side, below: width)
        self.rows = Self.range(around: part.rows, scale: downScale, side: side, below: height)
        self.width = width
        self.height = height
        self.fade = subject * Self.margin / 2
    }

    /// How far both mattes show the same inside the crop: their intersection over union, in [0, 1].
    ///
    /// - Parameters:
    ///   - first: `[1, h, w, 1]`, of the picture, in [0, 1].
    ///   - second: `[1, h', w', 1]`, of the crop, in [0, 1].
    /// - Throws: ``TensorError`` where memory is refused.
    func agreement(_ first: Tensor, _ second: Tensor, pool: ThreadPool) throws(TensorError) -> Double {
        var merged = first
        try merge(second, into: &merged, pool: pool)
        let (columns, rows) = cells(of: first.shape)
        let width = first.shape.width
        return first.withValues { first in
            merged.withValues { merged in
                var (intersection, union) = (0.0, 0.0)
                for y in rows {
                    for x in columns {
                        let (one, other) = (first[y * width + x], merged[y * width + x])
                        intersection += Double(min(one, other))
                        union += Double(max(one, other))
                    }
                }
                return union > 0 ? intersection / union : 1
            }
        }
    }

    /// Whether the crop's subject goes on beyond it.
    func isCrossed(by second: Tensor) -> Bool {
        let (stride, count) = (second.shape.width, second.shape.height)
        return second.withValues { values in
            func isCrossed(_ first: Int, _ step: Int, _ count: Int) -> Bool {
                let subject = (0..<count).count { values[first + $0 * step] > MatteParts.subject }
                return Double(subject) > Self.largestCrossing * Double(count)
            }
            return columns.lowerBound > 0 && isCrossed(0, stride, count)
                || columns.upperBound < width && isCrossed(stride - 1, stride, count)
                || rows.lowerBound > 0 && isCrossed(0, 1, stride)
                || rows.upperBound < height && isCrossed((count - 1) * stride, 1, stride)
        }
    }

    /// The cells of a plane that covers the picture in which the crop lies, those that it cuts among them.
    func cells(of plane: TensorShape) -> (columns: Range<Int>, rows: Range<Int>) {
        func range(_ crop: Range<Int>, of length: Int, count: Int) -> Range<Int> {
            crop.lowerBound * count / length..<(crop.upperBound * count + length - 1) / length
        }
        return (range(columns, of: width, count: plane.width), range(rows, of: height, count: plane.height))
    }

    /// Replaces a plane's values inside the crop by the crop's own, which fade into the plane's.
    ///
    /// - Parameters:
    ///   - closer: `[1, h', w', 1]`, covering the crop.
    ///   - plane: `[1, h, w, 1]`, covering the picture; at the picture's own size each value of a `closer` of the crop's
    ///     own size falls on its pixel.
    /// - Throws: ``TensorError`` where memory is refused.
    /// - Complexity: O(values of the plane inside the crop).
    func merge(_ closer: Tensor, into plane: inout Tensor, pool: ThreadPool) throws(TensorError) {
        let (source, stride) = (closer.shape, plane.shape.width)
        let across = Axis(columns, of: width, count: stride, fade: fade, source: source.width)
        let down = Axis(rows, of: height, count: plane.shape.height, fade: fade, source: source.height)
        let count = across.range.count
        guard count > 0 else { return }
        let lines = try FloatBuffer(count: count * pool.threadCount, purpose: "rows of a matte")
        try plane.withMutablePointer { values in
            closer.withPointer { closer in
                pool.forEach(down.range.count) { index, slot in
                    var line = closer + index * source.width
                    if !(across.isAligned && down.isAligned) {
                        let position = min(max(down.offset + Float(index) * down.scale, 0), Float(source.height - 1))
                        let top = Int(position)
                        let interpolated = lines.base + slot * count
                        kernels.bilinearRow(
                            interpolated, outputStride: 1, outputWidth: count, top: closer + top * source.width,
                            bottom: closer + min(top + 1, source.height - 1) * source.width,
                            weightY: position - Float(top), pixelStride: 1, width: source.width, channels: 1,
                            scaleX: across.scale, offsetX: across.offset)
                        line = UnsafePointer(interpolated)
                    }
                    let target = values + (down.range.lowerBound + index) * stride + across.range.lowerBound
                    across.weights.withUnsafeBufferPointer { weights in
                        for x in 0..<count { target[x] += down.weights[index] * weights[x] * (line[x] - target[x]) }
                    }
                }
            }
        }
    }

    /// One side of a plane that covers the picture, and where the crop lies in it.
    private struct Axis {
        /// Positions whose middle is inside the crop.
        let range: Range<Int>
        /// The weight of the crop at each of them.
        let weights: [Float]
        /// The first of them in the crop's plane, and the step from one to the next.
        let offset: Float
        let scale: Float
        /// Whether each position falls on one of the crop's plane.
        var isAligned: Bool { offset == 0 && scale == 1 }

        /// - Parameters:
        ///   - crop: in pixels of the picture's side.
        ///   - length: the picture's side.
        ///   - count: positions on the plane's side.
        ///   - source: positions on the crop's side.
        init(_ crop: Range<Int>, of length: Int, count: Int, fade: Double, source: Int) {
            let pixels = Double(length) / Double(count)
            func position(_ edge: Int) -> Int { min(Int((Double(edge) / pixels - 0.5).rounded(.up)), count) }
            let range = position(crop.lowerBound)..<position(crop.upperBound)
            func middle(_ index: Int) -> Double { (Double(index) + 0.5) * pixels }
            self.range = range
            self.weights = range.map { index in
                let before = crop.lowerBound == 0 ? 1 : (middle(index) - Double(crop.lowerBound)) / fade
                let after = crop.upperBound == length ? 1 : (Double(crop.upperBound) - middle(index)) / fade
                return Float(min(before, after, 1))
            }
            let step = Double(source) / Double(crop.count)
            self.offset = Float((middle(range.lowerBound) - Double(crop.lowerBound)) * step - 0.5)
            self.scale = Float(pixels * step)
        }
    }

    /// Pixels of the picture's side with a range of the matte in their middle, as far as the side allows.
    private static func range(
        around range: Range<Int>, scale: Double, side: Double, below limit: Int
    ) -> Range<Int> {
        let side = min(side, Double(limit))
        let middle = Double(range.lowerBound + range.upperBound) / 2 * scale
        let first = min(max(middle - side / 2, 0), Double(limit) - side)
        return Int(first)..<min(Int((first + side).rounded(.up)), limit)
    }
}
