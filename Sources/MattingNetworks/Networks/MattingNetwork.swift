import TensorCore

/// A network that predicts a matte.
///
/// A network's initialiser is the only place that knows tensor names; its call reads like its paper's figure.
package protocol MattingNetwork: Sendable {
    /// Whether the second map is the logit of the matte's expected absolute error at each pixel.
    static var predictsDoubt: Bool { get }

    /// Binds the weights. Problems are collected by the scope and thrown together by its binder.
    init(_ scope: WeightScope) throws(WeightError)

    /// The maps predicted for a normalised picture `[N, H, W, 3]`, each of one channel, before the output activation.
    ///
    /// The first is the matte, `[N, H, W, 1]`; the others are its doubt, or what the reference implementation returns
    /// besides (side outputs, heads that serve training).
    /// What a caller does not plan is not computed.
    func callAsFunction(_ image: Value) -> [Value]
}

extension MattingNetwork {
    package static var predictsDoubt: Bool { false }
}
