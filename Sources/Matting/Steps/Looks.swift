import KernelDispatch
import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// What the network saw of a picture: all of it, perhaps larger, and small subjects by themselves.
///
/// One look is all that a large subject gets. Where the first finds nothing, little that it is sure of, or several
/// subjects, the whole is shown once more, larger (``InputRecipe/largerLook``), and the look counts whose own doubt leads to
/// expect the better overlap; then each part that is small in the picture is shown by itself (``InputRecipe/closerLook``),
/// after a larger look at that one's size: at the usual one it would be seen no larger than it just was. A larger look
/// sees more, also of what is not there: what the first had not seen at all counts only where the closer look confirms it,
/// so that a picture without a subject stays empty.
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
    /// A first look at one subject that expects at least this overlap is enough.
    private static let sureOverlap = 0.9
    /// Of the largest part's cells: a part that has them is another subject. Of three people beside each other, of whom the
    /// first look expects 0.9 and has 0.85 to 0.93, a larger one has 0.93 to 0.95.
    private static let subjectShare = 0.25
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
    /// By how much a closer look may promise less than the one before.
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
    /// - Parameter keepsDoubt: whether the doubt of ``whole`` and ``crops`` will be asked for; else it takes no memory.
    /// - Throws: As ``CoarsePass``.
    init(at image: RasterImage, first: CoarseMatte, by coarse: CoarsePass, keepsDoubt: Bool) throws {
        self.init(first)
        let found = try MatteParts(of: first.matte, leastArea: Self.leastArea, pool: coarse.pool)
        var (parts, closerRecipe) = (found, InputRecipe?.none)
        if let larger = try largerLook(at: image, parts: found, by: coarse) {
            strongestHint = max(strongestHint, larger.strongestHint)
            let largerParts = try MatteParts(
                of: larger.matte, leastArea: Self.leastLargerArea, pool: coarse.pool)
            if hasFoundNothing(found) {
                try confirm(largerParts, of: larger, at: image, by: coarse)
            } else if try isBetter(larger, than: first, pool: coarse.pool) {
                (whole, parts, closerRecipe) = (larger, largerParts, coarse.model.recipe.closerAfterLarger)
            }
        }
        if crops.isEmpty {
            try lookCloser(at: parts, of: image, recipe: closerRecipe, by: coarse)
            cropsCoverAll = !crops.isEmpty && crops.count == parts.parts.count
        } else {
            cropsCoverAll = true
        }
        fused = whole
        for index in crops.indices {
            try crops[index].merge(into: &fused, pool: coarse.pool)
            if !keepsDoubt { crops[index].prediction.doubt = nil }
        }
        if !keepsDoubt { whole.doubt = nil }
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
            guard extent(of: parts, in: image) < Self.largeExtent, let overlap = whole.expectedOverlap(),
                overlap < Self.sureOverlap || isSeveral(parts)
            else { return nil }
        }
        var state = NetworkState()
        return try withinMemory { try coarse(image, recipe: recipe, state: &state) }
    }

    /// A look beyond the first; nil where it would take more memory than is allowed. A limit that is enough for one look is
    /// not to refuse pictures by what they show.
    private func withinMemory<Look>(_ look: () throws -> Look) throws -> Look? {
        do {
            return try look()
        } catch MattingError.memoryLimitExceeded {
            return nil
        }
    }

    private func isSeveral(_ parts: MatteParts) -> Bool {
        guard let largest = parts.parts.first else { return false }
        return parts.parts.dropFirst().contains { Double($0.area) >= Self.subjectShare * Double(largest.area) }
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
            // Confirmed; now as large as it can be seen.
            let closer = try closerLook(
                at: crop, of: image, recipe: coarse.model.recipe.closerAfterLarger, beside: larger,
                expecting: evidence.expected?.after, by: coarse)
            crops.append(closer ?? subject)
        }
        guard kept.contains(true) else { return }
        let first = whole
        whole = larger
        try parts.keep(kept, in: &whole.matte)
        try whole.doubtNoMore(than: first, pool: coarse.pool)
    }

    /// Small parts by themselves.
    private mutating func lookCloser(
        at parts: MatteParts, of image: RasterImage, recipe: InputRecipe?, by coarse: CoarsePass
    ) throws {
        guard let largest = parts.parts.first else { return }
        for part in parts.parts.prefix(Self.mostCrops) where Double(part.area) >= Self.leastShare * Double(largest.area)
        {
            guard let crop = coarse.crop(around: part, of: whole.matte.shape, image),
                crop.isEnlarged(by: recipe ?? coarse.model.recipe, of: image, beyond: whole.matte.shape),
                let subject = try closerLook(at: crop, of: image, recipe: recipe, beside: whole, by: coarse)
            else { continue }
            crops.append(subject)
        }
    }

    /// A closer look that shows the subject which the whole picture did, and promises no less than is expected: of an
    /// earlier look, or by the whole picture's there. nil where it does not, or would take more memory than is allowed.
    private func closerLook(
        at crop: SubjectCrop, of image: RasterImage, recipe: InputRecipe?, beside whole: CoarseMatte,
        expecting expected: Double? = nil, by coarse: CoarsePass
    ) throws -> CroppedSubject? {
        guard let subject = try withinMemory({ try CroppedSubject(crop, of: image, recipe: recipe, by: coarse) }) else {
            return nil
        }
        let evidence = try subject.evidence(beside: whole, pool: coarse.pool)
        guard !evidence.isCrossed, evidence.agreement >= Self.leastAgreement else { return nil }
        if let overlap = evidence.expected, overlap.after < (expected ?? overlap.before) - Self.slack { return nil }
        return subject
    }
}

extension CoarsePass {
    fileprivate func crop(around part: MatteParts.Part, of matte: TensorShape, _ image: RasterImage) -> SubjectCrop? {
        SubjectCrop(
            around: part, of: matte, width: image.width, height: image.height, largestShare: model.recipe.closerLook)
    }
}

extension SubjectCrop {
    /// Whether the network sees it larger than the look at the whole showed it.
    fileprivate func isEnlarged(by recipe: InputRecipe, of image: RasterImage, beyond matte: TensorShape) -> Bool {
        let size = recipe.inputSize(forImageWidth: columns.count, height: rows.count)
        return size.width * image.width >= matte.width * columns.count
    }
}
