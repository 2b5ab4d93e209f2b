import TensorCore

/// Hands the tensors of a file to a network's constructor and keeps account of all that does not fit.
///
/// ```swift
/// let binder = WeightBinder(file)
/// let network = try U2Net(binder.root { $0.shape("outconv.weight") == [1, 6, 1, 1] })
/// try binder.finish()      // one error that names everything
/// ```
/// Checkpoints have names of their own before those of the network (`module.` of `DataParallel`, `_orig_mod.` of
/// `torch.compile`, `model.`, `net.`); a network is looked for behind every one of them.
package final class WeightBinder {
    /// The file that the tensors come from.
    package let file: WeightFile
    /// What did not fit so far; ``finish()`` adds the unused tensors.
    package private(set) var problems = WeightProblems()
    /// The layers that were built, by their paths.
    package private(set) var forms: [String: LayerForm] = [:]
    /// Of a binder without a file, what ``WeightScope/shape(_:)`` says of tensors.
    private let assumedShapes: [String: [Int]]?
    /// Places in ``WeightFile/tensors`` of those that were asked for.
    private var claimed: Set<Int> = []
    /// Of those that may be left unused.
    private var ignored: Set<Int> = []

    package init(_ file: WeightFile) {
        self.file = file
        self.assumedShapes = nil
    }

    /// A binder without a file, for a network that is built to see what layers it has (``forms``): biases and the like are
    /// zeros, weights have no values at all, and batch norms count as folded.
    ///
    /// - Parameters:
    ///   - name: what errors name the file by that the network is built for.
    ///   - shapes: what the network is told where its form follows the file.
    package init(withoutFile name: String, assuming shapes: [String: [Int]]) throws(WeightError) {
        let nothing = WeightStorage(static: UnsafeRawBufferPointer(start: nil, count: 0))
        self.file = try WeightFile(
            name: name, metadata: [:], tensors: [], storage: nothing, verifyingChecksum: false)
        self.assumedShapes = shapes
    }

    /// The scope of the whole file.
    package var root: WeightScope { WeightScope(binder: self, path: "") }

    /// The scopes that names in the file have, the outer ones before the inner ones, the whole file first.
    ///
    /// - Complexity: O(tensors).
    package var scopes: [WeightScope] {
        var known: Set<TensorName> = []
        var paths: [[String]] = Array(repeating: [], count: Self.depthLimit)
        for tensor in file.tensors {
            var depth = 0
            for dot in tensor.name.indices where tensor.name[dot] == "." {
                let path = String(tensor.name[..<dot])
                if known.insert(TensorName(path)).inserted { paths[depth].append(path) }
                depth += 1
                if depth == Self.depthLimit { break }
            }
        }
        return [root] + paths.joined().map { WeightScope(binder: self, path: $0) }
    }

    /// A network is looked for below as many components: wrappers are put around it by and by, but not many.
    private static let depthLimit = 4

    /// The outermost scope in which a network is recognised; the whole file where none is, so that what is missing is told.
    package func root(where isRecognized: (WeightScope) -> Bool) -> WeightScope {
        if isRecognized(root) { return root }
        return scopes.first(where: isRecognized) ?? root
    }

    /// Ends the account.
    ///
    /// Tensors called `num_batches_tracked`, which batch norms keep for training only, may be left unused.
    ///
    /// - Throws: ``WeightError/unusable(file:problems:)`` unless every tensor asked for was there, readable, finite and
    ///   of the right shape, every batch norm could be folded, and every tensor of the file was asked for.
    package func finish() throws(WeightError) {
        problems.unused =
            file.tensors.enumerated()
            .filter { !claimed.contains($0.offset) && !ignored.contains($0.offset) && !$0.element.isBatchCount }
            .map(\.element.name)
        guard problems.isEmpty else { throw .unusable(file: file.name, problems: problems) }
    }

    /// The tensor called `name`; zeros where the file has none that fits.
    func tensor(_ name: String, shape: [Int]) throws(WeightError) -> WeightTensor {
        let isRepeated = !claim(name)
        if file.info(name)?.type == .i8 { claim(name + ".scale") }
        do throws(WeightError) {
            let tensor = try file.tensor(name, shape: shape)
            if !isRepeated { recordNonFinite(in: tensor, called: name) }
            return tensor
        } catch {
            switch error {
            case .missingTensor(_, let tensor):
                let scaleShape = shape.count >= 2 ? [shape[0]] : [1]
                problems.missing.appendOnce(.init(name: tensor, expected: tensor == name ? shape : scaleShape))
            case .shapeMismatch(_, let tensor, let expected, let actual):
                problems.misshaped.appendOnce(.init(name: tensor, expected: expected, actual: actual))
            case .unsupportedType(_, let tensor, let type):
                problems.unsupportedType.appendOnce(.init(name: tensor, type: type))
            default: throw error
            }
        }
        // Layers are taken down by their shapes; without a file nothing is run, and large weights may stay away. Small ones
        // are there for networks that take them apart.
        let whole = shape.reduce(1, *)
        let count = assumedShapes != nil && whole > Self.assumedCountLimit ? 0 : whole
        return WeightTensor(shape: shape, storage: try file.buffer(count: count, zeroed: true))
    }

    private static let assumedCountLimit = 1 << 17

    /// The shape of the tensor called `name`; nil where there is none.
    func shape(_ name: String) -> [Int]? { file.info(name)?.shape ?? assumedShapes?[name] }

    /// Takes down a layer.
    func note(_ form: LayerForm, at path: String) { forms[path] = form }

    /// Lets the tensors whose names begin with `path` (whole components) be unused.
    func ignore(_ path: String) {
        for (index, tensor) in file.tensors.enumerated()
        where tensor.name == path || tensor.name.hasPrefix(path + ".") {
            ignored.insert(index)
        }
    }

    /// Whether the network asked for that tensor of the file, so that its values matter.
    package func isRead(_ tensor: TensorInfo) -> Bool { file.index(of: tensor.name).map(claimed.contains) ?? false }

    /// Notes that the batch norm at `path` gives no finite factor or shift, unless that follows from what is known of its
    /// tensors.
    func noteUnfoldable(_ path: String, firstIndex: Int) {
        if problems.nonFinite.contains(where: { $0.name.hasPrefix(path + ".") }) { return }
        problems.unfoldable.appendOnce(.init(name: path + ".running_var", firstIndex: firstIndex))
    }

    /// Whether the tensor called `name` exists and is claimed for the first time.
    @discardableResult
    private func claim(_ name: String) -> Bool {
        file.index(of: name).map { claimed.insert($0).inserted } ?? false
    }

    private func recordNonFinite(in tensor: WeightTensor, called name: String) {
        let (count, firstIndex) = tensor.withValues { $0.nonFiniteValues() }
        if count > 0 {
            problems.nonFinite.append(.init(name: name, count: count, firstIndex: firstIndex))
        } else {
            problems.fittingCount += 1
        }
    }
}

extension Array where Element: Equatable {
    /// Tensors may be asked for more than once, their problems are told once.
    fileprivate mutating func appendOnce(_ element: Element) {
        if !contains(element) { append(element) }
    }
}

extension UnsafeBufferPointer<Float> {
    /// How many values are infinities or NaNs, and the index of the first of them.
    func nonFiniteValues() -> (count: Int, firstIndex: Int) {
        var found = 0
        var first = 0
        var index = count
        while index > 0 {
            index &-= 1
            // All bits of the exponent are set.
            if self[index].bitPattern & 0x7f80_0000 == 0x7f80_0000 {
                found &+= 1
                first = index
            }
        }
        return (found, first)
    }
}
