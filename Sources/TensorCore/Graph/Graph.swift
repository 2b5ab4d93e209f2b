/// A network for one input size, written down layer by layer before anything runs.
///
/// Networks call their layers on ``Value``s as the paper's figure does; each call appends a node with a known shape.
/// The ``Plan`` then drops what no output needs, fuses residuals, lets the producers of a concatenation write into
/// their slices and places every map in one arena.
package final class Graph {
    struct Node {
        /// Nil for an input of the graph.
        let layer: (any GraphOperator)?
        let inputs: [Int]
        let shape: TensorShape
        /// The layer's name in the weight file, for profiles; empty where it has no weights.
        let label: String
    }

    private(set) var nodes: [Node] = []
    /// Nodes that follow one another and may be computed some rows at a time; see ``inRowBands(_:)``.
    private(set) var bands: [Range<Int>] = []

    package init() {}

    /// A map that the caller of ``Plan/run(_:workspace:pool:observe:)`` supplies.
    package func input(_ shape: TensorShape) -> Value { append(nil, [], shape: shape, label: "input") }

    /// Appends a layer applied to `inputs`.
    package func append(_ layer: any GraphOperator, _ inputs: [Value], label: String = "") -> Value {
        precondition(inputs.allSatisfy { $0.graph === self }, "\(layer.summary): inputs from different graphs")
        return append(layer, inputs.map(\.index), shape: layer.outputShape(inputs.map(\.shape)), label: label)
    }

    /// Lets the layers that `body` appends be computed some rows of the output at a time, so that the maps between them never
    /// exist as a whole: for the last layers of a decoder, whose maps are the largest of all.
    ///
    /// Results stay the same. It is done where it saves memory: where maps are large, nothing else reads what lies between,
    /// and each layer's rows depend on few rows of its inputs (``RowwiseOperator``).
    package func inRowBands(_ body: () -> Value) -> Value {
        let first = nodes.count
        let value = body()
        precondition(value.index == nodes.count - 1, "what a band ends in is the last layer of it")
        bands.append(first..<nodes.count)
        return value
    }

    private func append(_ layer: (any GraphOperator)?, _ inputs: [Int], shape: TensorShape, label: String) -> Value {
        nodes.append(Node(layer: layer, inputs: inputs, shape: shape, label: label))
        return Value(graph: self, index: nodes.count - 1, shape: shape)
    }
}

/// The output of a layer in a graph: a shape and a place in the order of things, no memory yet.
///
/// Networks are written down in terms of it: layers and functions take values and give values.
public struct Value {
    package let graph: Graph
    let index: Int
    /// `[N, H, W, C]`.
    public let shape: TensorShape
}
