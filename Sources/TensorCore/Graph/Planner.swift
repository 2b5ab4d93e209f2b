/// Turns a graph into steps with fixed places: dead layers dropped, residuals fused, concatenations and slices free, memory reused.
struct Planner {
    private(set) var steps: [Plan.Step] = []
    private(set) var outputs: [Plan.Place] = []
    private(set) var inputShapes: [TensorShape] = []
    private(set) var arenaCount = 0
    private(set) var scratchCount = 0

    private let preference: MemoryPreference
    private var nodes: [Graph.Node]
    private let outputIndices: [Int]
    private var isNeeded: [Bool]
    /// Where a node's map is a slice of another's, of a concatenation that it is part of or of the map that it is cut from:
    /// that node and the first channel.
    private var slices: [Int: (parent: Int, firstChannel: Int)] = [:]
    /// Input number of each graph input.
    private var inputNumbers: [Int: Int] = [:]

    /// Floats between maps are padded to a cache line.
    private static let alignment = 16

    init(
        graph: Graph, outputs outputIndices: [Int], preferring preference: MemoryPreference, observe: () throws -> Void
    ) throws {
        self.preference = preference
        self.nodes = RowBands.joining(graph.bands, of: graph.nodes, outputs: outputIndices)
        self.outputIndices = outputIndices
        self.isNeeded = [Bool](repeating: false, count: graph.nodes.count)
        markNeeded()
        fuseResiduals()
        assignSlices()
        for (index, node) in nodes.enumerated() where node.layer == nil {
            inputNumbers[index] = inputShapes.count
            inputShapes.append(node.shape)
        }
        let layers = try prepareLayers(observe: observe)
        let offsets = placeBuffers(layers)
        makeSteps(layers, offsets)
    }

    /// Everything the outputs depend on, from the last node backwards.
    private mutating func markNeeded() {
        for index in outputIndices { isNeeded[index] = true }
        for index in nodes.indices.reversed() where isNeeded[index] {
            for input in nodes[index].inputs { isNeeded[input] = true }
        }
    }

    /// `add(conv(x), y)` becomes `conv(x) + y` in one pass where nothing else reads `conv(x)`.
    private mutating func fuseResiduals() {
        var uses = [Int](repeating: 0, count: nodes.count)
        for index in outputIndices { uses[index] += 1 }
        for (index, node) in nodes.enumerated() where isNeeded[index] {
            for input in node.inputs { uses[input] += 1 }
        }
        for (index, node) in nodes.enumerated() where isNeeded[index] && node.layer is Addition {
            let candidates = [(node.inputs[1], node.inputs[0]), (node.inputs[0], node.inputs[1])]
            for (producer, residual) in candidates where uses[producer] == 1 {
                guard let layer = nodes[producer].layer as? any ResidualFusing, !layer.hasResidual,
                    nodes[residual].shape == node.shape
                else { continue }
                nodes[index] = Graph.Node(
                    layer: layer.addingResidual(), inputs: nodes[producer].inputs + [residual],
                    shape: node.shape, label: nodes[producer].label)
                isNeeded[producer] = false
                break
            }
        }
    }

    /// Lets the readers of a slice read the map it is cut from, and the producers of a concatenation write into its map,
    /// each into its channels.
    private mutating func assignSlices() {
        for (index, node) in nodes.enumerated() {
            guard let slice = node.layer as? ChannelSlice else { continue }
            slices[index] = (node.inputs[0], slice.channels.lowerBound)
        }
        for (index, node) in nodes.enumerated() where isNeeded[index] && node.layer is Concatenation {
            var firstChannel = 0
            for input in node.inputs {
                // An input of the graph, or a map that already lies in another one, is copied instead.
                if nodes[input].layer != nil, slices[input] == nil {
                    slices[input] = (index, firstChannel)
                }
                firstChannel += nodes[input].shape.channels
            }
        }
    }

    /// The node that owns the memory of `index`, and the channel at which `index` starts in it.
    private func owner(_ index: Int) -> (node: Int, channel: Int) {
        var node = index
        var channel = 0
        while let slice = slices[node] {
            node = slice.parent
            channel += slice.firstChannel
        }
        return (node, channel)
    }

    /// A layer ready to run, before it has a place.
    private struct PreparedLayer {
        let layer: any PreparedOperator
        let inputs: [Int]
        let multiplyAccumulates: Int
        /// Floats that its threads share while it runs.
        let sharedScratchCount: Int
    }

    /// What an offset of the arena is for.
    private enum Owner: Hashable {
        case map(Int), scratch(Int)

        /// The order of equally large ones, so that a plan is the same each time.
        var order: Int {
            switch self {
            case .map(let node): 2 * node
            case .scratch(let node): 2 * node + 1
            }
        }
    }

