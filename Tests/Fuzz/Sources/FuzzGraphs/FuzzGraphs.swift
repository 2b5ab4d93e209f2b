import CFuzz

@testable import MattingNetworks
@testable import WeightFiles

/// Mutated bytes as ONNX graphs: layers are found, their values read, a network is looked for, a weight file made.
@main
struct FuzzGraphs {
    static func main() throws {
        let network = try NetworkLayers(.u2netp, like: [], file: "network")
        var count = CommandLine.argc
        var arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? = CommandLine.unsafeArgv
        known = network.maps[0]
        _ = LLVMFuzzerRunDriver(&count, &arguments) { data, size in
            let bytes = UnsafeRawBufferPointer(start: data, count: size)
            do {
                let model = try ONNXModel(copying: bytes, name: "fuzz")
                // Some outputs: each costs a walk over the whole graph.
                for output in model.outputs.prefix(4) { try FuzzGraphs.read(model, output) }
            } catch {
                precondition(!"\(error)".isEmpty)
            }
            return 0
        }
    }

    nonisolated(unsafe) private static var known: [NetworkLayers.Layer] = []

    private static func read(_ model: ONNXModel, _ output: Int) throws {
        let layers = try model.layers(behind: output)
        do throws(GraphAlignment.Mismatch) {
            _ = try GraphAlignment(known, layers)
        } catch {
            precondition(!error.expected.isEmpty && !error.found.isEmpty)
        }
        for tensor in layers.prefix(64).flatMap({ [$0.weight, $0.bias, $0.mean, $0.variance].compactMap { $0 } }) {
            do {
                let values = try model.values(tensor)
                precondition(values.count == tensor.shape.reduce(1, *))
                let named = NamedGraphTensor(name: "w", shape: tensor.shape, values: .stored(tensor))
                let file = try WeightFile(model, tensors: [named], metadata: [:])
                let stored = try file.floats("w")
                precondition(stored.count == values.count)
            } catch {
                precondition(!"\(error)".isEmpty)
            }
        }
    }
}
