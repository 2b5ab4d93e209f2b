/// The dimensions of a feature map, `[N, H, W, C]`: batch, height, width, channels; channels vary fastest in memory.
public struct TensorShape: Hashable, Sendable, Codable, CustomStringConvertible {
    /// Number of pictures, N.
    public let batch: Int
    /// Rows, H.
    public let height: Int
    /// Columns, W.
    public let width: Int
    /// Values a pixel, C.
    public let channels: Int

    /// A shape of non-negative dimensions whose byte count fits an `Int`.
    ///
    /// - Throws: ``TensorError/shapeOverflow(dimensions:)``.
    public init(batch: Int = 1, height: Int, width: Int, channels: Int) throws(TensorError) {
        let dimensions = [batch, height, width, channels]
        var bytes = MemoryLayout<Float>.stride
        for dimension in dimensions {
            let (product, overflow) = bytes.multipliedReportingOverflow(by: dimension)
            guard dimension >= 0, !overflow else { throw .shapeOverflow(dimensions: dimensions) }
            bytes = product
        }
        self.init(trusted: batch, height, width, channels)
    }

    /// For shapes derived from ones that were checked.
    package init(trusted batch: Int, _ height: Int, _ width: Int, _ channels: Int) {
        self.batch = batch
        self.height = height
        self.width = width
        self.channels = channels
    }

    /// N · H · W, the number of pixels.
    package var pixelCount: Int { batch * height * width }
    /// N · H · W · C, the number of values.
    package var elementCount: Int { pixelCount * channels }

    /// The same pixels with another number of channels.
    package func with(channels: Int) -> TensorShape { TensorShape(trusted: batch, height, width, channels) }
    /// The same channels on another grid.
    package func with(height: Int, width: Int) -> TensorShape { TensorShape(trusted: batch, height, width, channels) }

    public var description: String { "[\(batch), \(height), \(width), \(channels)]" }
}
