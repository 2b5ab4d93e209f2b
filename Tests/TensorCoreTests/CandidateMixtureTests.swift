import Foundation
import TensorCore
import TestSupport
import Testing

@Suite struct CandidateMixtureTests {
    @Test(arguments: sweptSizes) func agreesWithItsDefinition(width: Int) {
        var random = SeededGenerator(seed: UInt64(width))
        let logits = random.map(2, 3, width, 4)
        let shown = random.map(2, 3, width, 7)
        // An exponential errs by 2e-7 of itself, and the weights add up to 1.
        OperatorRunner.expect(
            CandidateMixture(first: 2, second: 6), [logits, shown], computes: Self.reference(logits, shown, 2, 6),
            absolute: 2e-6, relative: 0)
    }

    @Test func extremeLogits() {
        let logits = ReferenceMap(
            TensorShape(trusted: 1, 1, 2, 4), values: [-1e30, 1e30, -1e30, 80, 90, 0, 1e30, 1e30] as [Double])
        let shown = ReferenceMap(TensorShape(trusted: 1, 1, 2, 2), values: [1, 1, -1, 1] as [Double])
        let expected = ReferenceMap(TensorShape(trusted: 1, 1, 2, 1), values: [0, 0.5] as [Double])
        OperatorRunner.expect(
            CandidateMixture(first: 0, second: 1), [logits, shown], computes: expected, absolute: 1e-6, relative: 0)
    }

    private static func reference(_ logits: ReferenceMap, _ shown: ReferenceMap, _ first: Int, _ second: Int)
        -> ReferenceMap
    {
        let values = (0..<logits.shape.pixelCount).map { pixel in
            let opinion = Array(logits.values[4 * pixel..<4 * pixel + 4])
            let candidates = [first, second].map { shown.values[pixel * shown.shape.channels + $0] / 2 + 0.5 }
            let weights = opinion[1...].map(exp)
            let sum = zip(weights, [1 / (1 + exp(-opinion[0]))] + candidates).reduce(0) { $0 + $1.0 * $1.1 }
            return sum / weights.reduce(0, +)
        }
        return ReferenceMap(logits.shape.with(channels: 1), values: values)
    }
}
