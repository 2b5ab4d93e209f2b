import ImageCodecs
import Raster
import TensorCore
import Threads

extension AlphaMatte {
    /// A matte from a file of one, such as the truth of a test set: sample / (2^bits − 1).
    ///
    /// - Parameter image: grey, or colours that are all equal. A picture with transparency somewhere is taken for a
    ///   cut-out, whose alpha is the matte; where it is opaque everywhere, its greys are.
    /// - Throws: ``MattingError/colored(_:)``, or ``MattingError/computation(_:)`` where memory is refused.
    public init(_ image: RasterImage) throws(MattingError) {
        try self.init(image, pool: .shared)
    }

    /// A matte from the bytes of a file: of a PSD or PSB what the layer "Subject" shows of itself, which is its layer mask
    /// times its own transparency, and without such a layer the transparency of the merged picture; of a picture as of one
    /// that is decoded.
    ///
    /// - Parameters:
    ///   - bytes: The whole file.
    ///   - limits: What is refused before memory is asked for.
    /// - Throws: ``MattingError/image(_:)``, with ``ImageCodecError/noMatte(format:reason:path:)`` for layers of which none
    ///   is the matte; ``MattingError/colored(_:)``, ``MattingError/computation(_:)``.
    public init(decoding bytes: [UInt8], limits: DecodingLimits = .default) throws(MattingError) {
        try self.init(MattingError.wrapping { try RasterImage(matteDecoding: bytes, limits: limits) })
    }

    /// A matte from the bytes of a file, read on a thread of the package's own; see the synchronous form.
    ///
    /// - Throws: ``MattingError``; `CancellationError` where the task is cancelled before its turn comes.
    public init(decoding bytes: [UInt8], limits: DecodingLimits = .default) async throws {
        self = try await MattingError.onOwnThread { try AlphaMatte(decoding: bytes, limits: limits) }
    }

    /// The same on the threads of a pool.
    init(_ image: RasterImage, pool: ThreadPool) throws(MattingError) {
        let channel = try image.matteChannel("matte")
        let (width, stride) = (image.width, image.colorModel.channelCount)
        let tensor = try MattingError.wrapping {
            try Tensor(shape: TensorShape(height: image.height, width: width, channels: 1)) { values in
                guard let target = values.baseAddress else { return }
                image.withSamples { samples in
                    pool.forEach(image.height) { y, _ in
                        let first = y * width
                        switch samples {
                        // Divided, not multiplied by a reciprocal: 51/255 is then exactly what 0.2 rounds to.
                        case .eight(let source):
                            for x in first..<first + width { target[x] = Float(source[x * stride + channel]) / 255 }
                        case .sixteen(let source):
                            for x in first..<first + width { target[x] = Float(source[x * stride + channel]) / 65535 }
                        }
                    }
                }
            }
        }
        self.init(tensor)
    }

    /// A matte of zeros: the truth of a picture without a subject.
    ///
    /// - Throws: ``MattingError/computation(_:)`` where memory is refused or the size is none.
    package init(emptyOfWidth width: Int, height: Int) throws(MattingError) {
        self.init(
            try MattingError.wrapping {
                try Tensor(zeros: TensorShape(height: height, width: width, channels: 1))
            })
    }

    /// The matte at another size: averaged over areas where it shrinks, interpolated where it grows, through 16 bits.
    ///
    /// - Throws: ``MattingError`` where memory is refused.
    package func resized(width: Int, height: Int) throws(MattingError) -> AlphaMatte {
        let image = try self.image(bitDepth: .sixteen)
        return try MattingError.wrapping {
            let averaged = try image.areaAveraged(
                width: min(width, self.width), height: min(height, self.height), pool: .shared)
            return AlphaMatte(try averaged.resized(height: height, width: width, pool: .shared))
        }
    }
}

extension RasterImage {
    /// Which channel of a pixel holds the matte (or trimap, as `part` calls it).
    ///
    /// - Throws: ``MattingError/colored(_:)`` where no single one does.
    package func matteChannel(_ part: String) throws(MattingError) -> Int {
        let channels = colorModel.channelCount
        if colorModel.hasAlpha, !allPixels({ $0[channels - 1] == .max }, { $0[channels - 1] == .max }) {
            return channels - 1
        }
        guard
            colorModel.colorChannelCount == 1
                || allPixels({ $0[0] == $0[1] && $0[1] == $0[2] }, { $0[0] == $0[1] && $0[1] == $0[2] })
        else { throw .colored(part) }
        return 0
    }

    /// Whether a condition holds for the samples of every pixel.
    private func allPixels(
        _ isTrue8: (UnsafePointer<UInt8>) -> Bool, _ isTrue16: (UnsafePointer<UInt16>) -> Bool
    ) -> Bool {
        let stride = colorModel.channelCount
        var isTrue = true
        withSamples { samples in
            switch samples {
            case .eight(let samples):
                isTrue = (0..<width * height).allSatisfy { isTrue8(samples + $0 * stride) }
            case .sixteen(let samples):
                isTrue = (0..<width * height).allSatisfy { isTrue16(samples + $0 * stride) }
            }
        }
        return isTrue
    }

    /// The picture at another size, each pixel the nearest of this one: for trimaps, whose values must not mix.
    ///
    /// - Throws: ``MattingError/image(_:)`` where memory is refused.
    package func nearestResized(width: Int, height: Int) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            var resized = try RasterImage(
                width: width, height: height, colorModel: colorModel, bitDepth: bitDepth)
            let stride = colorModel.channelCount
            try withSamples { source in
                try resized.withMutableSamples { target in
                    for y in 0..<height {
                        let row = nearest(y, of: height, among: self.height) * self.width
                        for x in 0..<width {
                            let from = (row + nearest(x, of: width, among: self.width)) * stride
                            let to = (y * width + x) * stride
                            for c in 0..<stride {
                                switch (source, target) {
                                case (.eight(let source), .eight(let target)): target[to + c] = source[from + c]
                                case (.sixteen(let source), .sixteen(let target)): target[to + c] = source[from + c]
                                default: preconditionFailure("the depth is the same")
                                }
                            }
                        }
                    }
                }
            }
            return resized
        }
    }

    /// The pixel that lies under the centre of pixel `index` of `count`, of a row of another length.
    private func nearest(_ index: Int, of count: Int, among sourceCount: Int) -> Int {
        (2 * index + 1) * sourceCount / (2 * count)
    }
}
