import ImageCodecs
import Matting

/// One file that is made of a picture: for a channel such as a shop, in a format, finished in its way.
public struct BatchExport: Sendable {
    /// What rules and jobs call it.
    public let channel: String
    /// What is written.
    public let format: ImageFormat
    /// How the picture is finished.
    public let finish: Finish
    /// How it is encoded.
    public let encoding: EncodingOptions
    /// Whether the alpha alone is written.
    public let isMask: Bool
    package let name: NameTemplate
}
