import MattingNetworks
import Raster
import TensorCore
import Threads

/// Second step, for small subjects only: the crop around the subject, and what the network says of it by itself.
struct CroppedSubject {
    let crop: SubjectCrop
    /// The crop's pixels.
    let image: RasterImage
    let prediction: CoarseMatte

    /// Nil where the subject is large enough, or the network sees another one in the crop.
    ///
    /// - Throws: As ``CoarsePass``.
    init?(of whole: RasterImage, _ first: CoarseMatte, by coarse: CoarsePass) throws {
        let crop = SubjectCrop(
            at: first.matte, width: whole.width, height: whole.height,
            largestShare: coarse.model.recipe.closerLook)
        guard let crop else { return nil }
        let image = try coarse.clock.measure(.input) { () throws(RasterError) in
            try whole.part(columns: crop.columns, rows: crop.rows)
        }
        var state = NetworkState()
        let prediction = try coarse(image, state: &state)
        guard try crop.agree(first.matte, prediction.matte, pool: coarse.pool) else { return nil }
        self.crop = crop
        self.image = image
        self.prediction = prediction
    }

    /// Replaces the doubt of the whole picture inside the crop.
    func mergeDoubt(into whole: inout CoarseMatte, pool: ThreadPool) throws(TensorError) {
        guard var doubt = whole.doubt, let own = prediction.doubt else { return }
        try crop.merge(own, into: &doubt, pool: pool)
        whole.doubt = doubt
    }
}
