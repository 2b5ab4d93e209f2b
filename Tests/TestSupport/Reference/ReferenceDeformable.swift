import KernelInterface
import TensorCore

extension ReferenceMap {
    /// A modulated deformable convolution from its definition:
    /// `y[n, oy, ox, o] = activation(Σ m_t · x(oy − k/2 + i + dy_t, ox − k/2 + j + dx_t) · w[o, c, i, j] + b[o])`, where
    /// `x(·, ·)` lies between four pixels, of which those outside are 0, and t = i · k + j.
    ///
    /// - Parameters:
    ///   - oihw: `[outputChannels, C, k, k]`.
    ///   - offsets: `[N, H, W, 2 · k²]`, dy and dx of tap after tap.
    ///   - modulation: `[N, H, W, k²]`.
    package func deformablyConvolved(
        oihw: [Float], bias: [Float]?, outputChannels: Int, kernel: Int, offsets: ReferenceMap,
        modulation: ReferenceMap, activation: Activation = .none
    ) -> ReferenceMap {
        func sample(_ n: Int, _ y: Double, _ x: Double, _ c: Int) -> Double {
            guard y > -1, y < Double(shape.height), x > -1, x < Double(shape.width) else { return 0 }
            let (top, left) = (Int(y.rounded(.down)), Int(x.rounded(.down)))
            var sum = 0.0
            for iy in [top, top + 1] where iy >= 0 && iy < shape.height {
                for ix in [left, left + 1] where ix >= 0 && ix < shape.width {
                    sum += self[n, iy, ix, c] * (1 - abs(y - Double(iy))) * (1 - abs(x - Double(ix)))
                }
            }
            return sum
        }
        // What each tap sees is the same for all output channels.
        let seen = ReferenceMap.computed(shape.with(channels: kernel * kernel * shape.channels)) { n, oy, ox, index in
            let (tap, c) = index.quotientAndRemainder(dividingBy: shape.channels)
            let y = Double(oy - kernel / 2 + tap / kernel) + offsets[n, oy, ox, 2 * tap]
            let x = Double(ox - kernel / 2 + tap % kernel) + offsets[n, oy, ox, 2 * tap + 1]
            return modulation[n, oy, ox, tap] * sample(n, y, x, c)
        }
        return .computed(shape.with(channels: outputChannels)) { n, oy, ox, o in
            var sum = bias.map { Double($0[o]) } ?? 0
            for tap in 0..<kernel * kernel {
                for c in 0..<shape.channels {
                    sum +=
                        seen[n, oy, ox, tap * shape.channels + c]
                        * Double(oihw[(o * shape.channels + c) * kernel * kernel + tap])
                }
            }
            return activation.reference(sum)
        }
    }
}
