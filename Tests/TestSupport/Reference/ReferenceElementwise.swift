import KernelInterface
import TensorCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension Activation {
    /// The function in double precision, from its formula.
    package func reference(_ x: Double) -> Double {
        switch self {
        case .none: x
        case .relu: max(x, 0)
        case .relu6: min(max(x, 0), 6)
        case .sigmoid: 1 / (1 + exp(-x))
        case .hardSwish: x * min(max(x + 3, 0), 6) / 6
        case .hardSigmoid: min(max(x + 3, 0), 6) / 6
        case .hyperbolicTangent: tanh(x)
        case .gelu: x * erfc(-x / 2.0.squareRoot()) / 2
        case .clamped: min(max(x, 0), 1)
        }
    }
}

extension ReferenceMap {
    package func activated(_ activation: Activation) -> ReferenceMap {
        ReferenceMap(shape, values: values.map { activation.reference($0) })
    }

    package func adding(_ other: ReferenceMap) -> ReferenceMap {
        precondition(shape == other.shape, "adding \(other.shape) to \(shape)")
        return ReferenceMap(shape, values: zip(values, other.values).map { $0 + $1 })
    }

    package func multiplied(by other: ReferenceMap) -> ReferenceMap {
        precondition(shape == other.shape, "multiplying \(shape) by \(other.shape)")
        return ReferenceMap(shape, values: zip(values, other.values).map { $0 * $1 })
    }

    /// Linear interpolation towards `other` by the weights of a third map.
    package func mixed(with other: ReferenceMap, by weight: ReferenceMap) -> ReferenceMap {
        .computed(shape) { n, y, x, c in
            (1 - weight[n, y, x, c]) * self[n, y, x, c] + weight[n, y, x, c] * other[n, y, x, c]
        }
    }

    /// Some of the channels.
    package func channels(_ range: Range<Int>) -> ReferenceMap {
        .computed(shape.with(channels: range.count)) { n, y, x, c in self[n, y, x, range.lowerBound + c] }
    }

    /// Each channel times its value in `scale`, `[N, 1, 1, C]`.
    package func scaled(by scale: ReferenceMap) -> ReferenceMap {
        .computed(shape) { n, y, x, c in self[n, y, x, c] * scale[n, 0, 0, c] }
    }

    /// Each pixel times its value of a map of one channel.
    package func weighed(by scale: ReferenceMap) -> ReferenceMap {
        .computed(shape) { n, y, x, c in self[n, y, x, c] * scale[n, y, x, 0] }
    }

    /// Maps of one size, joined along their channels.
    package static func concatenated(_ maps: [ReferenceMap]) -> ReferenceMap {
        let origins = maps.indices.flatMap { map in (0..<maps[map].shape.channels).map { (map, $0) } }
        return .computed(maps[0].shape.with(channels: origins.count)) { n, y, x, c in
            maps[origins[c].0][n, y, x, origins[c].1]
        }
    }
}
