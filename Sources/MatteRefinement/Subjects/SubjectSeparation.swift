import TensorCore
import Threads

/// How the subjects of a matte are told apart.
///
/// Subjects are what hangs together, and what does not but touches: two people shoulder to shoulder are one connected area,
/// cut at its narrow place by a watershed on the distance to the background.
///
/// - Note: F. Meyer, *Topographic Distance and Watershed Lines*, Signal Processing 1994; L. Vincent, P. Soille,
///   *Watersheds in Digital Spaces*, PAMI 1991.
public struct SubjectSeparation: Sendable, Equatable {
    /// A pixel of at least this alpha is part of a subject's body; softer ones go with the nearest subject. Above 0, up
    /// to 1.
    public var threshold: Float
    /// What is smaller than this share of the largest subject is a speck: no subject of its own, it goes with the nearest
    /// one. In [0, 1]; 0 makes a subject of everything.
    public var leastShare: Double
    /// Two areas that touch are two subjects where the place at which they hang together is narrower than this share of
    /// the narrower one's own width. In [0, 1]; 0 never cuts what hangs together.
    public var neck: Float
    /// Subjects at most, the largest ones; smaller ones count as specks. 1 to 255.
    public var largestCount: Int

    /// The defaults are what `matte cut --subject` uses. A number outside of its range is refused by whoever is given it.
    public init(
        threshold: Float = 0.5, leastShare: Double = 0.01, neck: Float = 0.5, largestCount: Int = 255
    ) {
        self.threshold = threshold
        self.leastShare = leastShare
        self.neck = neck
        self.largestCount = largestCount
    }
}
