import MatteRefinement

/// A step of mask work: what a retoucher does to a matte before the subject is cut out.
///
/// Steps are applied in the order in which they are given, by `applying(_:)`. Lengths are in
/// pixels of the matte, areas in their number; ``scaled(by:)`` carries what was chosen on a preview over to the picture.
@nonexhaustive public enum MaskOperation: Sendable, Equatable {
    /// 1 where alpha is at least this, above 0 up to 1, and 0 elsewhere: hard edges.
    case threshold(Float)
    /// Soft edges: a Gaussian of this standard deviation in pixels, 0 to 1024. The subject fades towards its edges, not
    /// towards the picture's.
    case feather(Double)
    /// The subject grown by so many pixels, 0 to 1024, parts of pixels too: each pixel gets the greatest alpha within a disc.
    case grow(Double)
    /// The subject shrunk by so many pixels, 0 to 1024, parts of pixels too: each pixel gets the least alpha within a disc.
    /// The picture's border takes nothing away.
    case shrink(Double)
    /// Mottled areas made even while edges stay: a bilateral filter of the matte itself.
    ///
    /// A pixel becomes the mean of those around it, weighted by Gaussians of their distance (standard deviation `radius` in
    /// pixels, 0.5 to 64) and of the difference of their alpha (`tolerance`, 0.02 to 1).
    case smooth(radius: Double, tolerance: Double)
    /// Shrunk, then grown: hairs and bridges thinner than twice this, 0 to 1024 pixels, vanish; the rest keeps its edge.
    case opening(Double)
    /// Grown, then shrunk: gaps and cracks narrower than twice this, 0 to 1024 pixels, are closed; the rest keeps its edge.
    case closing(Double)
    /// What the subject encloses becomes subject: parts below alpha ½ that do not touch the picture's border, of at most so
    /// many pixels; nil for all.
    case fillHoles(largestArea: Int?)
    /// Only the largest subjects stay, so many; 1 and more. A subject is a connected part of at least alpha ½ with the soft
    /// rim that belongs to it.
    case keepLargest(Int)
    /// Subjects of fewer pixels than this vanish with their rims, and so does what is soft only and that small; 1 and more.
    case removeSpecks(smallestArea: Int)
    /// Subject and ground exchanged.
    case invert
}

extension MaskOperation: CustomStringConvertible {
    public var description: String {
        switch self {
        case .threshold(let value): "threshold at \(value)"
        case .feather(let radius): "feather by \(radius) px"
        case .grow(let radius): "grow by \(radius) px"
        case .shrink(let radius): "shrink by \(radius) px"
        case .smooth(let radius, let tolerance): "smooth within \(radius) px and \(tolerance)"
        case .opening(let radius): "opening by \(radius) px"
        case .closing(let radius): "closing by \(radius) px"
        case .fillHoles(let area): area.map { "fill holes of up to \($0) px" } ?? "fill holes"
        case .keepLargest(let count): count == 1 ? "keep the largest subject" : "keep the \(count) largest subjects"
        case .removeSpecks(let area): "remove specks of less than \(area) px"
        case .invert: "invert"
        }
    }
}

extension MaskOperation {
    /// The same on a matte `factor` times as large: lengths by the factor, areas by its square; at least 1 where they were.
    ///
    /// Lengths as shares of a picture are written so: `.grow(1).scaled(by: Double(max(width, height)) / 1000)` is a
    /// thousandth of the longer side. A factor that is not above 0 gives lengths that are refused when they are applied.
    public func scaled(by factor: Double) -> MaskOperation {
        func area(_ pixels: Int) -> Int {
            let scaled = (Double(pixels) * factor * factor).rounded()
            guard scaled.isFinite, factor > 0 else { return -1 }
            return max(scaled < 9e18 ? Int(scaled) : Int.max, min(pixels, 1))
        }
        return switch self {
        case .feather(let radius): .feather(radius * factor)
        case .grow(let radius): .grow(radius * factor)
        case .shrink(let radius): .shrink(radius * factor)
        case .smooth(let radius, let tolerance): .smooth(radius: radius * factor, tolerance: tolerance)
        case .opening(let radius): .opening(radius * factor)
        case .closing(let radius): .closing(radius * factor)
        case .fillHoles(let largest): .fillHoles(largestArea: largest.map(area))
        case .removeSpecks(let smallest): .removeSpecks(smallestArea: area(smallest))
        case .threshold, .keepLargest, .invert: self
        }
    }

    /// Checks every number.
    ///
    /// - Throws: ``OptionProblem`` by the operation's name.
    func validate() throws(OptionProblem) {
        func length(_ name: String, _ value: Double) throws(OptionProblem) {
            try OptionProblem.check(name, value, in: 0...1024)
        }
        switch self {
        case .threshold(let value): try OptionProblem.check("threshold", value, above: 0, upTo: 1)
        case .feather(let radius): try length("feather", radius)
        case .grow(let radius): try length("grow", radius)
        case .shrink(let radius): try length("shrink", radius)
        case .smooth(let radius, let tolerance):
            try OptionProblem.check("smooth.radius", radius, in: 0.5...64)
            try OptionProblem.check("smooth.tolerance", tolerance, in: 0.02...1)
        case .opening(let radius): try length("opening", radius)
        case .closing(let radius): try length("closing", radius)
        case .fillHoles(let area):
            if let area { try OptionProblem.check("fillHoles.largestArea", area, atLeast: 0) }
        case .keepLargest(let count): try OptionProblem.check("keepLargest", count, atLeast: 1)
        case .removeSpecks(let area): try OptionProblem.check("removeSpecks.smallestArea", area, atLeast: 1)
        case .invert: break
        }
    }
}
