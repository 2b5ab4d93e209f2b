/// A cursor into a weight file: goes down the dots of tensor names as one goes down folders.
///
/// `weight` in `scope["stage1"]["conv"]` is the tensor `stage1.conv.weight`. Initialisers of networks ask for everything
/// they need and go on whatever is missing; one error at the end says all that is wrong.
public struct WeightScope {
    private let binder: WeightBinder
    /// The components so far, joined by dots; empty at the root.
    public let path: String

    init(binder: WeightBinder, path: String) {
        self.binder = binder
        self.path = path
    }

    /// The file that the tensors come from, for errors.
    package var file: String { binder.file.name }

    /// The scope below this one.
    public subscript(_ component: String) -> WeightScope {
        WeightScope(binder: binder, path: fullName(component))
    }

    /// The tensor called `name` in this scope; zeros of `shape`, and a note for the error at the end, where it is
    /// missing, has another shape or cannot be read. A tensor may be asked for more than once.
    ///
    /// - Parameter shape: the dimensions in the file's order, for a convolution `[out, in, height, width]`.
    /// - Throws: ``WeightError/outOfMemory(file:byteCount:)`` and nothing else.
    package func tensor(_ name: String, shape: [Int]) throws(WeightError) -> WeightTensor {
        try binder.tensor(fullName(name), shape: shape)
    }

    /// The shape of the tensor called `name`; nil where the file has none. For constructors that follow the file.
    public func shape(_ name: String) -> [Int]? { binder.shape(fullName(name)) }

    /// Whether the file has a tensor called `name` in this scope, for example to tell folded batch norms from others.
    public func has(_ name: String) -> Bool { shape(name) != nil }

    /// Lets the tensor or the whole scope called `name` be unused, for parts of a checkpoint that serve training only.
    public func ignore(_ name: String) { binder.ignore(fullName(name)) }

    /// Takes down what the layer of this scope looks like, by which it is found in a graph that calls it something else.
    package func note(_ form: LayerForm) { binder.note(form, at: path) }

    /// Notes that the batch norm of this scope cannot be folded.
    package func noteUnfoldable(firstIndex: Int) {
        binder.noteUnfoldable(path, firstIndex: firstIndex)
    }

    private func fullName(_ name: String) -> String { path.isEmpty ? name : "\(path).\(name)" }
}
