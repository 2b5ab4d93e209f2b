import TensorCore

/// Channels of a wider map on either side of the one under test.
package struct Slack: Sendable, CustomStringConvertible {
    package let before: Int
    package let after: Int

    package init(before: Int, after: Int) {
        self.before = before
        self.after = after
    }

    /// Contiguous, and slices with the neighbours of a concatenation: aligned to a vector and not.
    package static let all = [Slack(before: 0, after: 0), Slack(before: 8, after: 0), Slack(before: 3, after: 5)]

    package var description: String { "\(before)+\(after)" }
}

/// A map, perhaps a slice of a wider one, whose neighbours are canaries.
///
/// The canary is a NaN: an operator that writes beside its slice changes its bits, one that computes with what lies
/// beside it spoils its own result.
package final class GuardedMap {
    package let map: FeatureMap
    private let memory: UnsafeMutableBufferPointer<Float>
    private let slack: Slack

    private static let canary: UInt32 = 0x7FC0_5EED
    /// Floats before and after the map: more than any vector reaches.
    private static let margin = 64

    /// A map of canaries, which an operator has to overwrite.
    package init(_ shape: TensorShape, slack: Slack) {
        let pixelStride = slack.before + shape.channels + slack.after
        self.slack = slack
        self.memory = .allocate(capacity: shape.pixelCount * pixelStride + 2 * Self.margin)
        memory.initialize(repeating: Float(bitPattern: Self.canary))
        guard let start = memory.baseAddress else { fatalError("no memory for a test") }
        let base = start + Self.margin + slack.before
        self.map = FeatureMap(base: base, shape: shape, pixelStride: pixelStride)
    }

    package convenience init(_ reference: ReferenceMap, slack: Slack) {
        self.init(reference.shape, slack: slack)
        for pixel in 0..<map.shape.pixelCount {
            for c in 0..<map.shape.channels {
                map.base[pixel * map.pixelStride + c] = Float(reference.values[pixel * map.shape.channels + c])
            }
        }
    }

    deinit { memory.deallocate() }

    /// The values between the canaries.
    package var values: [Float] {
        (0..<map.shape.pixelCount).flatMap { pixel in
            UnsafeBufferPointer(start: map.base + pixel * map.pixelStride, count: map.shape.channels)
        }
    }

    /// Canaries that are gone.
    package var overwrittenCount: Int {
        var count = 0
        let end = memory.count - Self.margin
        for (index, value) in memory.enumerated() where value.bitPattern != Self.canary {
            let channel = index < Self.margin || index >= end ? -1 : (index - Self.margin) % map.pixelStride
            if channel < slack.before || channel >= map.pixelStride - slack.after { count += 1 }
        }
        return count
    }
}