    /// The layers that are run, by their nodes.
    private mutating func prepareLayers(observe: () throws -> Void) throws -> [Int: PreparedLayer] {
        var layers: [Int: PreparedLayer] = [:]
        for (index, node) in nodes.enumerated() where isNeeded[index] {
            guard var layer = node.layer, !(layer is ChannelSlice) else { continue }
            var inputs = node.inputs
            if let concatenation = layer as? Concatenation {
                // What could not be written in place is copied; where everything could, there is no step at all.
                let copied = concatenation.parts(node.inputs.map { nodes[$0].shape.channels }).enumerated().filter {
                    position, firstChannel in
                    guard let slice = slices[node.inputs[position]] else { return true }
                    return slice.parent != index || slice.firstChannel != firstChannel
                }
                guard !copied.isEmpty else { continue }
                layer = Concatenation(firstChannels: copied.map(\.element))
                inputs = copied.map { node.inputs[$0.offset] }
            }
            let shapes = inputs.map { nodes[$0].shape }
            try observe()
            let prepared = try layer.prepared(shapes, output: node.shape, preferring: preference)
            scratchCount = max(scratchCount, Self.aligned(prepared.scratchCount(shapes, output: node.shape)))
            layers[index] = PreparedLayer(
                layer: prepared, inputs: inputs,
                multiplyAccumulates: layer.multiplyAccumulates(shapes, output: node.shape),
                sharedScratchCount: prepared.sharedScratchCount(shapes, output: node.shape))
        }
        return layers
    }

    private static func aligned(_ count: Int) -> Int { (count + alignment - 1) / alignment * alignment }

    /// Gives every owner an offset such that memory needed at the same time does not overlap; the largest first, each at
    /// the lowest gap that is free during its life. Quadratic in some hundred maps, done once a size.
    private mutating func placeBuffers(_ layers: [Int: PreparedLayer]) -> [Owner: Int] {
        struct Buffer {
            let owner: Owner
            let count: Int
            var firstUse: Int
            var lastUse: Int
            var offset = 0
        }
        var buffers: [Owner: Buffer] = [:]
        func touch(_ index: Int, at time: Int) {
            let node = owner(index).node
            guard nodes[node].layer != nil else { return }
            let count = Self.aligned(nodes[node].shape.elementCount)
            var buffer =
                buffers[.map(node)] ?? Buffer(owner: .map(node), count: count, firstUse: time, lastUse: time)
            buffer.firstUse = min(buffer.firstUse, time)
            buffer.lastUse = max(buffer.lastUse, time)
            buffers[.map(node)] = buffer
        }
        for (time, node) in nodes.enumerated() where isNeeded[time] && node.layer != nil {
            touch(time, at: time)
            for input in node.inputs { touch(input, at: time) }
        }
        for index in outputIndices { touch(index, at: nodes.count) }
        for (time, layer) in layers where layer.sharedScratchCount > 0 {
            buffers[.scratch(time)] = Buffer(
                owner: .scratch(time), count: Self.aligned(layer.sharedScratchCount), firstUse: time, lastUse: time)
        }

        var placed: [Buffer] = []
        let order = buffers.values.sorted { ($0.count, $1.owner.order) > ($1.count, $0.owner.order) }
        for var buffer in order {
            let rivals = placed.filter { $0.firstUse <= buffer.lastUse && $0.lastUse >= buffer.firstUse }
                .sorted { $0.offset < $1.offset }
            for rival in rivals where rival.offset < buffer.offset + buffer.count {
                buffer.offset = max(buffer.offset, rival.offset + rival.count)
            }
            placed.append(buffer)
            arenaCount = max(arenaCount, buffer.offset + buffer.count)
        }
        return Dictionary(uniqueKeysWithValues: placed.map { ($0.owner, $0.offset) })
    }

    private mutating func makeSteps(_ layers: [Int: PreparedLayer], _ offsets: [Owner: Int]) {
        func place(_ index: Int) -> Plan.Place {
            let shape = nodes[index].shape
            let (owner, channel) = owner(index)
            if let number = inputNumbers[owner] {
                return Plan.Place(
                    memory: .input(number, channel: channel), shape: shape, pixelStride: nodes[owner].shape.channels)
            }
            let offset = offsets[.map(owner), default: 0] + channel
            return Plan.Place(
                memory: .arena(offset: offset), shape: shape, pixelStride: nodes[owner].shape.channels)
        }
        for (index, node) in nodes.enumerated() {
            guard let layer = layers[index] else { continue }
            steps.append(
                Plan.Step(
                    layer: layer.layer, label: node.label, multiplyAccumulates: layer.multiplyAccumulates,
                    inputs: layer.inputs.map(place), output: place(index),
                    sharedScratch: offsets[.scratch(index), default: 0]))
        }
        outputs = outputIndices.map(place)
    }
}
