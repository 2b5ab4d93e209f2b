import KernelDispatch
import Raster
import TensorCore
import Threads

/// How much of each pixel belongs to the subject: 0 background, 1 subject, between at edges, hair and glass.
///
/// Row-major, exactly the picture's size after EXIF orientation, values in `[0, 1]`, linear coverage (no gamma).
public struct AlphaMatte: Sendable {
    /// `[1, height, width, 1]`
    package let tensor: Tensor

    /// In pixels.
    public var width: Int { tensor.shape.width }
    /// In pixels.
    public var height: Int { tensor.shape.height }

    package init(_ tensor: Tensor) {
        precondition(tensor.shape.batch == 1 && tensor.shape.channels == 1, "a matte of shape \(tensor.shape)")
        self.tensor = tensor
    }

    /// A matte made elsewhere: `width · height` values in `[0, 1]`, row by row from the top; others are clamped.
    ///
    /// - Throws: ``MattingError/picture(_:)`` for a size that no picture has,
    ///   ``MattingError/wrongValueCount(count:width:height:)`` unless `values.count == width * height`,
    ///   ``MattingError/computation(_:)`` where memory is refused.
    public init(width: Int, height: Int, values: [Float]) throws(MattingError) {
        self.tensor = try MattingError.wrapping {
            _ = try RasterImage.byteCount(width: width, height: height, colorModel: .gray, bitDepth: .eight)
            guard values.count == width * height else {
                throw MattingError.wrongValueCount(count: values.count, width: width, height: height)
            }
            return try Tensor(shape: TensorShape(height: height, width: width, channels: 1)) { target in
                for (index, value) in values.enumerated() { target[index] = value > 0 ? min(value, 1) : 0 }
            }
        }
    }

    /// The alpha of one pixel; nil outside of the picture.
    public subscript(x: Int, y: Int) -> Float? {
        guard x >= 0, x < width, y >= 0, y < height else { return nil }
        return withValues { $0[y * width + x] }
    }

    /// Reads all values, row by row from the top; the buffer is valid inside `body` only.
    public func withValues<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<Float>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try tensor.withValues(body)
    }

    /// The share of the picture that the subject covers, in `[0, 1]`: the mean of all values.
    public var coverage: Double {
        withValues { values in values.baseAddress.map { kernels.sum($0, count: values.count) } ?? 0 }
            / Double(width * height)
    }

    /// The matte as a grey picture, value · (2^bits − 1) rounded to nearest.
    ///
    /// - Throws: ``MattingError/image(_:)`` where memory is refused.
    public func image(bitDepth: RasterImage.BitDepth = .eight) throws(MattingError) -> RasterImage {
        try image(bitDepth: bitDepth, pool: .shared)
    }

    /// The same on the threads of a pool.
    package func image(bitDepth: RasterImage.BitDepth, pool: ThreadPool) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            var image = try RasterImage(width: width, height: height, colorModel: .gray, bitDepth: bitDepth)
            try withValues { values in
                guard let source = values.baseAddress else { return }
                try image.withMutableSamples { target in
                    pool.forEach(height) { y, _ in
                        let first = y * width
                        switch target {
                        case .eight(let target): kernels.quantizeRow8(source + first, target + first, count: width)
                        case .sixteen(let target): kernels.quantizeRow16(source + first, target + first, count: width)
                        }
                    }
                }
            }
            return image
        }
    }
}
