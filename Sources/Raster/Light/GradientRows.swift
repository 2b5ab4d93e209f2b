/// Rows of a gradient: light at places along a line, or by the distance from a point, mixed as light between two stops.
package struct GradientRows: Sendable {
    /// How far along the gradient a place of the canvas is, from its middle of pixels.
    package enum Shape: Sendable {
        /// `start + x · across + y · down`.
        case linear(start: Double, across: Double, down: Double)
        /// The distance from a point as a share of a radius, in pixels.
        case radial(x: Double, y: Double, radius: Double)
    }

    private let shape: Shape
    private let places: [Float]
    private let colors: [SIMD4<Float>]

    /// - Parameter stops: at least one, at places that do not go back; red, green and blue multiplied by alpha, and alpha.
    package init(_ shape: Shape, stops: [(place: Double, light: SIMD4<Float>)]) {
        self.shape = shape
        self.places = stops.map { Float($0.place) }
        self.colors = stops.map(\.light)
    }

    /// Makes a row of `count` pixels.
    package func fill(_ y: Int, into row: UnsafeMutablePointer<Float>, count: Int) {
        var segment = 0
        for x in 0..<count {
            let t: Float
            switch shape {
            case .linear(let start, let across, let down):
                t = Float(start + (Double(x) + 0.5) * across + (Double(y) + 0.5) * down)
            case .radial(let left, let top, let radius):
                let (dx, dy) = (Double(x) + 0.5 - left, Double(y) + 0.5 - top)
                t = Float((dx * dx + dy * dy).squareRoot() / radius)
            }
            let color = color(at: t, from: &segment)
            for c in 0..<4 { row[4 * x + c] = color[c] }
        }
    }

    /// Neighbours are mostly in one segment, so that the search goes on from the last.
    private func color(at t: Float, from segment: inout Int) -> SIMD4<Float> {
        let last = places.count - 1
        if t <= places[0] || last == 0 { return colors[0] }
        if t >= places[last] { return colors[last] }
        while segment > 0, t < places[segment] { segment -= 1 }
        while segment < last - 1, t >= places[segment + 1] { segment += 1 }
        let length = places[segment + 1] - places[segment]
        let share = length > 0 ? (t - places[segment]) / length : 1
        return colors[segment] + (colors[segment + 1] - colors[segment]) * share
    }
}

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The C library's sine, for those above that import none.
package func sine(_ radians: Double) -> Double { sin(radians) }
