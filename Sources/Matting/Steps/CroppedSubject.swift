import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// What the network says of one subject by itself: of the crop around it.
struct CroppedSubject {
    let crop: SubjectCrop
    var prediction: CoarseMatte

    /// - Parameter recipe: for another size of the input than the network's own; nil for that.
    /// - Throws: As ``CoarsePass``.
    init(_ crop: SubjectCrop, of whole: RasterImage, recipe: InputRecipe? = nil, by coarse: CoarsePass) throws {
        let image = try coarse.clock.measure(.input) { () throws(RasterError) in try crop.image(of: whole) }
        var state = NetworkState()
        self.crop = crop
        self.prediction = try coarse(image, recipe: recipe, state: &state)
    }

    /// What a closer look is worth beside the one that it followed.
    struct Evidence {
        /// How far both show the same inside the crop.
        let agreement: Double
        /// Whether what the crop shows goes on beyond it: it is another subject then.
        let isCrossed: Bool
        /// The overlap that the whole picture's look expects inside the crop, and that of the crop's own; nil where the
        /// network does not tell.
        let expected: (before: Double, after: Double)?
    }

    /// - Parameter whole: the look at the whole picture.
    /// - Throws: ``TensorError`` where memory is refused.
    func evidence(beside whole: CoarseMatte, pool: ThreadPool) throws(TensorError) -> Evidence {
        let (columns, rows) = crop.cells(of: whole.matte.shape)
        return try Evidence(
            agreement: crop.agreement(whole.matte, prediction.matte, pool: pool),
            isCrossed: crop.isCrossed(by: prediction.matte),
            expected: whole.expectedOverlap(columns: columns, rows: rows).flatMap { before in
                prediction.expectedOverlap().map { (before, $0) }
            })
    }

    /// Replaces the whole picture's matte and doubt inside the crop.
    func merge(into whole: inout CoarseMatte, pool: ThreadPool) throws(TensorError) {
        try crop.merge(prediction.matte, into: &whole.matte, pool: pool)
        guard var doubt = whole.doubt, let own = prediction.doubt else { return }
        try crop.merge(own, into: &doubt, pool: pool)
        whole.doubt = doubt
    }
}

extension SubjectCrop {
    /// The crop's pixels.
    func image(of whole: RasterImage) throws(RasterError) -> RasterImage {
        try whole.part(columns: columns, rows: rows)
    }
}
