import TensorCore

/// The intersection over union with the true subject that a matte's own doubt leads to expect, over a part of the picture.
///
/// The expected absolute error *e* of a value above one half is how far it may be no subject, that of a value below is how
/// far it may be one: Σ(1 − e) over the matte's subject, over the size of that and what may be missing, Σe over the rest.
/// On 404 pictures (validation photographs, composites, portraits, composed scenes) it ranks one look's results by their
/// true overlap with a Spearman correlation given in `Weights/README.md`; a mean over all pixels does the opposite where
/// subjects are small.
struct ExpectedOverlap {
    /// Cells above one half.
    private(set) var subject = 0.0
    /// The expected error inside of them.
    private(set) var wrong = 0.0
    /// And elsewhere.
    private(set) var missing = 0.0

    /// In [0, 1]; 0 where there is no subject.
    var value: Double { subject > 0 ? (subject - wrong) / (subject + missing) : 0 }

    /// - Parameters:
    ///   - matte: `[1, h, w, 1]`, in [0, 1].
    ///   - doubt: of the same shape.
    ///   - scale: what makes errors of doubt; see ``DoubtCalibration``.
    ///   - columns: of the part; nil for all.
    ///   - rows: of the part; nil for all.
    init(
        of matte: Tensor, doubt: Tensor, scale: Float, columns: Range<Int>? = nil, rows: Range<Int>? = nil
    ) {
        precondition(doubt.shape == matte.shape, "doubt \(doubt.shape) of a matte \(matte.shape)")
        let width = matte.shape.width
        matte.withValues { matte in
            doubt.withValues { doubt in
                for y in rows ?? 0..<matte.count / max(width, 1) {
                    for index in (columns ?? 0..<width).shifted(by: y * width) {
                        let error = Double(min(doubt[index] * scale, 1))
                        if matte[index] > MatteParts.subject {
                            subject += 1
                            wrong += error
                        } else {
                            missing += error
                        }
                    }
                }
            }
        }
    }
}

extension Range<Int> {
    fileprivate func shifted(by offset: Int) -> Self { lowerBound + offset..<upperBound + offset }
}
