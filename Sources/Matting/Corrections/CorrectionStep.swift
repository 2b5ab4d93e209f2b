import Raster
import TensorCore

/// What a rectangle of a matte and its marks were before a stroke, to go back to.
struct CorrectionStep: Sendable {
    /// Where alpha differs.
    let changed: PixelRect
    /// What is kept: where alpha or marks differ.
    let kept: PixelRect
    private let alpha: Tensor
    private let marks: PixelStorage

    var byteCount: Int { kept.width * kept.height * (MemoryLayout<Float>.stride + 1) }

    /// - Throws: ``TensorError``, ``RasterError`` where memory is refused.
    init(changed: PixelRect, kept: PixelRect, alpha: Tensor, marks: PixelMarks) throws {
        self.changed = changed
        self.kept = kept
        let (width, stride) = (kept.width, alpha.shape.width)
        self.alpha = try Tensor(
            shape: TensorShape(height: kept.height, width: width, channels: 1)
        ) { target in
            guard let target = target.baseAddress else { return }
            alpha.withPointer { source in
                for y in 0..<kept.height {
                    (target + y * width).update(from: source + (kept.y + y) * stride + kept.x, count: width)
                }
            }
        }
        let storage = try PixelStorage(byteCount: width * kept.height, purpose: "a step to undo")
        marks.withBytes { source in
            for y in 0..<kept.height {
                storage.base.advanced(by: y * width)
                    .copyMemory(from: source + (kept.y + y) * stride + kept.x, byteCount: width)
            }
        }
        self.marks = storage
    }

    /// Puts what was kept back in its place.
    ///
    /// - Throws: ``TensorError``, ``RasterError`` where memory is refused.
    func put(into alpha: inout Tensor, _ marks: inout PixelMarks) throws {
        let (width, stride) = (kept.width, alpha.shape.width)
        try alpha.withMutablePointer { target in
            self.alpha.withPointer { source in
                for y in 0..<kept.height {
                    (target + (kept.y + y) * stride + kept.x).update(from: source + y * width, count: width)
                }
            }
        }
        try marks.withMutableBytes { target in
            for y in 0..<kept.height {
                UnsafeMutableRawPointer(target + (kept.y + y) * stride + kept.x)
                    .copyMemory(from: self.marks.base.advanced(by: y * width), byteCount: width)
            }
        }
        withExtendedLifetime(self.marks) {}
    }
}
