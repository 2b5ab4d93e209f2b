import TensorCore
import Testing
import TestSupport
import Threads
import WeightFiles

@testable import MattingNetworks

/// Robust Video Matting against its reference implementation, frame after frame, on weights and pictures made by formula.
@Suite struct RobustVideoMattingTests {
    /// Largest absolute error of alpha, foreground and state. Sums of some thousand float products in another order differ
    /// by some 1e-6; the reference itself is float, and errors of some sixty layers and three frames add up.
    private static let tolerance = 2e-5

    @Test func threeFramesAgreeWithTheReference() throws {
        let golden = try GoldenFile(fixture: "Goldens/rvm-mobilenetv3/golden.safetensors")
        // Half of 128 pixels.
        let model = try Self.model(baseSide: 64)
        #expect(model.isRecurrent)
        try expectFrames(["frame0", "frame1", "frame2"], of: golden, by: model)
    }

    /// Sides that no halving divides: maps are rounded up on the way down and cropped on the way up.
    @Test func oddSizesAgreeWithTheReference() throws {
        let golden = try GoldenFile(fixture: "Goldens/rvm-mobilenetv3/odd.safetensors")
        try expectFrames(["whole0", "whole1"], of: golden, by: Self.model(baseSide: 67))
        try expectFrames(["shrunk0"], of: golden, by: Self.model(baseSide: 48))
    }

    /// What only the foreground needs is not computed for the matte.
    @Test func matteAloneTakesFewerSteps() throws {
        let model = try Self.model(baseSide: 32)
        let shape = TensorShape(trusted: 1, 48, 64, 3)
        let (alone, both) = (try model.plan(shape), try model.plan(shape, outputCount: 2))
        #expect(alone.outputShapes.map(\.channels) == [1, 16, 20, 40, 64])
        #expect(both.outputShapes.map(\.channels) == [1, 3, 16, 20, 40, 64])
        let guided = { (plan: Plan) in plan.steps.count { $0.summary.hasPrefix("guided") } }
        #expect(guided(alone) == 1 && guided(both) == 2)
        #expect(alone.steps.allSatisfy { $0.outputShape.height < 48 || $0.outputShape.channels == 1 })
    }

    private func expectFrames(_ frames: [String], of golden: GoldenFile, by model: NetworkModel) throws {
        let pool = ThreadPool(threadCount: 2)
        var state = NetworkState()
        for frame in frames {
            let input = try golden.tensor("\(frame).input")
            let plan = try model.plan(input.shape, outputCount: 2)
            let outputs = try model.run(plan, input, state: &state, pool: pool)
            #expect(outputs.count == 2 && state.maps.count == 4)
            let names = ["alpha", "foreground"] + (1...4).map { "r\($0)" }
            for (name, output) in zip(names, outputs + state.maps) {
                expectClose(
                    output, try golden.tensor("\(frame).\(name)"), absolute: Self.tolerance, relative: 0,
                    "\(name) of \(frame)")
            }
        }
    }

    private static func model(baseSide: Int) throws -> NetworkModel {
        let manifest = try GoldenManifest(fixture: "Goldens/rvm-mobilenetv3/tensors.json")
        var writer = WeightFileWriter(metadata: ["input.base_side": "\(baseSide)"])
        for (name, shape) in manifest.tensors {
            try writer.add(name, shape: shape, values: manifest.values(name) ?? [])
        }
        let file = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "by formula") }
        let model = try NetworkModel(file)
        #expect(model.architecture == .robustVideoMatting, "recognised by its tensors alone")
        return model
    }
}
