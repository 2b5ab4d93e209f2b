import MatteRefinement

/// How wide the unknown band of an automatic trimap is.
///
/// A pixel is unsure where its alpha is between the thresholds. The band reaches `leastRadius` pixels beyond unsure pixels
/// and hard edges, and up to `greatestRadius` where the matte is in doubt: where the network says so, or where unsure
/// pixels lie thick, as in hair and defocus.
public struct TrimapBand: Sendable, Equatable {
    /// Alpha up to this is sure background and from 1 minus this sure subject, if it is not near an edge; 0 to less than 0.5.
    public var threshold: Float
    /// Pixels by which the band reaches beyond a sharp edge, 0 to 1024; nil is 0.15 % of the picture's longer side, at
    /// least 2.
    public var leastRadius: Int?
    /// Pixels by which the band reaches where doubt is greatest, 0 to 1024 and at least the least; nil is 1 % of the
    /// picture's longer side, at least 4.
    public var greatestRadius: Int?

    /// The defaults follow the picture's size. A number outside of its range is refused by whoever is given it.
    public init(threshold: Float = 0.02, leastRadius: Int? = nil, greatestRadius: Int? = nil) {
        self.threshold = threshold
        self.leastRadius = leastRadius
        self.greatestRadius = greatestRadius
    }

    /// Shares of the picture's longer side that the radii have where none are given.
    static let leastShare = 0.0015
    static let greatestShare = 0.01

    /// Checks every number.
    ///
    /// - Parameter owner: what the band is called where it is set.
    func validate(as owner: String) throws(OptionProblem) {
        guard threshold >= 0, threshold < 0.5 else {
            throw OptionProblem("\(owner).threshold", threshold, allowed: "0 to less than 0.5")
        }
        if let leastRadius { try OptionProblem.check("\(owner).leastRadius", leastRadius, in: 0...1024) }
        if let greatestRadius {
            try OptionProblem.check("\(owner).greatestRadius", greatestRadius, in: (leastRadius ?? 0)...1024)
        }
    }
}
