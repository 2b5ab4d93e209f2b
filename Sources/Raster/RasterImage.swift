/// A picture in memory: interleaved samples, row by row from the top, without padding.
///
/// Alpha is straight, not premultiplied, and lies in `[0, 255]` or `[0, 65535]` like the colours. The colours are as
/// stored in the file: encoded by ``iccProfile`` if there is one and sRGB by convention if not; no gamma, chromaticity or
/// profile is applied to them. The picture is upright: an EXIF orientation was applied when it was decoded.
///
/// A value with copy-on-write storage, safe to share between threads.
public struct RasterImage: Sendable {
    /// In pixels, at least 1.
    public let width: Int
    /// In pixels, at least 1.
    public let height: Int
    /// The channels of a pixel.
    public let colorModel: ColorModel
    /// Bits of a sample.
    public let bitDepth: BitDepth
    /// ICC profile of the colours as it was embedded, written to the output if it fits the pixels.
    public var iccProfile: [UInt8]?
    /// What else the file said of the picture.
    package var metadata: ImageMetadata
    /// What decoding or compositing had to leave out or to approximate; empty for most pictures.
    public package(set) var warnings: [DecodingWarning]
    package private(set) var storage: PixelStorage

    /// A picture of zeros (black, and transparent if it has alpha).
    ///
    /// - Parameters:
    ///   - width: In pixels, at least 1.
    ///   - height: In pixels, at least 1.
    ///   - colorModel: The channels of a pixel.
    ///   - bitDepth: Bits of a sample.
    ///   - iccProfile: Of the colours; nil for sRGB.
    ///   - exif: A TIFF block without the leading `Exif\0\0`, of an upright picture.
    /// - Throws: ``RasterError/emptyPicture(width:height:)``, ``RasterError/outOfMemory(byteCount:purpose:)``,
    ///   or ``RasterError/tooLarge(width:height:maxPixels:maxSide:)`` for more than the formats can hold.
    public init(
        width: Int, height: Int, colorModel: ColorModel, bitDepth: BitDepth = .eight, iccProfile: [UInt8]? = nil,
        exif: [UInt8]? = nil
    ) throws(RasterError) {
        let byteCount = try Self.byteCount(width: width, height: height, colorModel: colorModel, bitDepth: bitDepth)
        let storage = try PixelStorage(byteCount: byteCount, purpose: "a picture of \(width) x \(height) pixels")
        self.init(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, iccProfile: iccProfile,
            metadata: ImageMetadata(exif: exif), warnings: [], storage: storage)
    }

    package init(
        width: Int, height: Int, colorModel: ColorModel, bitDepth: BitDepth, iccProfile: [UInt8]?,
        metadata: ImageMetadata, warnings: [DecodingWarning], storage: PixelStorage
    ) {
        precondition(storage.byteCount == width * height * colorModel.channelCount * bitDepth.bytesPerSample)
        self.width = width
        self.height = height
        self.colorModel = colorModel
        self.bitDepth = bitDepth
        self.iccProfile = iccProfile
        self.metadata = metadata
        self.warnings = warnings
        self.storage = storage
    }

    /// EXIF as a TIFF block without the leading `Exif\0\0`, as it was read but upright (orientation 1). What of it is
    /// written is for ``EncodingOptions/metadata`` to say.
    public var exif: [UInt8]? {
        get { metadata.exif }
        set { metadata.exif = newValue }
    }

    /// How densely the pixels are meant to be printed, written to every format that can hold it.
    public var resolution: Resolution? {
        get { metadata.resolution }
        set { metadata.resolution = newValue }
    }

    /// Samples in the whole picture: width x height x channels.
    public var sampleCount: Int { width * height * colorModel.channelCount }

    /// Bytes of one row.
    public var bytesPerRow: Int { width * colorModel.channelCount * bitDepth.bytesPerSample }

    /// Memory for the pixels, by checked arithmetic.
    package static func byteCount(
        width: Int, height: Int, colorModel: ColorModel, bitDepth: BitDepth
    ) throws(RasterError) -> Int {
        guard width > 0, height > 0 else { throw .emptyPicture(width: width, height: height) }
        // PNG's own limit; it also keeps the product below far from overflow.
        let maxSide = 0x7FFF_FFFF
        let maxPixels = Int.max / 8
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard width <= maxSide, height <= maxSide, !overflow, pixels <= maxPixels else {
            throw .tooLarge(width: width, height: height, maxPixels: maxPixels, maxSide: maxSide)
        }
        return pixels * colorModel.channelCount * bitDepth.bytesPerSample
    }
}

extension RasterImage {
    /// The channels of a pixel, in the order of their samples.
    public enum ColorModel: Sendable, Equatable, CaseIterable {
        /// One channel of grey.
        case gray
        /// Grey and alpha.
        case grayAlpha
        /// Red, green, blue.
        case rgb
        /// Red, green, blue, alpha.
        case rgba

        /// 1, 2, 3 or 4.
        public var channelCount: Int {
            switch self {
            case .gray: 1
            case .grayAlpha: 2
            case .rgb: 3
            case .rgba: 4
            }
        }

        /// Whether the last channel is alpha.
        public var hasAlpha: Bool { self == .grayAlpha || self == .rgba }

