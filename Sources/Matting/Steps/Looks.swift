import KernelDispatch
import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// What the network saw of a picture: all of it, perhaps larger, and small subjects by themselves.
///
/// One look is all that a large subject gets. Where the first finds nothing, or little that it is sure of, the whole is shown
/// once more, larger (``InputRecipe/largerLook``), and the look counts whose own doubt leads to expect the better overlap;
/// then each part that is small in the picture is shown by itself (``InputRecipe/closerLook``). A larger look sees more,
/// also of what is not there: what the first had not seen at all counts only where the closer look confirms it, so that a
/// picture without a subject stays empty.
///
/// The bounds were chosen on composed scenes of other people and places than those of `Weights/README.md`, and on
/// validation pictures; all are in the network's own words, its doubt before calibration.
struct Looks {
    /// The whole picture.
    private(set) var whole: CoarseMatte
    /// The same with the closer looks' mattes and doubts in their places.
    private(set) var fused: CoarseMatte
    /// The closer looks that count, the largest subject first.
    private(set) var crops: [CroppedSubject] = []
    /// Whether each part of the matte lies in one of the crops.
    private(set) var cropsCoverAll = false
    /// The strongest hint of a subject that any look gave, be it the matte's or its doubt, in [0, 1].
    private(set) var strongestHint: Float

    // MARK: Bounds

    /// Cells of a subject at least; less is a speck, and enlarged would be taken for more.
    private static let leastArea = 16
    /// Of a larger look.
    private static let leastLargerArea = 64
    /// A first look that expects at least this overlap is enough.
    private static let sureOverlap = 0.9
    /// One that expects less has found nothing.
    private static let leastOverlap = 0.25
    /// A part of this share of the picture's longer side is as large as the network wants it.
    private static let largeExtent = 0.65
    /// The least share of what the first look saw that a larger one sees again. One that sees something else must promise more.
    private static let leastContained = 0.5
    private static let surplusOfAnother = 0.05
    /// Closer looks at most.
    private static let mostCrops = 6
    /// Of the largest part's cells: smaller parts are details or debris, which the whole picture tells more of.
    private static let leastShare = 0.1
    /// The least agreement at which a crop counts. It is to show the same subject more clearly; where it shows another one or
    /// none (a plain disc is the ground's own pattern from close), the whole picture told more. Not higher: the leaves of a
    /// plant of which the coarse matte had made a blur have 0.58.
    private static let leastAgreement = 0.3
    /// By how much a crop may promise less than the whole did there.
    private static let slack = 0.03
    /// What a part that only the larger look saw needs: the overlap expected there, that of the closer look, and their
    /// agreement. Of 46 people far away 42 had at least 0.52, 0.73 and 0.56; of 71 parts where nobody was, most of them in
    /// pictures without a subject, all but three had one below 0.45, 0.65 or 0.45 (two of these a mushroom and an orange).
    /// The larger look doubts whoever is small in it, so it is asked for less than the closer one.
    private static let confirmed = (before: 0.45, after: 0.65, agreement: 0.55)

    // MARK: Looking

    /// One look.
    init(_ whole: CoarseMatte) {
        self.whole = whole
        self.fused = whole
        self.strongestHint = whole.strongestHint
    }

    /// As many as the first one and the recipe ask for.
    ///
    /// - Throws: As ``CoarsePass``.
    init(at image: RasterImage, first: CoarseMatte, by coarse: CoarsePass) throws {
        self.init(first)
        let found = try MatteParts(of: first.matte, leastArea: Self.leastArea, pool: coarse.pool)
        var parts = found
        if let larger = try largerLook(at: image, parts: found, by: coarse) {
            strongestHint = max(strongestHint, larger.strongestHint)
            let largerParts = try MatteParts(
                of: larger.matte, leastArea: Self.leastLargerArea, pool: coarse.pool)
            if hasFoundNothing(found) {
                try confirm(largerParts, of: larger, at: image, by: coarse)
            } else if try isBetter(larger, than: first, pool: coarse.pool) {
                (whole, parts) = (larger, largerParts)
            }
        }
        if crops.isEmpty {
            try lookCloser(at: parts, of: image, by: coarse)
            cropsCoverAll = !crops.isEmpty && crops.count == parts.parts.count
        } else {
            cropsCoverAll = true
        }
        fused = whole
        for subject in crops { try subject.merge(into: &fused, pool: coarse.pool) }
    }

    private func hasFoundNothing(_ parts: MatteParts) -> Bool {
        parts.parts.isEmpty || whole.expectedOverlap().map { $0 < Self.leastOverlap } ?? false
    }

