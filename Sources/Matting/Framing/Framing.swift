import MatteRefinement
import Raster

/// Which part of a picture is shown, how large, and where on a canvas.
///
/// The subject's box, without specks, fits between the ``margins`` of the ``canvas``. Whatever else of the subject lies on the
/// canvas shows too, and the canvas may be larger than the picture: what lies beside the picture is background.
/// Where nothing is scaled (``Canvas/subject`` and ``Canvas/aspect(_:)``) pixels stay bit for bit; else shrinking takes means
/// over areas and enlarging Lanczos' kernel of three lobes, in linear light and with colours weighted by alpha.
public struct Framing: Sendable, Hashable {
    /// What the subject is framed by.
    @nonexhaustive public enum Canvas: Sendable, Hashable {
        /// The subject's box and the margins around it, in the picture's own pixels.
        case subject
        /// The same, extended on one axis to a proportion of width to height.
        case aspect(Double)
        /// A canvas of that many pixels, to which the subject is scaled.
        case size(width: Int, height: Int)
    }

    /// Free space on the four sides. Shares are of the canvas's width or height where its size is given, else of the box's
    /// longer side.
    public struct Margins: Sendable, Hashable {
        /// Above.
        public var top: RelativeLength
        /// To the left.
        public var left: RelativeLength
        /// Below.
        public var bottom: RelativeLength
        /// To the right.
        public var right: RelativeLength

        /// Four margins.
        public init(top: RelativeLength, left: RelativeLength, bottom: RelativeLength, right: RelativeLength) {
            self.top = top
            self.left = left
            self.bottom = bottom
            self.right = right
        }

        /// The same margin on all sides.
        public init(_ all: RelativeLength) { self.init(top: all, left: all, bottom: all, right: all) }

        /// What they leave of a canvas, in pixels.
        func free(of width: Int, _ height: Int) -> (width: Double, height: Double) {
            let (width, height) = (Double(width), Double(height))
            return (
                width - left.pixels(of: width) - right.pixels(of: width),
                height - top.pixels(of: height) - bottom.pixels(of: height)
            )
        }
    }

    /// How a side is framed on which the picture's frame cuts the subject off: a person at the waist, a sofa by the wall.
    @nonexhaustive public enum CutSides: String, Sendable, Hashable, CaseIterable {
        /// On the canvas's side, without a margin and whatever the alignment is, so that no straight cut floats over a
        /// background. Of two opposite sides both lie there as far as proportions allow. A subject that reaches all four sides
        /// of its picture has been cropped before, and is framed as a whole one.
        case flush
        /// With a margin, as every other side.
        case margin
    }

    /// What the subject is framed by.
    public var canvas: Canvas
    /// Free space around the subject.
    public var margins: Margins
    /// Where the subject stands in what space its proportions leave: on the ground with ``CanvasPosition/bottom``.
    public var alignment: CanvasPosition
    /// What becomes of sides on which the subject is cut off: over a hundredth of the picture's side at least.
    public var cutSides: CutSides
    /// The least alpha that counts as subject for its box, above 0 and up to 1. 10/255 by default: residue of a level or two
    /// does not widen the box.
    public var threshold: Double
    /// Parts of the subject of less alpha, summed over their pixels, than this share of the largest part do not count for the
    /// box, in `[0, 1]`. They show where they lie on the canvas. 0 counts everything.
    public var speckShare: Double
    /// The most that a subject is enlarged, above 0 and up to 64: a smaller one fills less of the canvas. What is enlarged at
    /// all says a warning of the picture's.
    public var largestScale: Double

    /// The subject with the given margins in its own pixels, unless something else is said.
    public init(
        canvas: Canvas = .subject, margins: Margins = Margins(.zero), alignment: CanvasPosition = .center,
        cutSides: CutSides = .flush, threshold: Double = 10.0 / 255, speckShare: Double = 0.005,
        largestScale: Double = 8
    ) {
        self.canvas = canvas
        self.margins = margins
        self.alignment = alignment
        self.cutSides = cutSides
        self.threshold = threshold
        self.speckShare = speckShare
        self.largestScale = largestScale
    }

    /// Cut to the subject, with the same margin on all sides: a share is one of the box's longer side.
    public static func subject(margin: RelativeLength = .zero) -> Framing { Framing(margins: Margins(margin)) }

    /// A canvas of `width` × `height` pixels, of whose width or height the subject fills the share `fill`.
    public static func product(
        width: Int, height: Int, fill: Double = 0.85, alignment: CanvasPosition = .center
    ) -> Framing {
        Framing(
            canvas: .size(width: width, height: height), margins: Margins(.share((1 - fill) / 2)), alignment: alignment)
    }

    /// A square canvas of `side` pixels, of whose width or height the subject fills the share `fill`.
    public static func product(side: Int, fill: Double = 0.85, alignment: CanvasPosition = .center) -> Framing {
        product(width: side, height: side, fill: fill, alignment: alignment)
    }
}

extension Framing {
    /// Checks every number.
    func validate() throws(OptionProblem) {
        switch canvas {
        case .subject: break
        case .aspect(let proportion): try OptionProblem.check("framing.aspect", proportion, in: 0.01...100)
        case .size(let width, let height):
            try CanvasLimits.check("framing.canvas", width: width, height: height)
        }
        for (side, margin) in [
            ("top", margins.top), ("left", margins.left), ("bottom", margins.bottom), ("right", margins.right),
        ] { try margin.validate(as: "framing.margins.\(side)") }
        try alignment.validate(as: "framing.alignment")
        try OptionProblem.check("framing.threshold", threshold, above: 0, upTo: 1)
        try OptionProblem.check("framing.speckShare", speckShare, in: 0...1)
        try OptionProblem.check("framing.largestScale", largestScale, above: 0, upTo: 64)
        guard case .size(let width, let height) = canvas else { return }
        let free = margins.free(of: width, height)
        guard free.width >= 1, free.height >= 1 else {
            let taken = free.width < 1 ? Double(width) - free.width : Double(height) - free.height
            throw OptionProblem(
                "framing.margins", "\(taken) pixels in all", allowed: "margins that leave a pixel of \(width)×\(height)"
            )
        }
    }
}
