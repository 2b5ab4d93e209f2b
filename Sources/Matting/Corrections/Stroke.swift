/// A stroke of a round brush over a picture: pixels of which a person says what they are.
///
/// All pixels whose centre lies within ``radius`` of the line through the points. Coordinates are pixels of the upright
/// picture from its upper left corner; the centre of the first pixel is at (0.5, 0.5). A single point is a disc.
public struct Stroke: Sendable, Hashable, Codable {
    /// What a stroke says of its pixels.
    public enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// They are subject: alpha is 1.
        case subject
        /// They are not: alpha is 0.
        case background
        /// They are to be found out anew, from what lies around them: hair, glass, a lost edge.
        case unknown
    }

    /// A place in the picture, in pixels from its upper left corner.
    public struct Point: Sendable, Hashable, Codable {
        /// To the right.
        public var x: Double
        /// Down.
        public var y: Double

        /// A place in the picture.
        public init(x: Double, y: Double) {
            self.x = x
            self.y = y
        }
    }

    /// The line, at least one point.
    public var points: [Point]
    /// Half the brush's width in pixels; above 0, up to 32,768.
    public var radius: Double
    /// What the stroke says of its pixels.
    public var kind: Kind

    /// A stroke along some points. Numbers that cannot be are refused by whoever is given the stroke.
    public init(_ points: [Point], radius: Double, kind: Kind) {
        self.points = points
        self.radius = radius
        self.kind = kind
    }
}