        /// 1 or 3.
        public var colorChannelCount: Int { self == .gray || self == .grayAlpha ? 1 : 3 }

        package init?(channelCount: Int) {
            guard let model = Self.allCases.first(where: { $0.channelCount == channelCount }) else { return nil }
            self = model
        }
    }

    /// Bits of a sample.
    public enum BitDepth: Int, Sendable, Equatable, CaseIterable {
        /// Samples in `[0, 255]`.
        case eight = 8
        /// Samples in `[0, 65535]`, in the byte order of the machine.
        case sixteen = 16

        package var bytesPerSample: Int { rawValue / 8 }
    }
}

// MARK: - Samples

extension RasterImage {
    /// Reads the samples of an 8-bit picture, `[height, width, channel]`; the buffer is valid inside `body` only.
    ///
    /// - Throws: ``RasterError/differentBitDepth(expected:actual:)`` unless ``bitDepth`` is ``BitDepth/eight``, and what
    ///   `body` throws.
    public func withPixels8<Result>(_ body: (UnsafeBufferPointer<UInt8>) throws -> Result) throws -> Result {
        try expect(.eight)
        return try withSamples8(body)
    }

    /// Reads the samples of a 16-bit picture, `[height, width, channel]`; the buffer is valid inside `body` only.
    ///
    /// - Throws: ``RasterError/differentBitDepth(expected:actual:)`` unless ``bitDepth`` is ``BitDepth/sixteen``, and what
    ///   `body` throws.
    public func withPixels16<Result>(_ body: (UnsafeBufferPointer<UInt16>) throws -> Result) throws -> Result {
        try expect(.sixteen)
        return try withSamples16(body)
    }

    /// Reads or writes the samples of an 8-bit picture in place, copying them first if another picture shares them.
    ///
    /// - Throws: ``RasterError/differentBitDepth(expected:actual:)`` unless ``bitDepth`` is ``BitDepth/eight``,
    ///   ``RasterError/outOfMemory(byteCount:purpose:)`` where a copy was needed and refused.
    public mutating func withMutablePixels8<Result>(
        _ body: (UnsafeMutableBufferPointer<UInt8>) -> Result
    ) throws(RasterError) -> Result {
        try expect(.eight)
        return try withMutableSamples8(body)
    }

    /// Reads or writes the samples of a 16-bit picture in place, copying them first if another picture shares them.
    ///
    /// - Throws: ``RasterError/differentBitDepth(expected:actual:)`` unless ``bitDepth`` is ``BitDepth/sixteen``,
    ///   ``RasterError/outOfMemory(byteCount:purpose:)`` where a copy was needed and refused.
    public mutating func withMutablePixels16<Result>(
        _ body: (UnsafeMutableBufferPointer<UInt16>) -> Result
    ) throws(RasterError) -> Result {
        try expect(.sixteen)
        return try withMutableSamples16(body)
    }

    private func expect(_ depth: BitDepth) throws(RasterError) {
        guard bitDepth == depth else {
            throw .differentBitDepth(expected: depth.rawValue, actual: bitDepth.rawValue)
        }
    }
}

// Whoever has looked at the depth needs no error.
extension RasterImage {
    /// Reads the samples of a picture that has 8 bits.
    package func withSamples8<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(bitDepth == .eight, "8-bit access to a picture of \(bitDepth.rawValue) bits")
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: pointer(to: UInt8.self), count: sampleCount))
    }

    /// Reads the samples of a picture that has 16 bits.
    package func withSamples16<Result, Failure: Error>(
        _ body: (UnsafeBufferPointer<UInt16>) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        precondition(bitDepth == .sixteen, "16-bit access to a picture of \(bitDepth.rawValue) bits")
        defer { withExtendedLifetime(storage) {} }
        return try body(UnsafeBufferPointer(start: pointer(to: UInt16.self), count: sampleCount))
    }

    /// Writes the samples of a picture that has 8 bits.
    package mutating func withMutableSamples8<Result>(
        _ body: (UnsafeMutableBufferPointer<UInt8>) -> Result
    ) throws(RasterError) -> Result {
        precondition(bitDepth == .eight, "8-bit access to a picture of \(bitDepth.rawValue) bits")
        try makeUnique()
        defer { withExtendedLifetime(storage) {} }
        return body(UnsafeMutableBufferPointer(start: pointer(to: UInt8.self), count: sampleCount))
    }

    /// Writes the samples of a picture that has 16 bits.
    package mutating func withMutableSamples16<Result>(
        _ body: (UnsafeMutableBufferPointer<UInt16>) -> Result
    ) throws(RasterError) -> Result {
        precondition(bitDepth == .sixteen, "16-bit access to a picture of \(bitDepth.rawValue) bits")
        try makeUnique()
        defer { withExtendedLifetime(storage) {} }
        return body(UnsafeMutableBufferPointer(start: pointer(to: UInt16.self), count: sampleCount))
    }

    private func pointer<Sample>(to type: Sample.Type) -> UnsafeMutablePointer<Sample> {
        storage.base.bindMemory(to: type, capacity: sampleCount)
    }

    private mutating func makeUnique() throws(RasterError) {
        if !isKnownUniquelyReferenced(&storage) { storage = try storage.copy() }
    }
}
