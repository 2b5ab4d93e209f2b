import Foundation
import TensorCore
import TestSupport
import Testing

/// Attention over scales against its definition in double precision.
@Suite struct ScaleAttentionTests {
    @Test(arguments: sweptSizes) func everySize(height: Int) {
        var random = SeededGenerator(seed: UInt64(height))
        for channels in sweptChannels {
            let width = random.pick(sweptSizes)
            let count = random.pick([1, 2, 3, 4])
            let batch = random.pick([1, 2])
            let features = (0..<count).map { scale in
                random.map(batch, max(height >> scale, 1), max(width >> scale, 1), channels)
            }
            let logits = features.map { map in
                random.map(batch, map.shape.height, map.shape.width, 1)
            }
            // Interpolated features err by 2e-5 as those of a bilinear resize; weights of a softmax sum to 1.
            OperatorRunner.expect(
                ScaleAttention(), features + logits, computes: Self.reference(features, logits), absolute: 4e-5,
                relative: 0, pools: [Pools.all[0], random.pick(Pools.all)])
        }
    }

    /// The exponential neither overflows nor forgets the largest logit.
    @Test func extremeLogits() {
        let shape = TensorShape(trusted: 1, 1, 11, 1)
        let features = [1.0, 2, 4].map { ReferenceMap(shape, values: [Double](repeating: $0, count: 11)) }
        let logits = [1e30, -1e30, 80.0].map { ReferenceMap(shape, values: [Double](repeating: $0, count: 11)) }
        OperatorRunner.expect(
            ScaleAttention(), features + logits, computes: features[0], absolute: 1e-6, relative: 0)
    }

    /// Σ softmax(logits)ₖ · featuresₖ at the first map's size.
    private static func reference(_ features: [ReferenceMap], _ logits: [ReferenceMap]) -> ReferenceMap {
        let shape = features[0].shape
        func enlarged(_ map: ReferenceMap) -> [Double] {
            map.resized(height: shape.height, width: shape.width, alignsCorners: false).values
        }
        let (features, logits) = (features.map(enlarged), logits.map(enlarged))
        var values = [Double](repeating: 0, count: shape.elementCount)
        for pixel in 0..<shape.pixelCount {
            let exponentials = logits.map { exp($0[pixel]) }
            let sum = exponentials.reduce(0, +)
            for (scale, weight) in exponentials.enumerated() {
                for channel in 0..<shape.channels {
                    let index = pixel * shape.channels + channel
                    values[index] += weight / sum * features[scale][index]
                }
            }
        }
        return ReferenceMap(shape, values: values)
    }
}
