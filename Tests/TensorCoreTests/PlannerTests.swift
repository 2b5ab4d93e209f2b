import KernelInterface
import TensorCore
import Testing
import TestSupport

/// What the planner leaves out, fuses and places, and that results stay those of the plain evaluation.
@Suite struct PlannerTests {
    @Test func outputsNotAskedForCostNoSteps() throws {
        let net = MirroredGraph()
        let input = try net.input(4, 5, 3)
        let first = net.convolution(input, outputs: 8, label: "first")
        let side = net.convolution(net.convolution(first, outputs: 64, label: "side.0"), outputs: 1, label: "side.1")
        let last = net.convolution(first, outputs: 2, label: "last")

        let both = try net.expectPlan(of: [last, side])
        #expect(both.steps.map(\.label) == ["first", "side.0", "side.1", "last"])
        let one = try net.expectPlan(of: [last])
        #expect(one.steps.map(\.label) == ["first", "last"])
        #expect(one.multiplyAccumulates == 4 * 5 * 9 * (3 * 8 + 8 * 2))
        #expect(one.arenaCount < both.arenaCount)
    }

    @Test func unusedInputsAreStillGiven() throws {
        let net = MirroredGraph()
        _ = try net.input(9, 9, 2)
        let used = try net.input(3, 3, 2)
        let plan = try net.expectPlan(of: [net.relu(used)])
        #expect(plan.inputShapes.count == 2)
        #expect(plan.kinds == ["relu"])
    }

    // MARK: Residuals

    @Test(arguments: [false, true], [1, 3]) func residualIsFusedBothWaysRound(convolutionFirst: Bool, kernel: Int)
        throws
    {
        let net = MirroredGraph()
        let input = try net.input(7, 5, 9, batch: 2)
        let convolution = net.convolution(input, kernel: kernel, activation: .hardSwish, label: "block")
        let sum = convolutionFirst ? net.add(convolution, input) : net.add(input, convolution)
        let plan = try net.expectPlan(of: [sum])
        #expect(plan.kinds == ["convolution"])
        #expect(plan.steps.map(\.label) == ["block"], "a fused layer keeps its name")
        #expect(plan.multiplyAccumulates == 2 * 35 * 81 * kernel * kernel)
    }

    @Test func depthwiseTakesAResidual() throws {
        let net = MirroredGraph()
        let input = try net.input(7, 5, 9)
        let plan = try net.expectPlan(of: [net.add(net.convolution(input, isDepthwise: true), input)])
        #expect(plan.kinds == ["convolution"])
    }

