import Raster

extension Framing {
    /// What a marketplace asks of a product's main picture, as a canvas, a fill and a background.
    ///
    /// Marketplaces change their rules and have others beside these (formats, bytes, no text, whole product): what binds is
    /// what they say themselves.
    public struct Preset: Sendable, Hashable {
        /// Lowercase, as the command takes it.
        public let name: String
        /// Of the canvas, in pixels.
        public let width: Int
        /// Of the canvas, in pixels.
        public let height: Int
        /// The share of the canvas's width or height that the subject fills.
        public let fill: Double
        /// Behind the subject.
        public let background: RasterColor
        /// Where the rule is stated, and what of it the preset chooses.
        public let source: String

        /// The framing of the preset.
        public var framing: Framing { .product(width: width, height: height, fill: fill) }
    }

    /// The preset of a name, without regard to case; nil where there is none.
    public static func preset(named name: String) -> Preset? {
        let name = name.lowercased()
        return presets.first { $0.name == name }
    }

    /// Presets of marketplaces, by name.
    public static let presets: [Preset] = [
        Preset(
            name: "amazon", width: 2000, height: 2000, fill: 0.85, background: .white,
            source:
                "Amazon Seller Central, product image requirements (2026): main picture on pure white, RGB 255 255 255; "
                + "the product fills 85 % or more; 1,000 pixels or more on the longest side for zoom"),
        Preset(
            name: "ebay", width: 1600, height: 1600, fill: 0.9, background: .white,
            source:
                "eBay, picture policy: 500 pixels or more on the longest side, 1,600 recommended; white is a choice of "
                + "the preset, as is the fill"),
        Preset(
            name: "etsy", width: 2000, height: 2000, fill: 0.8, background: .white,
            source: "Etsy Help, requirements and best practices for images: 2,000 pixels or more on the shortest side "
                + "recommended; white is a choice of the preset, as is the fill"),
        Preset(
            name: "google-merchant", width: 1500, height: 1500, fill: 0.85, background: .white,
            source: "Google Merchant Center Help, image link (answer/6324350): 75 to 90 % of the picture, white or "
                + "transparent ground, 1,500 × 1,500 pixels or more recommended"),
        Preset(
            name: "shopify", width: 2048, height: 2048, fill: 0.85, background: .white,
            source: "Shopify Help, product media types: 2048 × 2048 pixels recommended for square pictures; white is a "
                + "choice of the preset, as is the fill"),
    ]
}
