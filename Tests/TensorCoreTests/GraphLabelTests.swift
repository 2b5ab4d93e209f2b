import TensorCore
import Testing

/// What a graph says of the order of its layers.
@Suite struct GraphLabelTests {
    private func convolution(_ inputs: Int, _ outputs: Int) throws -> Convolution {
        Convolution(
            try ConvolutionWeights(
                oihw: [], bias: nil, inputChannels: inputs, outputChannels: outputs,
                geometry: ConvolutionGeometry(kernel: 1)))
    }

    /// Two branches of which the one that is written down first is read second; one layer is applied twice.
    @Test func labelsStandInTheOrderOfTheData() throws {
        let graph = Graph()
        let picture = graph.input(try TensorShape(height: 4, width: 4, channels: 2))
        let second = graph.append(try convolution(2, 2), [picture], label: "second")
        let first = graph.append(try convolution(2, 2), [picture], label: "first")
        let unnamed = graph.append(try convolution(2, 2), [second])
        let both = graph.append(Addition(), [first, unnamed])
        let last = graph.append(try convolution(2, 1), [both], label: "last")
        let again = graph.append(try convolution(2, 2), [first], label: "first")
        _ = graph.append(try convolution(2, 2), [picture], label: "of no account")
        #expect(last.labels == ["first", "second", "last"])
        #expect(second.labels == ["second"])
        #expect(again.labels == ["first"])
        #expect(picture.labels.isEmpty)
    }
}
