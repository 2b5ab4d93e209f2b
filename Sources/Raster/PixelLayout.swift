/// How the pixels of a caller lie in memory: the order of the channels, the depth of a sample, what alpha has done to the
/// colours. Samples of 16 bits are in the byte order of the machine.
public struct PixelLayout: Sendable, Hashable {
    /// The channels of a pixel, in the order of their samples.
    @nonexhaustive public enum Channels: Sendable, Hashable, CaseIterable {
        /// One channel of grey.
        case gray
        /// Grey and alpha.
        case grayAlpha
        /// Red, green, blue.
        case rgb
        /// Blue, green, red, as OpenCV keeps pictures.
        case bgr
        /// Red, green, blue, alpha.
        case rgba
        /// Blue, green, red, alpha, as most cameras and screens keep pictures.
        case bgra
        /// Alpha, red, green, blue.
        case argb
        /// Red, green, blue, and a sample of no meaning, which is written as opaque.
        case rgbx
        /// Blue, green, red, and a sample of no meaning, which is written as opaque.
        case bgrx

        /// Samples of a pixel.
        public var count: Int {
            switch self {
            case .gray: 1
            case .grayAlpha: 2
            case .rgb, .bgr: 3
            case .rgba, .bgra, .argb, .rgbx, .bgrx: 4
            }
        }

        /// Whether one of them is alpha.
        public var hasAlpha: Bool { colorModel.hasAlpha }

        /// What such pixels become.
        public var colorModel: RasterImage.ColorModel {
            switch self {
            case .gray: .gray
            case .grayAlpha: .grayAlpha
            case .rgb, .bgr, .rgbx, .bgrx: .rgb
            case .rgba, .bgra, .argb: .rgba
            }
        }

        /// Where each channel of ``colorModel`` lies in a pixel.
        var positions: [Int] {
            switch self {
            case .gray: [0]
            case .grayAlpha: [0, 1]
            case .rgb, .rgbx: [0, 1, 2]
            case .bgr, .bgrx: [2, 1, 0]
            case .rgba: [0, 1, 2, 3]
            case .bgra: [2, 1, 0, 3]
            case .argb: [1, 2, 3, 0]
            }
        }
    }

    /// The channels of a pixel.
    public var channels: Channels
    /// Bits of a sample.
    public var bitDepth: RasterImage.BitDepth
    /// Whether the colours are multiplied by alpha; of no meaning without alpha.
    public var isPremultiplied: Bool

    /// A layout of any channels; straight samples of 8 bits if nothing else is said.
    public init(
        _ channels: Channels, bitDepth: RasterImage.BitDepth = .eight, isPremultiplied: Bool = false
    ) {
        self.channels = channels
        self.bitDepth = bitDepth
        self.isPremultiplied = isPremultiplied
    }

    /// Bytes of a pixel.
    public var bytesPerPixel: Int { channels.count * bitDepth.bytesPerSample }

    /// Whether pixels lie as a ``RasterImage`` keeps them, so that whole rows can be taken over.
    var isNative: Bool {
        channels.count == channels.colorModel.channelCount && channels.positions == Array(0..<channels.count)
            && !(isPremultiplied && channels.hasAlpha)
    }
}

extension PixelLayout {
    /// The bytes from row to row, checked against the rows' own and against the memory there is.
    ///
    /// - Throws: ``RasterError/emptyPicture(width:height:)``, ``RasterError/tooLarge(width:height:maxPixels:maxSide:)``,
    ///   ``RasterError/rowsTooShort(bytesPerRow:needed:)``, ``RasterError/bufferTooSmall(byteCount:needed:)``.
    package func stride(
        width: Int, height: Int, bytesPerRow: Int?, byteCount: Int
    ) throws(RasterError) -> Int {
        _ = try RasterImage.byteCount(width: width, height: height, colorModel: .rgba, bitDepth: .sixteen)
        let rowBytes = width * bytesPerPixel
        let stride = bytesPerRow ?? rowBytes
        guard stride >= rowBytes else { throw .rowsTooShort(bytesPerRow: stride, needed: rowBytes) }
        let (before, overflow) = stride.multipliedReportingOverflow(by: height - 1)
        let (needed, isTooMuch) = before.addingReportingOverflow(rowBytes)
        guard !overflow, !isTooMuch, byteCount >= needed else {
            throw .bufferTooSmall(byteCount: byteCount, needed: overflow || isTooMuch ? .max : needed)
        }
        return stride
    }
}
