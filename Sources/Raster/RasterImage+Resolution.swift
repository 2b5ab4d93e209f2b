extension RasterImage {
    /// How densely a picture's pixels are meant to be printed.
    public struct Resolution: Sendable, Equatable {
        /// What the numbers count pixels of.
        @nonexhaustive public enum Unit: Sendable, Equatable {
            /// Of one inch.
            case inch
            /// Of one centimetre.
            case centimeter
            /// Nothing: the two numbers are the proportion of a pixel alone.
            case ratio
        }

        /// Pixels a unit across.
        public let horizontal: Double
        /// Pixels a unit down.
        public let vertical: Double
        /// What both are counted in.
        public let unit: Unit

        /// - Returns: nil for numbers that no format can hold: not finite, below 0.01 or above 1,000,000.
        public init?(horizontal: Double, vertical: Double, unit: Unit = .inch) {
            let range = 0.01...1_000_000.0
            guard range.contains(horizontal), range.contains(vertical) else { return nil }
            self.horizontal = horizontal
            self.vertical = vertical
            self.unit = unit
        }

        /// Pixels an inch across and down; nil where only their proportion is known.
        public var pixelsPerInch: (horizontal: Double, vertical: Double)? {
            switch unit {
            case .inch: (horizontal, vertical)
            case .centimeter: (horizontal * 2.54, vertical * 2.54)
            case .ratio: nil
            }
        }

        /// The same of the picture turned by a quarter.
        package var turned: Resolution { Resolution(unchecked: vertical, horizontal, unit) }

        /// The same print of a picture that has so many times the pixels; nil beyond what formats can hold.
        package func scaled(across: Double, down: Double) -> Resolution? {
            Resolution(horizontal: horizontal * across, vertical: vertical * down, unit: unit)
        }

        private init(unchecked horizontal: Double, _ vertical: Double, _ unit: Unit) {
            self.horizontal = horizontal
            self.vertical = vertical
            self.unit = unit
        }
    }
}
