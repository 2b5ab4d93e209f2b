import KernelInterface
import TensorCore
import TestSupport
import Testing

/// A linear function of a fine picture with coarse coefficients against its definition.
@Suite struct GuidedLinearTests {
    @Test(arguments: sweptSizes) func everySize(height: Int) {
        var random = SeededGenerator(seed: UInt64(height))
        for target in sweptSizes {
            for guideCount in [1, 3] {
                let (width, targetWidth) = (random.pick(sweptSizes), random.pick(sweptSizes))
                let batch = random.pick([1, 3])
                let picture = random.map(batch, target, targetWidth, 3)
                let slopes = random.map(batch, height, width, guideCount)
                let offsets = random.map(batch, height, width, guideCount)
                let guides = (0..<guideCount).map { _ in SIMD3(random.values(3, scale: 1)) }
                let activation = random.pick([Activation.none, .clamped])
                let guide = ReferenceMap.computed(slopes.shape.with(height: target, width: targetWidth)) { n, y, x, c in
                    (0..<3).reduce(0) { $0 + picture[n, y, x, $1] * Double(guides[c][$1]) }
                }
                let result = slopes.resized(height: target, width: targetWidth).multiplied(by: guide)
                    .adding(offsets.resized(height: target, width: targetWidth)).activated(activation)
                // Source positions up to 33 in floats err by some 2⁻¹⁹; slopes of neighbours differ by up to 2, guides reach
                // 3.
                OperatorRunner.expect(
                    GuidedLinear(guides: guides, activation: activation), [picture, slopes, offsets],
                    computes: result, absolute: 6e-5, relative: 0, pools: [Pools.all[0], random.pick(Pools.all)])
            }
        }
    }
}
