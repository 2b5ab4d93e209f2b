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
        /// Which page states the rules, when it was read, what of the preset it asks for, and what of it is this package's own
        /// choice.
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
                "Amazon Seller Central, 'Product image requirements', version of March 2026 as sellers' guides quote it "
                + "(the page wants an account), November 2026: main picture on white, RGB 255 255 255, without shadows on it; "
                + "the product fills 85 % or more; 500 to 10,000 pixels on the longest side, 1,000 or more for zoom. A choice: "
                + "2,000 pixels, square"),
        Preset(
            name: "ebay", width: 1600, height: 1600, fill: 0.9, background: .white,
            source:
                "eBay, 'Picture policy' (help/policies/listing-policies/picture-policy?id=4370), read in November 2026, "
                + "without a date: 500 pixels or more on the longest side, no borders, no texts. 1,600 pixels are what "
                + "sellers' guides of 2026 say that eBay recommends. Choices: square, white, the fill"),
        Preset(
            name: "etsy", width: 2000, height: 2000, fill: 0.8, background: .white,
            source:
                "Etsy's 'Listing Image Requirements' (legal/policy/listing-image-requirements), read in November 2026, ask for "
                + "no size, ground or fill. 2,000 pixels are what sellers' guides of 2026 say that Etsy recommends. Choices: "
                + "square, white, the fill"),
        Preset(
            name: "google-merchant", width: 1500, height: 1500, fill: 0.85, background: .white,
            source:
                "Google Merchant Center Help, 'Image link' (support.google.com/merchants/answer/6324350), as quoted in "
                + "November 2026: 75 to 90 % of the picture, white or transparent ground, 1,500 × 1,500 pixels or more "
                + "recommended; 500 × 500 at least from 31 January 2027. A choice: 85 %"),
        Preset(
            name: "shopify", width: 2048, height: 2048, fill: 0.85, background: .white,
            source:
                "Shopify Help, 'Product media types', as quoted in November 2026: 2048 × 2048 pixels for square pictures, at "
                + "most 5000 × 5000. Choices: white, the fill"),
    ]
}
