import MatteRefinement
import Raster

extension Background {
    /// Colours that pass over into each other along a line or from a point outwards, mixed as ``Blending`` says.
    ///
    /// Dithered where it is written in 8 bits, so that no bands show.
    public struct Gradient: Sendable, Hashable {
        /// A colour and where it stands.
        public struct Stop: Sendable, Hashable {
            /// From 0, where the gradient begins, to 1, where it ends.
            public var location: Double
            /// Of sRGB; may be translucent.
            public var color: RasterColor

            /// A colour at a place in `[0, 1]`.
            public init(_ color: RasterColor, at location: Double) {
                self.color = color
                self.location = location
            }
        }

        /// Along what colours change.
        @nonexhaustive public enum Shape: Sendable, Hashable {
            /// Along a line through the middle of the canvas, in degrees as CSS counts them: 0 goes up, 90 to the right, 180
            /// down. It begins and ends where a corner of the canvas has exactly the first and the last colour.
            case linear(angle: Double)
            /// From a point outwards; `radius` is a share of the distance to the farthest corner.
            case radial(center: CanvasPosition, radius: Double)
        }

        /// Along what the colours change.
        public var shape: Shape
        /// From the first to the last, at locations that do not go back; before the first and behind the last there is one
        /// colour. One to 256.
        public var stops: [Stop]

        /// A gradient of any number of colours.
        public init(_ shape: Shape, stops: [Stop]) {
            self.shape = shape
            self.stops = stops
        }

        /// From one colour to another along a line, downwards by default.
        public static func linear(_ first: RasterColor, _ last: RasterColor, angle: Double = 180) -> Gradient {
            Gradient(.linear(angle: angle), stops: [Stop(first, at: 0), Stop(last, at: 1)])
        }

        /// From one colour in the middle to another at the corners.
        public static func radial(
            _ inner: RasterColor, _ outer: RasterColor, center: CanvasPosition = .center, radius: Double = 1
        ) -> Gradient {
            Gradient(.radial(center: center, radius: radius), stops: [Stop(inner, at: 0), Stop(outer, at: 1)])
        }
    }
}

extension Background.Gradient {
    func validate() throws(OptionProblem) {
        switch shape {
        case .linear(let angle): try OptionProblem.check("gradient.angle", angle, in: -36_000...36_000)
        case .radial(let center, let radius):
            try center.validate(as: "gradient.center")
            try OptionProblem.check("gradient.radius", radius, above: 0, upTo: 100)
        }
        try OptionProblem.check("gradient.stops.count", stops.count, in: 1...256)
        var previous = 0.0
        for stop in stops {
            try OptionProblem.check("gradient.stops.location", stop.location, in: previous...1)
            previous = stop.location
        }
    }
}
