import TensorCore

extension ReferenceMap {
    /// Maximum or average over windows as PyTorch's `max_pool2d` and `avg_pool2d` define them.
    ///
    /// A value of the padding is −∞ for a maximum and zero for an average; the average divides by the values inside the
    /// map or, with `countsPadding`, by those inside the padded map. With ceil mode a window may reach beyond the padding,
    /// where nothing counts, but must begin before the right padding does.
    package func pooled(
        _ kind: Pooling.Kind, kernel: Int, stride: Int, padding: Int = 0, ceilMode: Bool = false
    ) -> ReferenceMap {
        func outputSize(_ size: Int) -> Int {
            let steps = Double(size + 2 * padding - kernel) / Double(stride)
            let count = Int(ceilMode ? steps.rounded(.up) : steps.rounded(.down)) + 1
            return ceilMode && (count - 1) * stride >= size + padding ? count - 1 : count
        }
        let output = shape.with(height: outputSize(shape.height), width: outputSize(shape.width))
        return .computed(output) { n, oy, ox, c in
            var largest = -Double.infinity
            var sum = 0.0
            var inside = 0
            var padded = 0
            for y in (oy * stride - padding)..<(oy * stride - padding + kernel) {
                for x in (ox * stride - padding)..<(ox * stride - padding + kernel) {
                    if y < shape.height + padding && x < shape.width + padding { padded += 1 }
                    guard y >= 0 && y < shape.height && x >= 0 && x < shape.width else { continue }
                    inside += 1
                    largest = max(largest, self[n, y, x, c])
                    sum += self[n, y, x, c]
                }
            }
            switch kind {
            case .maximum: return largest
            case .average(let countsPadding): return sum / Double(countsPadding ? padded : inside)
            }
        }
    }

    /// The mean of each channel of each picture: `[N, 1, 1, C]`.
    package func globallyAveraged() -> ReferenceMap {
        .computed(shape.with(height: 1, width: 1)) { n, _, _, c in
            let values = channel(n, c)
            return values.reduce(0, +) / Double(values.count)
        }
    }

    /// Each channel of each picture to mean 0 and (biased) variance 1, then `gain · x + bias`.
    package func instanceNormalized(gain: [Float], bias: [Float], epsilon: Double) -> ReferenceMap {
        var moments: [(mean: Double, scale: Double)] = []
        for n in 0..<shape.batch {
            for c in 0..<shape.channels {
                let values = channel(n, c)
                let mean = values.reduce(0, +) / Double(values.count)
                let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count)
                moments.append((mean, 1 / (variance + epsilon).squareRoot()))
            }
        }
        return .computed(shape) { n, y, x, c in
            let (mean, scale) = moments[n * shape.channels + c]
            return (self[n, y, x, c] - mean) * scale * Double(gain[c]) + Double(bias[c])
        }
    }

    /// All values of one channel of one picture.
    private func channel(_ n: Int, _ c: Int) -> [Double] {
        (0..<shape.height * shape.width).map { values[(n * shape.height * shape.width + $0) * shape.channels + c] }
    }
}
