import KernelDispatch

/// An operator whose rows depend on few rows of its inputs, so that it can be computed for a part of a map's rows.
protocol RowwiseOperator: GraphOperator {
    /// How many rows of an input, beyond those at its own place, a row of the output depends on; nil where that may be all.
    func reach(_ inputs: [TensorShape], output: TensorShape) -> Int?

    /// The same operator for maps of which only so many rows are there, those of the output counted.
    func forRows(_ count: Int) -> any GraphOperator
}

extension RowwiseOperator {
    func forRows(_ count: Int) -> any GraphOperator { self }
}

extension Convolution: RowwiseOperator {
    func reach(_ inputs: [TensorShape], output: TensorShape) -> Int? {
        max(weights.geometry.padding.top, weights.geometry.padding.bottom)
    }
}

extension BilinearResize: RowwiseOperator {
    func reach(_ inputs: [TensorShape], output: TensorShape) -> Int? { isEven ? 1 : nil }
    func forRows(_ count: Int) -> any GraphOperator { BilinearResize(height: count, width: width) }
}

extension Concatenation: RowwiseOperator {
    func reach(_ inputs: [TensorShape], output: TensorShape) -> Int? { 0 }
}

extension Addition: RowwiseOperator {
    func reach(_ inputs: [TensorShape], output: TensorShape) -> Int? { 0 }
}

extension ActivationLayer: RowwiseOperator {
    func reach(_ inputs: [TensorShape], output: TensorShape) -> Int? { 0 }
}

/// Layers that follow one another as one operator, computed some rows of the output at a time: what lies between them exists
/// for those rows only.
///
/// Rows beyond a band's own are computed twice where kernels reach for them, and what they lack at the cut never gets into
/// the rows that are kept: each band is a picture of its own, a little higher than what is taken of it. Bands begin at
/// multiples of four rows, where the tiles of all algorithms do, so that the results are those of the whole map to the bit.
struct RowBands: GraphOperator {
    private let layers: [(layer: any RowwiseOperator, inputs: [Int])]
    private let inputCount: Int

    /// Bytes of the largest map between the layers from which on bands are worth the rows computed twice.
    private static let leastByteCount = 8 << 20
    /// Bands of a map: with fewer the memory is not worth it, with more the rows computed twice and the threads' pieces count.
    private static let count = 4

    /// - Parameter layers: each with its inputs: those of all come first, then the layers in order. The last is the output.
    private init(_ layers: [(layer: any RowwiseOperator, inputs: [Int])], inputCount: Int) {
        self.layers = layers
        self.inputCount = inputCount
    }

    var summary: String { "bands of rows" }

    /// The shapes of the inputs and of all maps.
    private func shapes(_ inputs: [TensorShape]) -> [TensorShape] {
        layers.reduce(into: inputs) { shapes, step in
            shapes.append(step.layer.outputShape(step.inputs.map { shapes[$0] }))
        }
    }

    func outputShape(_ inputs: [TensorShape]) -> TensorShape { shapes(inputs)[inputCount + layers.count - 1] }

    func multiplyAccumulates(_ inputs: [TensorShape], output: TensorShape) -> Int {
        let shapes = shapes(inputs)
        return layers.enumerated().reduce(0) { sum, step in
            sum
                + step.element.layer.multiplyAccumulates(
                    step.element.inputs.map { shapes[$0] }, output: shapes[inputCount + step.offset])
        }
    }

    func prepared(
        _ inputs: [TensorShape], output: TensorShape, preferring preference: MemoryPreference
    ) throws(TensorError) -> any PreparedOperator {
        guard let window = window(inputs) else { preconditionFailure("layers in bands that have none") }
        let graph = Graph()
        var values = inputs.map { graph.input($0.part(rows: window.rows(of: $0))) }
        for (step, shape) in zip(layers, shapes(inputs).dropFirst(inputCount)) {
            values.append(
                graph.append(step.layer.forRows(window.rows(of: shape)), step.inputs.map { values[$0] }))
        }
        do {
            return PreparedBands(
                plan: try Plan(outputs: values.suffix(1), preferring: preference), window: window, summary: summary)
        } catch let error as TensorError {
            throw error
        } catch {
            preconditionFailure("a plan that nobody stops ends in memory that is refused or not at all: \(error)")
        }
    }

    /// The bands of these shapes; nil where there are none.
    private func window(_ inputs: [TensorShape]) -> Window? {
        let shapes = shapes(inputs)
        guard let output = shapes.last else { return nil }
        // Rows of the output that each map's are wrong at a cut.
        var wrong = [Int](repeating: 0, count: inputCount)
        var alignment = 4
        for (step, shape) in zip(layers, shapes.dropFirst(inputCount)) {
            let sources = step.inputs.map { shapes[$0] }
            guard let reach = step.layer.reach(sources, output: shape) else { return nil }
            var most = 0
            for (source, input) in zip(sources, step.inputs) {
                // A row of one is a whole number of rows of the other.
                guard source.height >= 1, max(source.height, output.height) % min(source.height, output.height) == 0
                else { return nil }
                alignment = max(alignment, 4 * (output.height / source.height))
                most = max(most, wrong[input] + (reach * output.height + source.height - 1) / source.height)
            }
            wrong.append(most)
        }
        guard alignment.nonzeroBitCount == 1, let halo = wrong.last else { return nil }
        func aligned(_ rows: Int) -> Int { (rows + alignment - 1) / alignment * alignment }
        let kept = aligned((output.height + Self.count - 1) / Self.count)
        let window = Window(
            outputHeight: output.height, kept: kept, halo: aligned(halo), height: kept + 2 * aligned(halo))
        guard window.height < output.height else { return nil }
        let isConsistent = zip(layers, shapes.dropFirst(inputCount)).allSatisfy { step, shape in
            let sources = step.inputs.map { shapes[$0].part(rows: window.rows(of: shapes[$0])) }
            let rows = window.rows(of: shape)
            return step.layer.forRows(rows).outputShape(sources).height == rows
        }
        return isConsistent ? window : nil
    }

