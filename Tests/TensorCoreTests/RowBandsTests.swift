import KernelInterface
import TensorCore
import Testing
import TestSupport

/// Layers computed some rows at a time: the same results, in less memory, and only where it is possible.
@Suite struct RowBandsTests {
    /// What a decoder ends in: the map of half the size is doubled, joined with the picture, convolved twice.
    private struct Decoder {
        let net: MirroredGraph
        let outputs: [MirroredGraph.Map]

        init(
            height: Int, width: Int = 280, factor: Int = 2, batch: Int = 1, isBanded: Bool = true,
            readsBetween: Bool = false, alignsCorners: Bool = false
        ) throws {
            let net = MirroredGraph(seed: 7)
            let low = try net.input(height / factor, width / factor, 24, batch: batch)
            let picture = try net.input(height, width, 3, batch: batch)
            var outputs: [MirroredGraph.Map] = []
            func layers() -> MirroredGraph.Map {
                let doubled = net.apply(
                    BilinearResize(height: height, width: width, alignsCorners: alignsCorners), [low])
                let joined = net.concatenate([doubled, picture])
                let narrow = net.convolution(joined, outputs: 16, label: "stage")
                if readsBetween { outputs.append(narrow) }
                return net.convolution(narrow, outputs: 1, activation: .sigmoid, label: "head")
            }
            outputs.append(isBanded ? net.inRowBands(layers) : layers())
            self.net = net
            self.outputs = outputs
        }
    }

    @Test(arguments: [(288, 2, 1), (288, 2, 2), (320, 4, 1), (352, 1, 1)]) func decoderInBandsIsTheDecoder(
        height: Int, factor: Int, batch: Int
    ) throws {
        let whole = try Decoder(height: height, factor: factor, batch: batch, isBanded: false)
        let banded = try Decoder(height: height, factor: factor, batch: batch)
        let plain = try whole.net.expectPlan(of: whole.outputs)
        let plan = try banded.net.expectPlan(of: banded.outputs)
        #expect(plan.steps.map(\.label) == ["{stage,head}"])
        #expect(plan.multiplyAccumulates == plain.multiplyAccumulates)
        #expect(plan.arenaCount < plain.arenaCount * 6 / 10)
    }

    /// Rows that no tile divides: the same sums in another order.
    @Test(arguments: [286, 290, 338]) func heightsThatNoTileDivides(height: Int) throws {
        let decoder = try Decoder(height: height)
        let plan = try Plan(outputs: decoder.outputs.map(\.value))
        #expect(plan.steps.count == 1)
        let result = try plan.run(decoder.net.inputs, workspace: Workspace(), pool: Pools.all[0])
        // Winograd's sums of values near one, in single precision.
        expectClose(result[0], decoder.outputs[0].contents, absolute: 1e-5, relative: 0, "height \(height)")
    }

    /// The inverted residual of MobileNetV2 at stride 2, its padding one pixel at the end or on both sides; at stride 1 with
    /// its sum.
    @Test(arguments: [1, 2], [true, false]) func invertedResidual(stride: Int, padsTheEndAlone: Bool) throws {
        let net = MirroredGraph(seed: 8)
        let input = try net.input(224, 120, 16)
        let output = net.inRowBands {
            let wide = net.convolution(input, outputs: 96, kernel: 1, label: "block.expand")
            let padding =
                stride == 2 && padsTheEndAlone
                ? ConvolutionGeometry.Padding(top: 0, left: 0, bottom: 1, right: 1) : .init(1)
            let deep = net.convolution(
                wide, stride: stride, padding: padding, isDepthwise: true, label: "block.conv.depthwise")
            let narrow = net.convolution(deep, outputs: 16, kernel: 1, activation: .none, label: "block.conv.project")
            return stride == 1 ? net.add(narrow, input) : narrow
        }
        let plan = try net.expectPlan(of: [output])
        #expect(plan.steps.map(\.label) == ["block.{expand,conv.depthwise,conv.project}"])
    }

    @Test func readersKeepTheirMaps() throws {
        let decoder = try Decoder(height: 288, readsBetween: true)
        let plan = try decoder.net.expectPlan(of: decoder.outputs)
        #expect(plan.steps.map(\.label).suffix(2) == ["stage", "head"])
    }

    @Test func whatIsNotRowwiseStaysWhole() throws {
        let corners = try Decoder(height: 288, alignsCorners: true)
        #expect(try corners.net.expectPlan(of: corners.outputs).steps.count > 1)
        let thirds = try Decoder(height: 288, factor: 3)
        #expect(try thirds.net.expectPlan(of: thirds.outputs).steps.count > 1)
        let small = try Decoder(height: 96)
        #expect(try small.net.expectPlan(of: small.outputs).steps.count > 1)

        let net = MirroredGraph(seed: 9)
        let input = try net.input(288, 280, 32)
        let output = net.inRowBands {
            let map = net.relu(input)
            return net.apply(ChannelScale(), [map, net.apply(GlobalAveragePool(), [map])])
        }
        #expect(try net.expectPlan(of: [output]).steps.count == 3)
    }

    /// Threads and working memory of any plan before.
    @Test func bandsInAUsedWorkspace() throws {
        let workspace = Workspace()
        for height in [288, 96, 352] {
            let decoder = try Decoder(height: height)
            try decoder.net.expectPlan(of: decoder.outputs, workspace: workspace, pools: Pools.all, "height \(height)")
        }
    }
}
