/// SplitMix64 (Steele, Lea, Flood 2014): the same numbers from the same seed on every platform.
///
/// A failing test names its seed; the seed alone repeats it.
package struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mix(state)
    }

    /// Uniform in `[-1, 1)`, 24 bits: every value is exact as a `Float`.
    package mutating func value() -> Float { Float(next() >> 40) / 0x80_0000 - 1 }

    /// `count` values, uniform in `[-scale, scale)`.
    package mutating func values(_ count: Int, scale: Float = 1) -> [Float] {
        [Float](unsafeUninitializedCapacity: count) { buffer, initialized in
            for index in 0..<count { buffer.initializeElement(at: index, to: value() * scale) }
            initialized = count
        }
    }

    /// One of `choices`, which are not empty.
    package mutating func pick<Choice>(_ choices: [Choice]) -> Choice {
        choices[Int.random(in: 0..<choices.count, using: &self)]
    }

    /// The finalizer: every bit of the state into every bit of the result.
    static func mix(_ state: UInt64) -> UInt64 {
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
