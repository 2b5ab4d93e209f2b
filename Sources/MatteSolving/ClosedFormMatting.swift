/// Solves alpha where it is unknown from where it is certain, by the picture's colours: closed-form matting.
///
/// In each window of 3 × 3 pixels alpha is taken for a linear function of colour, `α = a·I + b`. The squared error of all
/// windows, with the best a and b of each eliminated, is a quadratic form in alpha alone, `αᵀLα`, whose L is the matting
/// Laplacian: `L_ij = Σ_w δ_ij − (1 + (I_i − μ_w)ᵀ(Σ_w + ε/9)⁻¹(I_j − μ_w)) / 9`. Alpha is what minimises it with the
/// certain pixels held at their values.
///
/// The certain values are held exactly; they need not be 0 and 1.
///
/// - Complexity: proportional to the unknown pixels, times some tens of iterations; nothing is computed elsewhere.
/// - Note: A. Levin, D. Lischinski, Y. Weiss, *A Closed-Form Solution to Natural Image Matting*, TPAMI 2008.
public struct ClosedFormMatting: Sendable, Equatable {
    /// The variance of colour in a window, in squared intensity on [0, 1] values, under which it counts as flat; 1e-9 to 1.
    public var epsilon: Float
    /// What the alpha that a pixel begins with weighs beside the colours around it, as a share of its equation; 1e-7 to 10.
    /// The default is none to speak of: where colours say nothing alpha stays what it was, and rounding leaves no negative
    /// eigenvalue. Where pixels begin with a matte that is nearly right more of it keeps the noise of colours out.
    public var prior: Float
    /// The solver stops where the residual has fallen to this share of its first value; 1e-6 to 0.1.
    public var tolerance: Float
    /// Iterations of the solver at most, for each tile; 1 to 10,000. What has not converged by then is reported.
    public var iterationLimit: Int

    /// The defaults are what mattes are made with. A number outside of its range is refused by whoever is given it.
    public init(
        epsilon: Float = 1e-7, prior: Float = 3e-7, tolerance: Float = 1e-4, iterationLimit: Int = 500
    ) {
        self.epsilon = epsilon
        self.prior = prior
        self.tolerance = tolerance
        self.iterationLimit = iterationLimit
    }
}