    /// The whole picture once more, where the recipe has a size for that, the picture has more to show, and the first look
    /// leaves something to find.
    private func largerLook(at image: RasterImage, parts: MatteParts, by coarse: CoarsePass) throws -> CoarseMatte? {
        guard let recipe = coarse.model.recipe.larger, image.width * image.height > whole.matte.shape.elementCount
        else {
            return nil
        }
        if !parts.parts.isEmpty {
            guard let overlap = whole.expectedOverlap(), overlap < Self.sureOverlap else { return nil }
            guard extent(of: parts, in: image) < Self.largeExtent else { return nil }
        }
        var state = NetworkState()
        do {
            return try coarse(image, recipe: recipe, state: &state)
        } catch MattingError.memoryLimitExceeded {
            // A limit that is enough for one look is not to refuse pictures by what they show.
            return nil
        }
    }

    /// The longest side of a part, as a share of the picture's longer one.
    private func extent(of parts: MatteParts, in image: RasterImage) -> Double {
        let across = Double(image.width) / Double(whole.matte.shape.width)
        let down = Double(image.height) / Double(whole.matte.shape.height)
        let longest = parts.parts.map { max(Double($0.columns.count) * across, Double($0.rows.count) * down) }.max()
        return (longest ?? 0) / Double(max(image.width, image.height, 1))
    }

    /// Whether a larger look expects more overlap, and sees what the first one saw.
    private func isBetter(
        _ larger: CoarseMatte, than first: CoarseMatte, pool: ThreadPool
    ) throws(TensorError) -> Bool {
        guard let before = first.expectedOverlap(), let after = larger.expectedOverlap() else { return false }
        let again = try larger.matte.resized(
            height: first.matte.shape.height, width: first.matte.shape.width, pool: pool)
        var (both, all) = (0.0, 0.0)
        first.matte.withValues { first in
            again.withValues { again in
                for index in first.indices {
                    both += Double(min(first[index], again[index]))
                    all += Double(first[index])
                }
            }
        }
        return after >= before + (both >= Self.leastContained * all ? 0 : Self.surplusOfAnother)
    }

    /// Takes a larger look for the whole, of which only those parts are left that a closer look confirms.
    private mutating func confirm(
        _ parts: MatteParts, of larger: CoarseMatte, at image: RasterImage, by coarse: CoarsePass
    ) throws {
        var kept = [Bool](repeating: false, count: parts.parts.count)
        for (place, part) in parts.parts.prefix(Self.mostCrops).enumerated() {
            guard let crop = coarse.crop(around: part, of: larger.matte.shape, image) else { continue }
            let subject = try CroppedSubject(crop, of: image, by: coarse)
            let evidence = try subject.evidence(beside: larger, pool: coarse.pool)
            guard !evidence.isCrossed, evidence.agreement >= Self.confirmed.agreement else { continue }
            if let expected = evidence.expected {
                guard expected.before >= Self.confirmed.before, expected.after >= Self.confirmed.after else { continue }
            }
            kept[place] = true
            crops.append(subject)
        }
        guard kept.contains(true) else { return }
        whole = larger
        try parts.keep(kept, in: &whole.matte)
    }

    /// Small parts by themselves.
    private mutating func lookCloser(at parts: MatteParts, of image: RasterImage, by coarse: CoarsePass) throws {
        guard let largest = parts.parts.first else { return }
        for part in parts.parts.prefix(Self.mostCrops) where Double(part.area) >= Self.leastShare * Double(largest.area)
        {
            guard let crop = coarse.crop(around: part, of: whole.matte.shape, image),
                coarse.enlarges(crop, of: image, beyond: whole.matte.shape)
            else { continue }
            let subject = try CroppedSubject(crop, of: image, by: coarse)
            let evidence = try subject.evidence(beside: whole, pool: coarse.pool)
            guard !evidence.isCrossed, evidence.agreement >= Self.leastAgreement else { continue }
            if let expected = evidence.expected, expected.after < expected.before - Self.slack { continue }
            crops.append(subject)
        }
    }
}

extension CoarsePass {
    fileprivate func crop(around part: MatteParts.Part, of matte: TensorShape, _ image: RasterImage) -> SubjectCrop? {
        SubjectCrop(
            around: part, of: matte, width: image.width, height: image.height, largestShare: model.recipe.closerLook)
    }

    /// Whether the network sees the crop larger than the look at the whole showed it.
    fileprivate func enlarges(_ crop: SubjectCrop, of image: RasterImage, beyond matte: TensorShape) -> Bool {
        let size = model.recipe.inputSize(forImageWidth: crop.columns.count, height: crop.rows.count)
        return size.width * image.width >= matte.width * crop.columns.count
    }
}
