import TensorCore

/// Hands the tensors of a file to a network's constructor and keeps account of all that does not fit.
///
/// ```swift
/// let binder = WeightBinder(file)
/// let network = try U2Net(weights: binder.root)
/// try binder.finish()      // one error that names everything
/// ```
/// A checkpoint of PyTorch's `DataParallel` has `module.` before every name; ``root`` then starts below it.
package final class WeightBinder {
    /// The file that the tensors come from.
    package let file: WeightFile
    /// What did not fit so far; ``finish()`` adds the unused tensors.
    package private(set) var problems = WeightProblems()
    private var claimed: Set<String> = []

    package init(_ file: WeightFile) { self.file = file }

    /// The scope of the whole file.
    package var root: WeightScope {
        let isWrapped = !file.tensors.isEmpty && file.tensors.allSatisfy { $0.name.hasPrefix("module.") }
        return WeightScope(binder: self, path: isWrapped ? "module" : "")
    }

    /// Ends the account.
    ///
    /// Tensors called `num_batches_tracked`, which batch norms keep for training only, may be left unused.
    ///
    /// - Throws: ``WeightError/unusable(file:problems:)`` unless every tensor asked for was there, readable, finite and
    ///   of the right shape, and every tensor of the file was asked for.
    package func finish() throws(WeightError) {
        problems.unused =
            file.tensors
            .filter { !claimed.contains($0.name) && $0.lastComponent != "num_batches_tracked" }
            .map(\.name)
        guard problems.isEmpty else { throw .unusable(file: file.name, problems: problems) }
    }

    /// The tensor called `name`; zeros where the file has none that fits.
    func tensor(_ name: String, shape: [Int]) throws(WeightError) -> WeightTensor {
        let isRepeated = !claimed.insert(name).inserted
        if file.info(name)?.type == .i8 { claimed.insert(name + ".scale") }
        do throws(WeightError) {
            let tensor = try file.tensor(name, shape: shape)
            if !isRepeated { recordNonFinite(in: tensor, called: name) }
            return tensor
        } catch {
            switch error {
            case .missingTensor(_, let tensor):
                let expected = tensor == name ? shape : Array(shape.prefix(1))
                problems.missing.append(.init(name: tensor, expected: expected))
            case .shapeMismatch(_, let tensor, let expected, let actual):
                problems.misshaped.append(.init(name: tensor, expected: expected, actual: actual))
            case .unsupportedType(_, let tensor, let type):
                problems.unsupportedType.append(.init(name: tensor, type: type))
            default: throw error
            }
        }
        let count = shape.reduce(1, *)
        return WeightTensor(shape: shape, storage: try file.buffer(count: count, zeroed: true))
    }

    /// Lets the tensors whose names begin with `path` (whole components) be unused.
    func ignore(_ path: String) {
        for tensor in file.tensors where tensor.name == path || tensor.name.hasPrefix(path + ".") {
            claimed.insert(tensor.name)
        }
    }

    private func recordNonFinite(in tensor: WeightTensor, called name: String) {
        let (count, first) = tensor.withValues { values in
            var count = 0
            var first = 0
            var index = values.count
            while index > 0 {
                index &-= 1
                // All exponent bits set: an infinity or a NaN.
                if values[index].bitPattern & 0x7f80_0000 == 0x7f80_0000 {
                    count &+= 1
                    first = index
                }
            }
            return (count, first)
        }
        if count > 0 {
            problems.nonFinite.append(.init(name: name, count: count, firstIndex: first))
        } else {
            problems.fittingCount += 1
        }
    }
}
