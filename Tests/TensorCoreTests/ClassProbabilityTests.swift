import Foundation
import TensorCore
import TestSupport
import Testing

@Suite struct ClassProbabilityTests {
    /// Counts around the eight classes that are one vector.
    @Test(arguments: [2, 3, 4, 7, 8, 9, 17], [1, 5, 33]) func agreesWithItsDefinition(classes: Int, width: Int) {
        var random = SeededGenerator(seed: UInt64(100 * classes + width))
        let logits = random.map(2, 3, width, classes)
        let chosen = [classes - 1, classes / 2]
        // An exponential errs by 2e-7 of itself; numerator and denominator are sums of positive ones.
        OperatorRunner.expect(
            ClassProbability(of: chosen, among: classes), [logits], computes: Self.reference(logits, Set(chosen)),
            absolute: 2e-6, relative: 0)
    }

    @Test func extremeLogits() {
        let logits = ReferenceMap(
            TensorShape(trusted: 1, 1, 3, 3), values: [-1e30, 1e30, 0, 300, 300, -300, 80, -80, 81] as [Double])
        let expected = ReferenceMap(
            TensorShape(trusted: 1, 1, 3, 1), values: [1, 0.5, exp(1) / (1 + exp(1))] as [Double])
        OperatorRunner.expect(
            ClassProbability(of: [1, 2], among: 3), [logits], computes: expected, absolute: 1e-6, relative: 0)
    }

    private static func reference(_ logits: ReferenceMap, _ chosen: Set<Int>) -> ReferenceMap {
        let count = logits.shape.channels
        let values = (0..<logits.shape.pixelCount).map { pixel in
            let powers = logits.values[count * pixel..<count * (pixel + 1)].map(exp)
            return chosen.reduce(0) { $0 + powers[$1] } / powers.reduce(0, +)
        }
        return ReferenceMap(logits.shape.with(channels: 1), values: values)
    }
}
