import KernelInterface
import TensorCore
import Testing
import TestSupport
import Threads

/// A network written twice: into a ``Graph``, and evaluated at once with every map in memory of its own.
///
/// Both use the same operators, so a plan has to give the same bits, whatever it fuses, shares or leaves out.
final class MirroredGraph {
    struct Map {
        let value: Value
        let contents: ReferenceMap
        var shape: TensorShape { contents.shape }
    }

    let graph = Graph()
    private(set) var inputs: [Tensor] = []
    private(set) var maps: [Map] = []
    private(set) var random: SeededGenerator

    init(seed: UInt64 = 1) { random = SeededGenerator(seed: seed) }

    func input(_ height: Int, _ width: Int, _ channels: Int, batch: Int = 1) throws -> Map {
        let contents = random.map(batch, height, width, channels)
        try inputs.append(Tensor(shape: contents.shape, values: contents.values.map { Float($0) }))
        return keep(Map(value: graph.input(contents.shape), contents: contents))
    }

    func apply(_ layer: some GraphOperator, _ inputs: [Map], label: String = "") -> Map {
        let (shape, values) = OperatorRunner.run(
            layer, inputs.map(\.contents), slacks: [Slack(before: 0, after: 0)], pool: Pools.all[0])
        let value = graph.append(layer, inputs.map(\.value), label: label)
        #expect(value.shape == shape)
        return keep(Map(value: value, contents: ReferenceMap(shape, values: values)))
    }

    func concatenate(_ inputs: [Map]) -> Map {
        let value = graph.append(Concatenation(), inputs.map(\.value))
        return keep(Map(value: value, contents: .concatenated(inputs.map(\.contents))))
    }

    func inRowBands(_ body: () -> Map) -> Map {
        var map: Map?
        _ = graph.inRowBands {
            let last = body()
            map = last
            return last.value
        }
        guard let map else { preconditionFailure("the body of a band runs") }
        return map
    }

    func add(_ left: Map, _ right: Map) -> Map { apply(Addition(), [left, right]) }
    func relu(_ input: Map) -> Map { apply(ActivationLayer(.relu), [input]) }

    func convolution(
        _ input: Map, outputs: Int? = nil, kernel: Int = 3, stride: Int = 1,
        padding: ConvolutionGeometry.Padding? = nil, activation: Activation = .relu,
        isDepthwise: Bool = false, label: String = ""
    ) -> Map {
        let channels = input.shape.channels
        let outputs = isDepthwise ? channels : outputs ?? channels
        let depth = kernel * kernel * (isDepthwise ? 1 : channels)
        guard
            let weights = try? ConvolutionWeights(
                oihw: random.values(outputs * depth, scale: (3 / Float(depth)).squareRoot()),
                bias: random.values(outputs), inputChannels: channels, outputChannels: outputs,
                geometry: ConvolutionGeometry(
                    kernel: kernel, stride: stride, padding: padding, groups: isDepthwise ? channels : 1))
        else { preconditionFailure("no memory for the weights of a test") }
        return apply(Convolution(weights, activation: activation), [input], label: label)
    }

    /// For draws that depend on the same seed as the weights.
    func draw<Result>(_ body: (inout SeededGenerator) -> Result) -> Result { body(&random) }

    /// Plans `outputs`, runs the plan and expects the bits of the evaluation.
    @discardableResult
    func expectPlan(
        of outputs: [Map], workspace: Workspace = Workspace(), pools: [ThreadPool] = [Pools.all[0], Pools.all[2]],
        _ context: String = "", sourceLocation: SourceLocation = #_sourceLocation
    ) throws -> Plan {
        let plan = try Plan(outputs: outputs.map(\.value))
        #expect(plan.outputShapes == outputs.map(\.shape), "\(context)", sourceLocation: sourceLocation)
        for pool in pools {
            let results = try plan.run(inputs, workspace: workspace, pool: pool)
            for (number, (result, output)) in zip(results, outputs).enumerated()
            where !isSame(result, output.contents) {
                Issue.record(
                    "output \(number) of \(plan.steps.map(\.summary)) differs: \(context)",
                    sourceLocation: sourceLocation)
                // Says where and by how much.
                expectClose(
                    result, output.contents, absolute: 0, relative: 0, context, sourceLocation: sourceLocation)
            }
        }
        return plan
    }

    private func keep(_ map: Map) -> Map {
        maps.append(map)
        return map
    }

    private func isSame(_ tensor: Tensor, _ contents: ReferenceMap) -> Bool {
        tensor.shape == contents.shape
            && tensor.values.map(\.bitPattern) == contents.values.map { Float($0).bitPattern }
    }
}

extension Plan {
    /// First words of the steps' summaries: what is done, without sizes.
    var kinds: [String] { steps.map { String($0.summary.prefix { $0 != " " }) } }
}
