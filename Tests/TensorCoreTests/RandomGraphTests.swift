import KernelInterface
import TensorCore
import Testing
import TestSupport

/// Networks drawn at random: whatever the planner makes of them, the results are those of the plain evaluation.
@Suite struct RandomGraphTests {
    /// One workspace for all graphs of a test: what one leaves behind, the next finds.
    @Test(arguments: 0..<10) func planAgreesWithPlainEvaluation(series: Int) throws {
        let workspace = Workspace()
        for index in 0..<30 {
            let seed = UInt64(series * 1000 + index)
            var random = SeededGenerator(seed: seed)
            let net = MirroredGraph(seed: seed ^ 0xABCD)
            let batch = random.pick([1, 1, 2])
            for _ in 0..<random.pick([1, 2]) {
                _ = try net.input(
                    .random(in: 1...9, using: &random), .random(in: 1...9, using: &random),
                    random.pick([1, 2, 3, 7, 8, 9, 16]), batch: batch)
            }
            let count = Int.random(in: 5...25, using: &random)
            while net.maps.count < count { grow(net, &random) }
            // Any map may be asked for: inputs, parts of sums and concatenations, the same one twice.
            let outputs = (0..<random.pick([1, 1, 2, 3])).map { _ in random.pick(net.maps) } + [net.maps[count - 1]]
            try net.expectPlan(
                of: outputs.shuffled(using: &random), workspace: workspace,
                pools: [Pools.all[0], random.pick(Pools.all)], "seed \(seed)")
        }
    }

    /// Appends one or two layers to maps of the network.
    private func grow(_ net: MirroredGraph, _ random: inout SeededGenerator) {
        // Half of the time the latest map, so that networks are deep as well as wide.
        let map = Bool.random(using: &random) ? net.maps[net.maps.count - 1] : random.pick(net.maps)
        let shape = map.shape
        switch Int.random(in: 0..<18, using: &random) {
        case 0, 1:
            _ = net.convolution(
                map, outputs: random.pick([1, 2, 5, 8, 17]), kernel: random.pick([1, 3]),
                stride: random.pick([1, 1, 2]),
                activation: random.pick([.none, .relu, .relu6, .hardSwish, .sigmoid]))
        case 2:
            _ = net.convolution(map, stride: random.pick([1, 2]), isDepthwise: true)
        case 3, 4, 5:
            // A residual block, either way round.
            let body = net.convolution(map, kernel: random.pick([1, 3]), isDepthwise: random.pick([true, false]))
            _ = Bool.random(using: &random) ? net.add(body, map) : net.add(map, body)
        case 6:
            // A sum of any two maps of one shape, perhaps of sums.
            let partner = random.pick(net.maps.filter { $0.shape == shape })
            _ = net.add(map, partner)
        case 7, 8, 9, 10:
            // Up to four maps of one size, perhaps the same ones, perhaps concatenations.
            let partners = net.maps.filter { $0.shape.with(channels: 1) == shape.with(channels: 1) }
            let chosen = (0..<random.pick([0, 1, 1, 2, 3])).map { _ in random.pick(partners) }
            let all = ([map] + chosen).shuffled(using: &random)
            if all.reduce(0, { $0 + $1.shape.channels }) <= 100 { _ = net.concatenate(all) }
        case 11:
            let kind = random.pick([
                Pooling.Kind.maximum, .average(countsPadding: true), .average(countsPadding: false),
            ])
            let kernel = random.pick([2, 3])
            guard min(shape.height, shape.width) >= kernel else { return }
            _ = net.apply(
                Pooling(kind, kernel: kernel, stride: 2, padding: random.pick([0, 1]), ceilMode: true), [map])
        case 12:
            let target = random.pick(net.maps).shape
            _ = net.apply(
                BilinearResize(
                    height: target.height, width: target.width, alignsCorners: Bool.random(using: &random)), [map])
        case 13:
            let gain = random.values(shape.channels)
            _ = net.apply(InstanceNorm(gain: gain, bias: gain), [map])
        case 14:
            let means = net.apply(GlobalAveragePool(), [map])
            _ = net.apply(
                ChannelScale(), [map, Bool.random(using: &random) ? means : net.convolution(means, kernel: 1)])
        case 15, 16:
            // Some of its channels, perhaps of a slice, perhaps of an input.
            let first = Int.random(in: 0..<shape.channels, using: &random)
            _ = net.apply(ChannelSlice(first..<Int.random(in: first + 1...shape.channels, using: &random)), [map])
        default:
            _ = net.relu(map)
        }
    }
}
