import KernelDispatch
import Raster
import Threads

/// What lies behind a subject on one canvas, as rows of light: opaque or not, in the composite's own space.
struct Ground {
    enum Content {
        /// One colour of light, by its own alpha, and the same as it was asked for: encoded, in the composite's space.
        case color(SIMD4<Float>, encoded: [Double])
        case gradient(GradientRows)
        /// At the canvas's size, without alpha, in the composite's space.
        case picture(RasterImage, LightTables)
        /// Coarse, and brought to the canvas's size row by row.
        case grid(LightGrid, Resampling)
    }

    let content: Content
    /// Whether nothing shows through.
    let isOpaque: Bool
    /// Whether all of it is grey.
    let isNeutral: Bool

    /// Whether neighbours differ by less than a step of 8 bits, so that bands would show.
    var isSmooth: Bool {
        switch content {
        case .color, .picture: false
        case .gradient, .grid: true
        }
    }

    /// Floats that a thread needs.
    var scratchCount: Int {
        switch content {
        case .color, .gradient: 0
        case .picture(let image, _): image.width
        case .grid(_, let resampling): resampling.scratchCount
        }
    }

    /// Makes rows one after the other.
    struct Filler {
        private let ground: Ground
        private let width: Int
        private let scratch: UnsafeMutablePointer<Float>
        private var state: Resampling.State?

        init(_ ground: Ground, width: Int, scratch: UnsafeMutablePointer<Float>) {
            self.ground = ground
            self.width = width
            self.scratch = scratch
            if case .grid(_, let resampling) = ground.content {
                state = Resampling.State(resampling, scratch: scratch)
            }
        }

        mutating func fill(_ y: Int, into row: UnsafeMutablePointer<Float>) {
            switch ground.content {
            case .color(let light, _):
                for c in 0..<4 { row[c] = light[c] }
                // Twice as much with each copy: this is no optimised loop in debug builds.
                var filled = 1
                while filled < width {
                    let count = min(filled, width - filled)
                    (row + 4 * filled).update(from: row, count: 4 * count)
                    filled += count
                }
            case .gradient(let gradient):
                gradient.fill(y, into: row, count: width)
            case .picture(let image, let tables):
                row.update(repeating: 0, count: 4 * width)
                image.withSamples { samples in
                    PictureRows(samples: samples, width: image.width, model: image.colorModel, light: tables.light)
                        .add(row: y, columns: 0..<width, weight: 1, into: row, scratch: scratch)
                }
            case .grid(let grid, let resampling):
                guard var rows = state else { return }
                resampling.fill(y, from: grid, into: row, state: &rows)
                state = rows
            }
        }
    }
}

extension SIMD4<Float> {
    /// A colour of the composite's space as light by its alpha.
    init(_ color: RasterColor, _ tables: LightTables) {
        // Parts of a colour can be set to anything.
        func part(_ x: Double) -> Double { x > 0 ? Swift.min(x, 1) : 0 }
        let alpha = part(color.alpha)
        let parts = [color.red, color.green, color.blue].enumerated().map { channel, value in
            Float(tables.light(part(value), channel: channel) * alpha)
        }
        self.init(parts[0], parts[1], parts[2], Float(alpha))
    }
}

extension GradientRows {
    /// A gradient over a canvas.
    ///
    /// - Parameter light: a stop's colour as light by its alpha.
    init(_ gradient: Background.Gradient, width: Int, height: Int, light: (RasterColor) -> SIMD4<Float>) {
        let (w, h) = (Double(width), Double(height))
        let shape: Shape
        switch gradient.shape {
        case .linear(let angle):
            let radians = angle.truncatingRemainder(dividingBy: 360) * .pi / 180
            let (across, down) = (sine(radians), -sine(radians + .pi / 2))
            // As in CSS Images Level 3: the corner that is farthest along the line has the last colour.
            let length = abs(w * across) + abs(h * down)
            shape = .linear(
                start: 0.5 - (w / 2 * across + h / 2 * down) / length, across: across / length, down: down / length)
        case .radial(let center, let radius):
            let (x, y) = (center.x * w, center.y * h)
            let (dx, dy) = (max(x, w - x), max(y, h - y))
            shape = .radial(x: x, y: y, radius: radius * (dx * dx + dy * dy).squareRoot())
        }
        self.init(shape, stops: gradient.stops.map { ($0.location, light($0.color)) })
    }
}
