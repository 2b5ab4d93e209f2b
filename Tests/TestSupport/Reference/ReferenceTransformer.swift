import TensorCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

extension ReferenceMap {
    /// Each pixel to mean 0 and variance 1 over its channels, then a gain and a bias a channel.
    package func layerNormalized(gain: [Float], bias: [Float], epsilon: Double = 1e-5) -> ReferenceMap {
        let count = Double(shape.channels)
        var result = self
        for first in stride(from: 0, to: values.count, by: shape.channels) {
            let pixel = values[first..<first + shape.channels]
            let mean = pixel.reduce(0, +) / count
            let variance = pixel.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
            for c in 0..<shape.channels {
                let normal = (pixel[first + c] - mean) / (variance + epsilon).squareRoot()
                result.values[first + c] = normal * Double(gain[c]) + Double(bias[c])
            }
        }
        return result
    }

    /// Two by two pixels as one of four times the channels, down before right; zeros beyond the map.
    package func patchesMerged() -> ReferenceMap {
        let channels = shape.channels
        let merged = TensorShape(
            trusted: shape.batch, (shape.height + 1) / 2, (shape.width + 1) / 2, 4 * channels)
        return .computed(merged) { n, y, x, c in
            let (row, column) = (2 * y + c / channels % 2, 2 * x + c / channels / 2)
            return row < shape.height && column < shape.width ? self[n, row, column, c % channels] : 0
        }
    }

    /// Attention within shifted windows of queries, keys and values, as the paper has it: pad, roll, cut, attend, mask.
    ///
    /// - Parameters:
    ///   - padding: the channels of a token that is not on the map.
    ///   - positions: `[(2 · side − 1)², heads]`.
    package func windowsAttended(
        heads: Int, side: Int, shift: Int, padding: [Float], positions: [Float]
    ) -> ReferenceMap {
        let channels = shape.channels / 3
        let size = channels / heads
        let height = (shape.height + side - 1) / side * side
        let width = (shape.width + side - 1) / side * side

        /// A channel at a place of the rolled map.
        func rolled(_ n: Int, _ y: Int, _ x: Int, _ c: Int) -> Double {
            let (y, x) = ((y + shift) % height, (x + shift) % width)
            return y < shape.height && x < shape.width ? self[n, y, x, c] : Double(padding[c])
        }
        /// The part of the map that a place of the rolled one belongs to: slices up to -side, to -shift and to the end.
        func part(_ place: Int, of extent: Int) -> Int {
            place < extent - side ? 0 : place < extent - shift || shift == 0 ? 1 : 2
        }

        return .computed(shape.with(channels: channels)) { n, y, x, c in
            let (ay, ax) = ((y - shift + height) % height, (x - shift + width) % width)
            let (top, left) = (ay / side * side, ax / side * side)
            let head = c / size
            var (sum, total) = (0.0, 0.0)
            for by in top..<top + side {
                for bx in left..<left + side {
                    guard part(ay, of: height) == part(by, of: height), part(ax, of: width) == part(bx, of: width)
                    else { continue }
                    var score = 0.0
                    for d in 0..<size {
                        score += rolled(n, ay, ax, head * size + d) * rolled(n, by, bx, channels + head * size + d)
                    }
                    let displacement = (ay - by + side - 1) * (2 * side - 1) + ax - bx + side - 1
                    let weight = exp(
                        score / Double(size).squareRoot() + Double(positions[displacement * heads + head]))
                    total += weight
                    sum += weight * rolled(n, by, bx, 2 * channels + c)
                }
            }
            return sum / total
        }
    }
}
