import TensorCore
import WeightFiles

/// A network that predicts a matte.
///
/// A network's initialiser is the only place that knows tensor names; its call reads like its paper's figure.
public protocol MattingNetwork: Sendable {
    /// Whether the second map is the logit of the matte's expected absolute error at each pixel.
    static var predictsDoubt: Bool { get }

    /// How many classes the network tells apart, the background first; 1 where its matte is all that it predicts.
    var classCount: Int { get }

    /// Binds the weights. Problems are collected by the scope and thrown together by its binder.
    init(_ scope: WeightScope) throws(WeightError)

    /// The maps predicted for a normalised picture `[N, H, W, 3]`, before the output activation.
    ///
    /// The first is the matte, `[N, H, W, 1]`, or the logits of ``classCount`` classes, `[N, H, W, C]`; the others are its doubt, or what the reference implementation returns
    /// besides (side outputs, heads that serve training).
    /// What a caller does not plan is not computed.
    func callAsFunction(_ image: Value) -> [Value]

    /// The maps that the network carries from each frame of a video to the next, for pictures of a shape `[N, H, W, 3]`;
    /// none where it sees each picture by itself. Zeros stand for them before the first frame.
    func stateShapes(for image: TensorShape) -> [TensorShape]

    /// One frame of a video: the maps predicted for it, and the state as it is afterwards, in the order and of the shapes
    /// of ``stateShapes(for:)``.
    func callAsFunction(_ image: Value, state: [Value]) -> (maps: [Value], state: [Value])
}

extension MattingNetwork {
    /// No doubt.
    public static var predictsDoubt: Bool { false }
    /// A matte, no classes.
    public var classCount: Int { 1 }
    /// No state.
    public func stateShapes(for image: TensorShape) -> [TensorShape] { [] }
    /// The same for every frame.
    public func callAsFunction(_ image: Value, state: [Value]) -> (maps: [Value], state: [Value]) { (self(image), []) }

    /// Whether the network carries state: it does at every size or at none.
    var isRecurrent: Bool { !stateShapes(for: TensorShape(trusted: 1, 1, 1, 3)).isEmpty }
}
