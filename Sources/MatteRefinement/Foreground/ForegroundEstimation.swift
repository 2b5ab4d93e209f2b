/// How the colours of subject and ground are found in pixels where a matte mixes them.
///
/// A soft pixel shows `αF + (1 − α)B`; the picture of a cut-out that keeps it carries its old ground along, as a halo.
/// Colours F and B are chosen that explain the picture and are smooth where the matte is not, by relaxation on a pyramid of
/// sizes: on the smallest they are means over the whole, and each level begins with those of the one before. Opaque pixels
/// keep their colour.
///
/// ``mixing`` says of which numbers the equation holds: by default of those that the picture stores.
///
/// - Complexity: O(pixels); on the last level only tiles with soft pixels are solved.
/// - Note: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, *Fast Multi-Level Foreground Estimation*, ICPR 2020. Rows are
///   relaxed in turns, the even ones and then the odd ones, instead of pixel after pixel: any number of threads gives the
///   same colours.
public struct ForegroundEstimation: Sendable, Equatable {
    /// Of which numbers `αF + (1 − α)B` holds.
    @nonexhaustive public enum Mixing: String, Sendable, CaseIterable {
        /// Of those that the picture stores, with its tone curve.
        ///
        /// Lenses mix light; but mattes mostly come from networks and people that saw pictures mixed as they are stored, and
        /// say what fits those. Measured on 15 composites of photographs under five rendered mattes, the mean error of the
        /// subject's colours in soft pixels as a share of doing nothing, weighted by alpha (subjects without detail finer
        /// than 16 pixels; those with detail of 4 pixels are alike): solved as stored .22 where the composite was mixed as
        /// stored and .38 where it was mixed in light; solved in light .51 and .29. The wrong guess costs a quarter this way
        /// and more than twice as much the other way.
        case stored
        /// Of light, by the tone curves of the picture's profile: for renderings and other mattes that are shares of light.
        case light
    }

    /// Of which numbers the mixture is taken apart.
    public var mixing: Mixing
    /// How much colours are held to those of their neighbours where the matte is flat; 1e-7 to 1. Higher values are smoother.
    public var regularization: Float
    /// How much more they are held where the matte changes, for a change from 0 to 1; 0 to 1000.
    public var gradientWeight: Float
    /// Passes over each level of the pyramid; 1 to 32.
    public var iterations: Int
    /// Passes over the small levels; 1 to 256.
    public var coarseIterations: Int
    /// Levels whose sides are no longer than this count as small; 1 to 128.
    public var coarseSide: Int

    /// The defaults are the paper's.
    public init(
        mixing: Mixing = .stored, regularization: Float = 1e-5, gradientWeight: Float = 1, iterations: Int = 2,
        coarseIterations: Int = 10, coarseSide: Int = 32
    ) {
        self.mixing = mixing
        self.regularization = regularization
        self.gradientWeight = gradientWeight
        self.iterations = iterations
        self.coarseIterations = coarseIterations
        self.coarseSide = coarseSide
    }

    /// Checks every number.
    ///
    /// - Parameter owner: what the options are called where they are set.
    package func validate(as owner: String) throws(OptionProblem) {
        try OptionProblem.check("\(owner).regularization", regularization, in: 1e-7...1)
        try OptionProblem.check("\(owner).gradientWeight", gradientWeight, in: 0...1000)
        try OptionProblem.check("\(owner).iterations", iterations, in: 1...32)
        try OptionProblem.check("\(owner).coarseIterations", coarseIterations, in: 1...256)
        try OptionProblem.check("\(owner).coarseSide", coarseSide, in: 1...128)
    }

    /// The sizes of the pyramid, from one pixel to the picture: each side grows by a constant factor, of about 2 for the
    /// longer one.
    package static func levels(width: Int, height: Int) -> [(width: Int, height: Int)] {
        let longer = max(width, height)
        let count = longer > 1 ? Int.bitWidth - (longer - 1).leadingZeroBitCount : 0
        func side(_ full: Int, _ level: Int) -> Int {
            level == count ? full : Int(power(Double(full), Double(level) / Double(count)).rounded())
        }
        return (0...count).map { (side(width, $0), side(height, $0)) }
    }

    package func iterations(onLevelOf width: Int, _ height: Int) -> Int {
        width <= coarseSide && height <= coarseSide ? coarseIterations : iterations
    }
}