    @Test func convolutionUsedTwiceIsNotFused() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 5, 4)
        let convolution = net.convolution(input)
        let sum = net.add(convolution, input)
        // Read by another layer, added to itself, or asked for as an output.
        #expect(try net.expectPlan(of: [net.concatenate([sum, convolution])]).kinds == ["convolution", "add"])
        #expect(try net.expectPlan(of: [net.add(convolution, convolution)]).kinds == ["convolution", "add"])
        #expect(try net.expectPlan(of: [sum, convolution]).kinds == ["convolution", "add"])
        // A use that no output needs does not count.
        #expect(try net.expectPlan(of: [sum]).kinds == ["convolution"])
    }

    @Test func onlyOneOfTwoConvolutionsIsFused() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 5, 4)
        let sum = net.add(net.convolution(input, label: "left"), net.convolution(input, label: "right"))
        let plan = try net.expectPlan(of: [sum])
        #expect(plan.steps.map(\.label) == ["left", "right"])
    }

    @Test func chainOfSumsFusesOneResidual() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 5, 4)
        let inner = net.add(net.convolution(input), input)
        #expect(try net.expectPlan(of: [net.add(inner, input)]).kinds == ["convolution", "add"])
        #expect(try net.expectPlan(of: [net.add(net.relu(input), inner)]).kinds == ["convolution", "relu", "add"])
    }

    @Test func residualChainOfBlocks() throws {
        let net = MirroredGraph()
        var map = try net.input(6, 6, 8)
        for _ in 0..<4 { map = net.add(map, net.convolution(net.convolution(map, outputs: 16), outputs: 8)) }
        #expect(try net.expectPlan(of: [map]).kinds == [String](repeating: "convolution", count: 8))
    }

    // MARK: Concatenation

    @Test func concatenationCostsNoStep() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 7, 3, batch: 2)
        let parts = [5, 8, 1].map { net.convolution(input, outputs: $0) }
        let joined = net.concatenate(parts)
        #expect(try net.expectPlan(of: [joined]).kinds == ["convolution", "convolution", "convolution"])
        #expect(
            try net.expectPlan(of: [net.convolution(joined, outputs: 4)]).kinds
                == ["convolution", "convolution", "convolution", "convolution"])
        // The parts are still read one by one.
        try net.expectPlan(of: [net.convolution(joined, outputs: 2)] + parts)
    }

    @Test func everyOperatorWritesIntoItsSlice() throws {
        let net = MirroredGraph()
        let input = try net.input(4, 6, 9, batch: 2)
        let gain = [Float](repeating: 1.5, count: 9)
        let parts = [
            net.convolution(input, outputs: 3), net.convolution(input, isDepthwise: true),
            net.convolution(input, outputs: 130, kernel: 1), net.add(input, input), net.relu(input),
            net.apply(InstanceNorm(gain: gain, bias: gain), [input]),
            net.apply(Pooling(.maximum, kernel: 3, stride: 1, padding: 1), [input]),
            net.apply(Pooling(.average(countsPadding: true), kernel: 3, stride: 1, padding: 1), [input]),
            net.apply(BilinearResize(height: 4, width: 6), [input]),
            net.apply(ChannelScale(), [input, net.apply(GlobalAveragePool(), [input])]),
            net.add(net.convolution(input, outputs: 9), input),
        ]
        let joined = net.concatenate(parts)
        let plan = try net.expectPlan(of: [joined])
        #expect(!plan.kinds.contains("concatenate"))
        // And reads from it.
        let outputs = parts.map { net.apply(BilinearResize(height: 3, width: 3), [$0]) } + [net.relu(joined)]
        try net.expectPlan(of: outputs + [joined])
    }

    // MARK: Slices

    @Test func slicesCostNoStep() throws {
        let net = MirroredGraph()
        let map = net.convolution(try net.input(5, 7, 3, batch: 2), outputs: 9)
        let halves = [net.apply(ChannelSlice(0..<4), [map]), net.apply(ChannelSlice(4..<9), [map])]
        let inner = net.apply(ChannelSlice(1..<3), [halves[1]])
        #expect(try net.expectPlan(of: halves + [inner]).kinds == ["convolution"])
        #expect(try net.expectPlan(of: [net.relu(inner), net.relu(halves[0])]).kinds.count == 3)
    }

    @Test func sliceOfAnInputIsReadInPlace() throws {
        let net = MirroredGraph()
        let slice = net.apply(ChannelSlice(2..<5), [try net.input(5, 7, 6)])
        #expect(try net.expectPlan(of: [slice]).steps.isEmpty)
        #expect(try net.expectPlan(of: [net.convolution(slice, outputs: 8)]).kinds == ["convolution"])
    }

    /// What a gated recurrent unit on half of the channels does: one half goes on, the other is replaced.
    @Test func sliceIsCopiedIntoAConcatenation() throws {
        let net = MirroredGraph()
        let map = net.convolution(try net.input(5, 7, 3), outputs: 16)
        let halves = [net.apply(ChannelSlice(0..<8), [map]), net.apply(ChannelSlice(8..<16), [map])]
        let joined = net.concatenate([halves[0], net.relu(halves[1])])
        #expect(try net.expectPlan(of: [joined]).kinds == ["convolution", "relu", "concatenate"])
        // The map that is cut lies in a concatenation itself.
        try net.expectPlan(of: [net.concatenate([map, joined, halves[1]]), map])
    }

    @Test func graphInputIsCopiedIntoAConcatenation() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 7, 3)
        let other = net.convolution(input, outputs: 2)
        #expect(try net.expectPlan(of: [net.concatenate([input, other])]).kinds == ["convolution", "concatenate"])
        #expect(try net.expectPlan(of: [net.concatenate([other, input])]).kinds == ["convolution", "concatenate"])
        #expect(try net.expectPlan(of: [net.concatenate([input, input])]).kinds == ["concatenate"])
        #expect(try net.expectPlan(of: [net.concatenate([input])]).kinds == ["concatenate"])
    }

    @Test func sameMapTwiceIsCopiedOnce() throws {
        let net = MirroredGraph()
        let map = net.convolution(try net.input(5, 7, 3), outputs: 5)
        let plan = try net.expectPlan(of: [net.concatenate([map, map])])
        #expect(plan.kinds == ["convolution", "concatenate"])
        try net.expectPlan(of: [net.concatenate([map, net.relu(map), map]), map])
    }

    @Test func nestedConcatenationsCostNoStep() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 7, 3)
        let parts = (1...4).map { net.convolution(input, outputs: $0) }
        let inner = net.concatenate([parts[0], parts[1]])
        let outer = net.concatenate([parts[2], inner, parts[3]])
        let plan = try net.expectPlan(of: [outer])
        #expect(!plan.kinds.contains("concatenate"))
        let outermost = net.concatenate([outer, net.convolution(inner, outputs: 2)])
        #expect(try !net.expectPlan(of: [outermost, inner]).kinds.contains("concatenate"))
        // The inner one with an input of the graph: its copy lands in the outer one.
        let mixed = net.concatenate([parts[3], net.concatenate([input, parts[0]])])
        #expect(try net.expectPlan(of: [mixed]).kinds == ["convolution", "convolution", "concatenate"])
    }

    @Test func mapInTwoConcatenationsIsCopiedIntoTheSecond() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 7, 3)
        let (a, b) = (net.convolution(input, outputs: 4), net.convolution(input, outputs: 9))
        let (first, second) = (net.concatenate([a, b]), net.concatenate([b, a]))
        let plan = try net.expectPlan(of: [first, second])
        #expect(plan.kinds == ["convolution", "convolution", "concatenate"])
        // One concatenation in two others, and beside its own part.
        let joined = net.concatenate([first, a, second])
        try net.expectPlan(of: [joined, net.concatenate([second, first]), net.concatenate([first, first])])
    }

    @Test func outputsMayRepeatAndBeInputs() throws {
        let net = MirroredGraph()
        let input = try net.input(5, 7, 3, batch: 2)
        let map = net.relu(input)
        try net.expectPlan(of: [map, input, map])
        #expect(try net.expectPlan(of: [input]).steps.isEmpty)
    }

    // MARK: Memory

    @Test func chainNeedsTwoMapsAtATime() throws {
        let net = MirroredGraph()
        var map = try net.input(8, 8, 16)
        for _ in 0..<10 { map = net.convolution(map, outputs: 16) }
        let plan = try net.expectPlan(of: [map])
        #expect(plan.arenaCount == 2 * 8 * 8 * 16)
    }

    @Test func encoderAndDecoderShareMemory() throws {
        let net = MirroredGraph()
        var map = try net.input(16, 16, 4)
        var skips: [MirroredGraph.Map] = []
        for _ in 0..<3 {
            map = net.convolution(map, outputs: 8)
            skips.append(map)
            map = net.apply(Pooling(.maximum, kernel: 2, stride: 2), [map])
        }
        for skip in skips.reversed() {
            map = net.apply(BilinearResize(height: skip.shape.height, width: skip.shape.width), [map])
            map = net.convolution(net.concatenate([map, skip]), outputs: 8)
        }
        let plan = try net.expectPlan(of: [map])
        #expect(!plan.kinds.contains("concatenate"))
        #expect(plan.arenaCount < net.maps.dropFirst().reduce(0) { $0 + $1.shape.elementCount })
    }
}
