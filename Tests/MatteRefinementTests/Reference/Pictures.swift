import TensorCore

/// Numbers in [0, 1) from a seed (SplitMix64).
struct SeededNumbers {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> Float {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return Float((z ^ (z >> 31)) >> 40) / Float(1 << 24)
    }
}

extension Tensor {
    /// A picture of values that `value` gives for each place.
    static func picture(
        _ width: Int, _ height: Int, channels: Int = 1, _ value: (_ x: Int, _ y: Int, _ channel: Int) -> Float
    ) throws -> Tensor {
        let values = (0..<height).flatMap { y in
            (0..<width).flatMap { x in (0..<channels).map { value(x, y, $0) } }
        }
        return try Tensor(shape: TensorShape(height: height, width: width, channels: channels), values: values)
    }

    static func noise(_ width: Int, _ height: Int, channels: Int = 1, seed: UInt64) throws -> Tensor {
        var numbers = SeededNumbers(seed: seed)
        return try picture(width, height, channels: channels) { _, _, _ in numbers.next() }
    }
}

/// The greatest absolute difference.
func greatestDifference(_ a: [Float], _ b: [Double]) -> Double {
    zip(a, b).reduce(a.count == b.count ? 0 : .infinity) { max($0, abs(Double($1.0) - $1.1)) }
}
