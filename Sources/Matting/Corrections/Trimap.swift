import MatteSolving
import Raster

/// What is certain of a picture's pixels: background, subject, or neither.
///
/// Row-major from the top, of exactly the picture's size after EXIF orientation.
public struct Trimap: Sendable {
    /// What is known of one pixel.
    public enum Value: UInt8, Sendable, CaseIterable {
        /// Certainly not subject: alpha is 0.
        case background = 0
        /// To be found out.
        case unknown = 128
        /// Certainly all subject: alpha is 1.
        case foreground = 255
    }

    /// In pixels.
    public let width: Int
    /// In pixels.
    public let height: Int
    /// Pixels that are certainly not subject.
    public let backgroundCount: Int
    /// Pixels that are certainly subject.
    public let foregroundCount: Int
    /// One byte a pixel, the raw value of what is known of it. Nobody writes to it any more.
    let storage: PixelStorage

    /// Pixels that are neither background nor foreground.
    public var unknownCount: Int { width * height - backgroundCount - foregroundCount }

    /// A trimap of given values, row by row from the top.
    ///
    /// - Throws: ``MattingError/picture(_:)`` for a size that no picture has or where memory is refused,
    ///   ``MattingError/wrongValueCount(count:width:height:)`` unless `values.count == width * height`.
    /// - Complexity: O(pixels).
    public init(width: Int, height: Int, values: [Value]) throws(MattingError) {
        try self.init(width: width, height: height) { () throws(MattingError) in
            guard values.count == width * height else {
                throw MattingError.wrongValueCount(count: values.count, width: width, height: height)
            }
        } initializedWith: { bytes in
            for (index, value) in values.enumerated() { bytes[index] = value.rawValue }
        }
    }

    /// A trimap whose bytes `initialize` writes, each one of the raw values; they are 0 before.
    ///
    /// - Parameter check: called once the size is known to be one.
    /// - Throws: ``MattingError/picture(_:)`` for a size that no picture has or where memory is refused.
    init(
        width: Int, height: Int, check: () throws(MattingError) -> Void = {},
        initializedWith initialize: (UnsafeMutablePointer<UInt8>) -> Void
    ) throws(MattingError) {
        let count = try MattingError.wrapping {
            try RasterImage.byteCount(width: width, height: height, colorModel: .gray, bitDepth: .eight)
        }
        try check()
        let storage = try MattingError.wrapping {
            try PixelStorage(byteCount: count, purpose: "a trimap of \(width) × \(height) pixels")
        }
        let bytes = storage.base.bindMemory(to: UInt8.self, capacity: count)
        initialize(bytes)
        self.width = width
        self.height = height
        self.storage = storage
        (self.backgroundCount, self.foregroundCount) = TrimapLoops.countEnds(bytes, count: count)
    }

    /// What is known of one pixel; nil outside of the picture.
    public subscript(x: Int, y: Int) -> Value? {
        guard x >= 0, x < width, y >= 0, y < height else { return nil }
        return withBytes { Value(rawValue: $0[y * width + x]) }
    }

    /// Reads the bytes, row by row from the top: 0 background, 128 unknown, 255 foreground.
    package func withBytes<Result, Failure: Error>(
        _ body: (UnsafePointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafePointer(storage.base.bindMemory(to: UInt8.self, capacity: width * height)))
    }
}
