import MatteRefinement
import TensorCore
import Threads

/// A drawn film with exact alpha: a bright textured subject before a dark textured ground, with camera noise, and mattes of
/// it that flicker as those of a network do.
struct Film {
    var width = 72
    var height = 48
    /// Standard deviation of camera noise, as a fraction of full scale.
    var noise: Float = 3 / 255
    /// Amplitude of the mattes' flicker: independent blotches of 4 × 4 pixels in every frame.
    var flicker: Float = 0.1
    /// Columns that the subject's two edges have moved by a given frame.
    var motion: (_ frame: Int) -> Float = { _ in 0 }
    /// Columns that everything has moved by a given frame.
    var pan: (_ frame: Int) -> Float = { _ in 0 }
    /// Brightness of a given frame.
    var light: (_ frame: Int) -> Float = { _ in 1 }

    /// Coverage of a pixel: the subject is a bar with upright edges.
    func alpha(_ x: Float, _ frame: Int) -> Float {
        let left = Float(width) * 0.3 + motion(frame) + pan(frame)
        let right = left + Float(width) * 0.35
        func covered(_ edge: Float) -> Float { min(max(x + 1 - edge, 0), 1) }
        return covered(left) - covered(right)
    }

    func truth(_ frame: Int) throws -> Tensor {
        try .picture(width, height) { x, _, _ in alpha(Float(x), frame) }
    }

    func picture(_ frame: Int, seed: UInt64 = 1) throws -> Tensor {
        var numbers = SeededNumbers(seed: seed &* 1000 &+ UInt64(frame))
        let shift = pan(frame)
        return try .picture(width, height, channels: 3) { x, y, channel in
            let (u, v) = (Float(x) - shift, Float(y))
            let ground = 0.25 + 0.08 * Self.wave(u * 0.9 + v * 0.4) + 0.03 * Float(channel)
            let s = u - motion(frame)
            let subject = 0.65 + 0.08 * Self.wave(s * 0.7 - v * 0.5) - 0.05 * Float(channel)
            let a = alpha(Float(x), frame)
            // Three uniform numbers make a bell of variance 3 / 12.
            let bell = (numbers.next() + numbers.next() + numbers.next() - 1.5) * 2
            let value = light(frame) * (ground + (subject - ground) * a) + noise * bell
            return min(max(value, 0), 1)
        }
    }

    func matte(_ frame: Int, seed: UInt64 = 1) throws -> Tensor {
        var numbers = SeededNumbers(seed: seed &* 7000 &+ UInt64(frame))
        let columns = (width + 3) / 4
        let blotches = (0..<columns * ((height + 3) / 4)).map { _ in (2 * numbers.next() - 1) * flicker }
        return try .picture(width, height) { x, y, _ in
            min(max(alpha(Float(x), frame) + blotches[y / 4 * columns + x / 4], 0), 1)
        }
    }

    /// A triangle wave between −1 and 1 with a period of about 6.
    private static func wave(_ x: Float) -> Float {
        let phase = x / 6 - (x / 6).rounded(.down)
        return 4 * abs(phase - 0.5) - 1
    }
}

extension TemporalFilter {
    /// A matte averaged with those before it.
    func callAsFunction(
        _ matte: Tensor, guide: TensorRows, state: inout TemporalState, pool: ThreadPool = .shared
    ) throws -> Tensor {
        var matte = matte
        try apply(to: &matte, guide: guide, state: &state, pool: pool)
        return matte
    }
}

extension Film {
    /// A frame's mattes.
    struct Frame {
        let number: Int
        /// As the network made it.
        let matte: [Float]
        /// As the filter left it.
        let filtered: [Float]
        let truth: [Float]
    }

    func run(_ filter: TemporalFilter = TemporalFilter(), frames: Int = 14) throws -> [Frame] {
        var state = TemporalState()
        return try (0..<frames).map { number in
            let matte = try self.matte(number)
            let filtered = try filter(matte, guide: TensorRows(try picture(number)), state: &state)
            return Frame(
                number: number, matte: matte.values, filtered: filtered.values, truth: try truth(number).values)
        }
    }
}

/// The mean absolute change from frame to frame, after the first frames, over pixels that `isCounted` selects.
func meanStep(
    _ frames: [Film.Frame], after settled: Int = 8, _ values: (Film.Frame) -> [Float],
    where isCounted: (Int) -> Bool = { _ in true }
) -> Double {
    var (sum, count) = (0.0, 0)
    for (before, after) in zip(frames.dropFirst(settled), frames.dropFirst(settled + 1)) {
        let (a, b) = (values(before), values(after))
        for index in a.indices where isCounted(index) {
            sum += Double(abs(b[index] - a[index]))
            count += 1
        }
    }
    return sum / Double(max(count, 1))
}

/// The mean absolute error of the frames after the first, over pixels that `isCounted` selects.
func meanError(
    _ frames: [Film.Frame], _ values: (Film.Frame) -> [Float], where isCounted: (Film.Frame, Int) -> Bool
) -> Double {
    var (sum, count) = (0.0, 0)
    for frame in frames.dropFirst() {
        let values = values(frame)
        for index in values.indices where isCounted(frame, index) {
            sum += Double(abs(values[index] - frame.truth[index]))
            count += 1
        }
    }
    return sum / Double(max(count, 1))
}
