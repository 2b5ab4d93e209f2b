/// A colour of sRGB, each part in `[0, 1]`.
public struct RasterColor: Sendable, Hashable {
    /// In `[0, 1]`, encoded (not linear light).
    public var red: Double
    /// In `[0, 1]`.
    public var green: Double
    /// In `[0, 1]`.
    public var blue: Double

    /// Parts outside `[0, 1]` are clamped.
    public init(red: Double, green: Double, blue: Double) {
        func clamp(_ x: Double) -> Double { x > 0 ? min(x, 1) : 0 }
        self.red = clamp(red)
        self.green = clamp(green)
        self.blue = clamp(blue)
    }

    /// All parts 1.
    public static let white = RasterColor(red: 1, green: 1, blue: 1)
    /// All parts 0.
    public static let black = RasterColor(red: 0, green: 0, blue: 0)
    /// The green of a studio screen, easy on the eye beside most subjects.
    public static let green = RasterColor(rgb: 0x00b140)

    /// Whether the three parts are equal.
    package var isNeutral: Bool { red == green && green == blue }

    private static let names: [String: UInt32] = [
        "white": 0xffffff, "black": 0x000000, "gray": 0x808080, "grey": 0x808080, "silver": 0xc0c0c0,
        "red": 0xff0000, "green": 0x00b140, "blue": 0x0000ff, "yellow": 0xffff00, "orange": 0xffa500,
        "cyan": 0x00ffff, "magenta": 0xff00ff, "purple": 0x800080, "pink": 0xffc0cb, "brown": 0xa52a2a,
        "navy": 0x000080, "teal": 0x008080, "olive": 0x808000, "maroon": 0x800000, "beige": 0xf5f5dc,
        "ivory": 0xfffff0,
    ]

    /// A colour name, `#rgb` or `#rrggbb`.
    ///
    /// - Throws: ``RasterError/unreadableColor(text:)``.
    public init(_ text: String) throws(RasterError) {
        let digits = text.hasPrefix("#") ? Array(text.dropFirst()) : []
        let values = digits.compactMap { $0.isASCII ? $0.hexDigitValue : nil }
        if let named = Self.names[text.lowercased()] {
            self.init(rgb: named)
        } else if values.count == digits.count, digits.count == 3 || digits.count == 6 {
            let pairs = digits.count == 3 ? values.flatMap { [$0, $0] } : values
            self.init(rgb: pairs.reduce(0) { $0 << 4 | UInt32($1) })
        } else {
            throw .unreadableColor(text: text)
        }
    }

    private init(rgb: UInt32) {
        self.init(
            red: Double(rgb >> 16 & 255) / 255, green: Double(rgb >> 8 & 255) / 255, blue: Double(rgb & 255) / 255)
    }
}