    /// Which rows are computed together.
    fileprivate struct Window {
        /// Rows of the whole output.
        let outputHeight: Int
        /// Rows that a band keeps, at most.
        let kept: Int
        /// Rows above and below them that are computed too.
        let halo: Int
        /// Rows that are computed.
        let height: Int

        /// Rows of a map in a band.
        func rows(of shape: TensorShape) -> Int { height * shape.height / outputHeight }

        /// First row of the output that each band computes, and the rows that are kept of it.
        var bands: [(start: Int, kept: Range<Int>)] {
            stride(from: 0, to: outputHeight, by: kept).map { first in
                (min(max(first - halo, 0), outputHeight - height), first..<min(first + kept, outputHeight))
            }
        }
    }
}

/// A plan for one band, run once a band.
private struct PreparedBands: PreparedOperator {
    let plan: Plan
    let window: RowBands.Window
    let summary: String

    var work: String { summary }

    func scratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int { plan.scratchCount }
    func sharedScratchCount(_ inputs: [TensorShape], output: TensorShape) -> Int { plan.arenaCount }

    func run(_ inputs: UnsafeBufferPointer<FeatureMap>, output: FeatureMap, in context: ExecutionContext) {
        for picture in 0..<output.shape.batch {
            for band in window.bands {
                let parts = zip(inputs, plan.inputShapes).map { input, shape in
                    FeatureMap(
                        base: input.pixel(picture, band.start * input.shape.height / window.outputHeight, 0),
                        shape: shape, pixelStride: input.pixelStride)
                }
                for map in plan.run(parts, in: context, observe: { _ in }) {
                    kernels.copyPixels(
                        map.pixel(0, band.kept.lowerBound - band.start, 0), inputStride: map.pixelStride,
                        output.pixel(picture, band.kept.lowerBound, 0), outputStride: output.pixelStride,
                        rows: band.kept.count * output.shape.width, channels: output.shape.channels)
                }
            }
        }
    }
}

extension TensorShape {
    /// Some rows of one picture.
    fileprivate func part(rows: Int) -> TensorShape { TensorShape(trusted: 1, rows, width, channels) }
}

extension RowBands {
    /// The nodes with one in place of each range of layers whose maps are worth it. The others of a range stay where they are,
    /// needed by nobody.
    static func joining(_ ranges: [Range<Int>], of nodes: [Graph.Node], outputs: [Int]) -> [Graph.Node] {
        var joined = nodes
        for range in ranges {
            let between = range.dropLast()
            let isRead =
                outputs.contains { between.contains($0) }
                || nodes.indices.contains { !range.contains($0) && nodes[$0].inputs.contains { between.contains($0) } }
            guard !isRead, let last = range.last,
                between.contains(where: { nodes[$0].shape.elementCount * 4 >= leastByteCount })
            else { continue }
            var inputs: [Int] = []
            for index in range {
                for input in nodes[index].inputs where !range.contains(input) && !inputs.contains(input) {
                    inputs.append(input)
                }
            }
            var layers: [(layer: any RowwiseOperator, inputs: [Int])] = []
            for index in range {
                guard let layer = nodes[index].layer as? any RowwiseOperator else { break }
                layers.append(
                    (
                        layer,
                        nodes[index].inputs.map { input in
                            inputs.firstIndex(of: input) ?? inputs.count + input - range.lowerBound
                        }
                    ))
            }
            let bands = RowBands(layers, inputCount: inputs.count)
            guard layers.count == range.count, bands.window(inputs.map { nodes[$0].shape }) != nil else { continue }
            joined[last] = Graph.Node(
                layer: bands, inputs: inputs, shape: nodes[last].shape,
                label: label(of: range.map { nodes[$0].label }.filter { !$0.isEmpty }))
        }
        return joined
    }

    /// The layers' names without what they begin with: "block.{expand,depthwise}".
    private static func label(of names: [String]) -> String {
        guard let first = names.first, names.count > 1 else { return names.first ?? "" }
        var parts = first.split(separator: ".").dropLast().map { $0 + "." }[...]
        while !names.allSatisfy({ $0.hasPrefix(parts.joined()) }) { parts.removeLast() }
        let prefix = parts.joined()
        return "\(prefix){\(names.map { String($0.dropFirst(prefix.count)) }.joined(separator: ","))}"
    }
}
