import TensorCore
import TestSupport
import Testing

/// Operators that move values and change none: exact.
@Suite struct RearrangementTests {
    @Test(arguments: sweptChannels) func depthToSpace(channels: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        for height in [1, 2, 9] {
            let input = random.map(2, height, random.pick(sweptSizes), 4 * channels)
            OperatorRunner.expect(DepthToSpace(), [input], computes: input.depthToSpace(), absolute: 0, relative: 0)
        }
    }

    @Test(arguments: sweptChannels) func canvasPadsAndCuts(channels: Int) {
        var random = SeededGenerator(seed: UInt64(channels))
        for (height, width) in [(5, 7), (6, 8), (5, 8), (4, 7), (1, 1), (6, 3), (3, 11)] {
            let input = random.map(2, 5, 7, channels)
            OperatorRunner.expect(
                CropOrPad(height: height, width: width), [input], computes: input.framed(height: height, width: width),
                absolute: 0, relative: 0)
        }
    }

    @Test(arguments: [1, 2, 3, 8], [false, true]) func gridToChannels(cells: Int, columnsFirst: Bool) {
        var random = SeededGenerator(seed: UInt64(cells))
        for (height, width, channels) in [(1, 1, 3), (2, 5, 3), (3, 1, 1), (1, 4, 9)] {
            let input = random.map(2, cells * height, cells * width, channels)
            OperatorRunner.expect(
                GridToChannels(cells: cells, order: columnsFirst ? .columnRowChannel : .channelRowColumn), [input],
                computes: input.gridToChannels(cells: cells, columnsFirst: columnsFirst), absolute: 0, relative: 0)
        }
    }
}
