#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Weights and pictures from a formula, so that a golden result needs no weight file.
///
/// Value i of the tensor called NAME is `2 · (splitmix64(fnv1a64(NAME) xor SALT, i) >> 40) / 2²⁴ − 1`, in `[-1, 1)`,
/// scaled by the tensor's role. The script that made the goldens with the reference implementations uses the same
/// formula in numpy; the bits are the same.
package enum FormulaWeights {
    /// `count` values in `[-1, 1)`.
    package static func uniform(_ name: String, count: Int, salt: UInt64 = 0) -> [Double] {
        let seed = fnv1a64(name) ^ salt
        return [Double](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer.initializeElement(at: index, to: uniform(seed, index)) }
            initialized = count
        }
    }

    /// The tensor `name` of a state dictionary, in the framework's own order (convolutions `[O, I, kH, kW]`).
    ///
    /// Matrices and kernels are scaled by their fan-in, `gain · √(6 / (I · kH · kW))`; of vectors, `running_var` lies in
    /// `[0.5, 1.5)`, `running_mean` and `bias` in `[-0.1, 0.1)`, and the gain of a normalisation in `[0.5, 1)`.
    package static func weight(_ name: String, shape: [Int], salt: UInt64 = 0, gain: Double = 1) -> [Float] {
        let seed = fnv1a64(name) ^ salt
        let count = shape.reduce(1, *)
        let scale: (Double) -> Double
        if shape.count >= 2 {
            let fanIn = (6 / Double(shape.dropFirst().reduce(1, *))).squareRoot()
            scale = { $0 * gain * fanIn }
        } else if name.hasSuffix("running_var") {
            scale = { 1 + 0.5 * $0 }
        } else if name.hasSuffix("running_mean") || name.hasSuffix("bias") {
            scale = { 0.1 * $0 }
        } else {
            scale = { 0.75 + 0.25 * $0 }
        }
        return [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer.initializeElement(at: index, to: Float(scale(uniform(seed, index)))) }
            initialized = count
        }
    }

    /// A smooth picture plus noise in `[0, 1]`, `[N, C, H, W]`.
    ///
    /// Sine and cosine differ between libraries in the last bit of a double, so one value in some hundred million may
    /// differ from numpy's in the last bit of a float.
    package static func image(
        _ name: String, batch: Int, channels: Int, height: Int, width: Int, salt: UInt64 = 0
    ) -> [Float] {
        let noise = uniform(name, count: batch * channels * height * width, salt: salt)
        var values: [Float] = []
        values.reserveCapacity(noise.count)
        for b in 0..<batch {
            for k in 0..<channels {
                for y in 0..<height {
                    for x in 0..<width {
                        // Operations in numpy's order, for the same rounding.
                        let phaseX = 2 * Double.pi * (Double(x * (k + 1)) / Double(width) + 0.13 * Double(b))
                        let frequencyY = 2 - Double(k) * 0.5
                        let phaseY = 2 * Double.pi * (Double(y) * frequencyY / Double(height) + 0.21 * Double(k))
                        let smooth = 0.5 + 0.3 * sin(phaseX) * cos(phaseY)
                        values.append(Float(min(max(smooth + 0.15 * noise[values.count], 0), 1)))
                    }
                }
            }
        }
        return values
    }

    /// The hash of Fowler, Noll and Vo over the UTF-8 bytes of `text`.
    package static func fnv1a64(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }

    private static func uniform(_ seed: UInt64, _ index: Int) -> Double {
        let bits = SeededGenerator.mix(seed &+ UInt64(index + 1) &* 0x9E37_79B9_7F4A_7C15) >> 40
        return Double(bits) / 16_777_216 * 2 - 1
    }
}
