#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// How a channel's encoded values stand for light: `[0, 1]` to `[0, 1]`.
///
/// Source: ICC.1:2010 sections 10.5 (curveType) and 10.15 (parametricCurveType).
package struct ToneCurve: Sendable, Equatable {
    private enum Form: Equatable {
        /// Values at equal distances, at least two of them.
        case table([Double])
        /// A power of a line from `start` on, and a line before: (a·x + b)^gamma + e, c·x + f.
        case parameters(gamma: Double, a: Double, b: Double, c: Double, start: Double, e: Double, f: Double)
    }

    private let form: Form

    /// IEC 61966-2-1.
    package static let sRGB = ToneCurve(
        form: .parameters(gamma: 2.4, a: 1 / 1.055, b: 0.055 / 1.055, c: 1 / 12.92, start: 0.04045, e: 0, f: 0))

    private init(form: Form) { self.form = form }

    private static func power(_ gamma: Double) -> ToneCurve {
        ToneCurve(form: .parameters(gamma: gamma, a: 1, b: 0, c: 0, start: 0, e: 0, f: 0))
    }

    /// A curve of a profile; nil where it is broken, or goes down anywhere, so that it has no inverse.
    init?(tag bytes: ArraySlice<UInt8>) {
        let data = TagData(bytes)
        let curve: ToneCurve? =
            switch data.type {
            case "curv": Self.table(data)
            case "para": Self.parameters(data)
            default: nil
            }
        guard let curve, curve.isRising else { return nil }
        self = curve
    }

    private static func table(_ data: TagData) -> ToneCurve? {
        guard let count = data.number32(8), count <= 65_536 else { return nil }
        if count == 0 { return .power(1) }
        if count == 1 { return data.number16(12).map { .power(Double($0) / 256) } }
        let values = (0..<count).compactMap { data.number16(12 + 2 * $0) }
        guard values.count == count else { return nil }
        return ToneCurve(form: .table(values.map { Double($0) / 65_535 }))
    }

    private static func parameters(_ data: TagData) -> ToneCurve? {
        guard let function = data.number16(8), function <= 4 else { return nil }
        let counts = [1, 3, 4, 5, 7]
        let values = (0..<counts[function]).compactMap { data.fixed(12 + 4 * $0) }
        guard values.count == counts[function] else { return nil }
        func value(_ index: Int, or other: Double) -> Double { index < values.count ? values[index] : other }
        let (gamma, a, b) = (values[0], value(1, or: 1), value(2, or: 0))
        guard gamma > 0 else { return nil }
        switch function {
        case 0: return .power(gamma)
        case 1, 2:
            // Constant before the line reaches zero.
            guard a > 0 else { return nil }
            let offset = value(3, or: 0)
            return ToneCurve(form: .parameters(gamma: gamma, a: a, b: b, c: 0, start: -b / a, e: offset, f: offset))
        default:
            return ToneCurve(
                form: .parameters(
                    gamma: gamma, a: a, b: b, c: values[3], start: values[4], e: value(5, or: 0), f: value(6, or: 0)))
        }
    }

    /// The light of an encoded value in `[0, 1]`.
    package func light(_ x: Double) -> Double {
        let y: Double
        switch form {
        case .table(let values):
            let position = x * Double(values.count - 1)
            let index = min(Int(position), values.count - 2)
            y = values[index] + (position - Double(index)) * (values[index + 1] - values[index])
        case .parameters(let gamma, let a, let b, let c, let start, let e, let f):
            y = x >= start ? pow(max(a * x + b, 0), gamma) + e : c * x + f
        }
        return y > 0 ? min(y, 1) : 0
    }

    /// Steps by which curves are looked at; a table of 4,096 values is looked at value by value.
    private static let steps = 4_095

    private var isRising: Bool {
        let values = (0...Self.steps).map { light(Double($0) / Double(Self.steps)) }
        return values.last ?? 0 > values[0] && zip(values, values.dropFirst()).allSatisfy { $0 <= $1 + 1e-4 }
    }

    /// The encoded value of a light in `[0, 1]`, by bisection: exact for a table's corners too.
    package func encoded(_ light: Double) -> Double {
        var (low, high) = (0.0, 1.0)
        if self.light(high) <= light { return 1 }
        for _ in 0..<40 {
            let middle = (low + high) / 2
            if self.light(middle) < light { low = middle } else { high = middle }
        }
        return high
    }
}
