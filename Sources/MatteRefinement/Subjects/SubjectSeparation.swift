import TensorCore
import Threads

/// How the subjects of a matte are told apart.
///
/// Subjects are what hangs together, and what does not but touches: two people shoulder to shoulder are one connected area,
/// cut at its narrow place by a watershed on the distance to the background. A place is narrow by what lies on both sides of
/// it: half its width is compared with how far the middle of the narrower side is from the background. Both sides have to be
/// of some size, so that no arm, leg or head is cut off its body.
///
/// Shape is all that is looked at: who stands behind somebody is part of them, and two who embrace are one.
///
/// - Note: F. Meyer, *Topographic Distance and Watershed Lines*, Signal Processing 1994; L. Vincent, P. Soille,
///   *Watersheds in Digital Spaces*, PAMI 1991. When a place is narrow is this package's own.
public struct SubjectSeparation: Sendable, Equatable {
    /// A pixel of at least this alpha is part of a subject's body; softer ones go with the nearest subject. Above 0, up
    /// to 1.
    public var threshold: Float
    /// What is smaller than this share of the largest subject is a speck: no subject of its own, it goes with the nearest
    /// one. In [0, 1]; 0 makes a subject of everything.
    public var leastShare: Double
    /// One part above another is a subject of its own where they hang together by less than this share of the narrower
    /// one's width. In [0, 1]; 0 never cuts there.
    ///
    /// Necks and waists of a person are from 0.5 on, as a rule.
    public var neck: Float
    /// The same of parts side by side, as people in a group are. In [0, 1]; 0 never cuts there.
    public var neckAbreast: Float
    /// Subjects at most, the largest ones; smaller ones count as specks. 1 to 254.
    public var largestCount: Int

    /// The defaults are what `matte cut --subject` uses. A number outside of its range is refused by whoever is given it.
    public init(
        threshold: Float = 0.5, leastShare: Double = 0.01, neck: Float = 0.45, neckAbreast: Float = 0.65,
        largestCount: Int = 254
    ) {
        self.threshold = threshold
        self.leastShare = leastShare
        self.neck = neck
        self.neckAbreast = neckAbreast
        self.largestCount = largestCount
    }
}
