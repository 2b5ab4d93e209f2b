/// A colour of sRGB, each part in `[0, 1]`.
public struct RasterColor: Sendable, Hashable {
    /// In `[0, 1]`, encoded (not linear light).
    public var red: Double
    /// In `[0, 1]`.
    public var green: Double
    /// In `[0, 1]`.
    public var blue: Double
    /// In `[0, 1]`: 1 hides all that is behind, 0 is transparent.
    public var alpha: Double

    /// Parts outside `[0, 1]` are clamped.
    public init(red: Double, green: Double, blue: Double, alpha: Double = 1) {
        func clamp(_ x: Double) -> Double { x > 0 ? min(x, 1) : 0 }
        self.red = clamp(red)
        self.green = clamp(green)
        self.blue = clamp(blue)
        self.alpha = clamp(alpha)
    }

    /// All parts 1.
    public static let white = RasterColor(red: 1, green: 1, blue: 1)
    /// All parts 0.
    public static let black = RasterColor(red: 0, green: 0, blue: 0)
    /// The green of studio screens, easy on the eye beside most subjects. The web's `green` is a darker one.
    public static let chromaGreen = RasterColor(red: 0, green: 177.0 / 255, blue: 64.0 / 255)

    /// Whether the three parts are equal.
    package var isNeutral: Bool { red == green && green == blue }
}
