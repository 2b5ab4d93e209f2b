/// How a stored picture must be turned to stand upright; the raw value is EXIF's.
package enum Orientation: Int, CaseIterable {
    case upright = 1
    case mirrored = 2
    case upsideDown = 3
    case flipped = 4
    /// Mirrored along the diagonal from the top left.
    case transposed = 5
    /// To be turned clockwise by 90°.
    case turnedLeft = 6
    /// Mirrored along the diagonal from the top right.
    case transversed = 7
    /// To be turned anticlockwise by 90°.
    case turnedRight = 8

    /// Whether width and height change places.
    package var swapsSides: Bool { rawValue >= 5 }
}
