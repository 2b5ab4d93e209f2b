import ImageCodecs
import MatteRefinement
import Raster

/// What is made of a result, from its matte to the picture that is delivered: mask work, the choice of a subject, clean
/// colours, background, shadow and frame. One value for any number of pictures.
///
/// ```swift
/// var finish = Finish(background: .color(.white), framing: .product(side: 2000), shadow: .contact)
/// finish.maskWork = [.fillHoles(largestArea: 500), .shrink(0.5)]
/// finish.foregroundColors = ForegroundEstimation()
/// try finish.picture(of: pipeline.matte(image)).write(to: "shop.jpg")
/// ```
///
/// The steps are those of ``MattingResult``, in this order: `applying(_:)`, `subjects(_:)`,
/// `decontaminated(by:)`, then `composite(over:framed:shadow:blending:matching:)`.
public struct Finish: Sendable {
    /// Which of a picture's subjects are meant.
    @nonexhaustive public enum Subjects: Sendable, Hashable {
        /// All of them.
        case all
        /// One by its number: 1 is the largest.
        case number(Int)
        /// The one under a pixel of the upright picture.
        case at(x: Int, y: Int)
    }

    /// What is done to the matte, in this order.
    public var maskWork: [MaskOperation]
    /// Which subjects stay.
    public var subjects: Subjects
    /// How colours of soft pixels are cleared of the background; nil leaves them as they are in the picture.
    public var foregroundColors: ForegroundEstimation?
    /// What lies behind the subject; ``Background/none`` makes cut-outs.
    public var background: Background
    /// Which part of the picture is shown, how large and where; nil is all of it as it is.
    public var framing: Framing?
    /// The shadow under the subject.
    public var shadow: Shadow
    /// In which numbers colours are mixed.
    public var blending: Blending
    /// Whether the subject's colours are taken towards those of the background.
    public var matching: ColorMatching?
    /// Whether colours stay in a cut-out where alpha is 0.
    public var keepsHiddenColors: Bool

    /// A cut-out of the whole picture, unless something else is said.
    public init(
        maskWork: [MaskOperation] = [], subjects: Subjects = .all, foregroundColors: ForegroundEstimation? = nil,
        background: Background = .none, framing: Framing? = nil, shadow: Shadow = .none,
        blending: Blending = .linearLight, matching: ColorMatching? = nil, keepsHiddenColors: Bool = false
    ) {
        self.maskWork = maskWork
        self.subjects = subjects
        self.foregroundColors = foregroundColors
        self.background = background
        self.framing = framing
        self.shadow = shadow
        self.blending = blending
        self.matching = matching
        self.keepsHiddenColors = keepsHiddenColors
    }

    /// The result with the mask work done, the chosen subjects, and clean colours: what is left to do is to lay it over
    /// something and to frame it.
    ///
    /// - Throws: ``MattingError/noSuchSubject(number:count:)``, `noSubjectAt(x:y:width:height:)`,
    ///   ``MattingError/invalidOption(name:value:allowed:)``, ``MattingError/computation(_:)`` where memory is refused,
    ///   ``MattingError/cancelled``.
    public func prepared(_ result: MattingResult) throws(MattingError) -> MattingResult {
        let worked = maskWork.isEmpty ? result : try result.applying(maskWork)
        let chosen =
            switch subjects {
            case .all: worked
            case .number(let number): try worked.subjects().subject(number: number).result()
            case .at(let x, let y): try worked.subjects().subject(under: x, y).result()
            }
        return try cleaned(chosen)
    }

    /// Each subject by itself, the largest first; `prepared(_:)` goes on with one of them.
    ///
    /// - Throws: ``MattingError/noSuchSubject(number:count:)`` where the matte is empty, and what `prepared(_:)` throws.
    public func split(_ result: MattingResult) throws(MattingError) -> MatteSubjects {
        let worked = maskWork.isEmpty ? result : try result.applying(maskWork)
        let subjects = try worked.subjects()
        if subjects.isEmpty { _ = try subjects.subject(number: 1) }
        return subjects
    }

    /// One subject of ``split(_:)`` with clean colours.
    ///
    /// - Throws: As ``prepared(_:)``.
    public func prepared(_ subject: MatteSubject) throws(MattingError) -> MattingResult {
        try cleaned(subject.result())
    }

    /// The picture that is delivered of a result: a cut-out, or where there is a background a composite.
    ///
    /// - Throws: As `prepared(_:)` and `composite(over:framed:shadow:blending:matching:)`.
    public func picture(of result: MattingResult) throws(MattingError) -> RasterImage {
        try delivered(prepared(result))
    }

    /// The picture that is delivered of what ``prepared(_:)`` made.
    package func delivered(_ prepared: MattingResult) throws(MattingError) -> RasterImage {
        if case .none = background {
            return try prepared.cutout(keepsHiddenColors: keepsHiddenColors, framed: framing, shadow: shadow)
        }
        return try prepared.composite(
            over: background, framed: framing, shadow: shadow, blending: blending, matching: matching)
    }

    /// Checks every number.
    ///
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``. What depends on a picture is found with it.
    public func validate() throws(MattingError) {
        try MattingError.wrapping {
            for operation in maskWork { try operation.validate() }
            try foregroundColors?.validate(as: "foregroundColors")
            try framing?.validate()
            try background.validate()
            try shadow.validate()
            try shadow.validate(over: background)
            try matching?.validate()
        }
    }

    private func cleaned(_ result: MattingResult) throws(MattingError) -> MattingResult {
        guard let foregroundColors else { return result }
        return try result.decontaminated(by: foregroundColors)
    }
}
