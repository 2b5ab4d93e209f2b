import MatteRefinement
import Raster

extension RasterImage {
    /// The picture as the guide of a filter, without a copy, transparent parts over mid-grey as for the network; valid
    /// inside `body` only.
    func withGuideRows<Result, Failure: Error>(
        _ body: (any GuideRows) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        func call(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Result {
            guard let base = bytes.baseAddress else { preconditionFailure("a picture has at least one pixel") }
            let rows = PixelRows(
                base: base, width: width, height: height, samplesPerPixel: colorModel.channelCount,
                bytesPerSample: bitDepth.rawValue / 8)
            return try body(colorModel.hasAlpha ? CoveredRows(rows, base: base, image: self) : rows)
        }
        switch bitDepth {
        case .eight:
            return try withSamples8 { (pixels) throws(Failure) in try call(UnsafeRawBufferPointer(pixels)) }
        case .sixteen:
            return try withSamples16 { (pixels) throws(Failure) in try call(UnsafeRawBufferPointer(pixels)) }
        }
    }
}

/// Rows of a picture that has an alpha channel, laid over mid-grey: colours that nobody sees must not guide.
private struct CoveredRows: GuideRows, @unchecked Sendable {
    // Unchecked: the pointer is only read.
    private let rows: PixelRows
    private let base: UnsafeRawPointer
    private let samplesPerPixel: Int
    private let bitDepth: RasterImage.BitDepth

    var width: Int { rows.width }
    var height: Int { rows.height }
    var channels: Int { rows.channels }

    init(_ rows: PixelRows, base: UnsafeRawPointer, image: RasterImage) {
        self.rows = rows
        self.base = base
        self.samplesPerPixel = image.colorModel.channelCount
        self.bitDepth = image.bitDepth
    }

    func read(row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int) {
        rows.read(row: row, columns: columns, into: planes, stride: stride)
        let first = (row * width + columns.lowerBound + 1) * samplesPerPixel - 1
        for x in 0..<columns.count {
            let index = first + x * samplesPerPixel
            let alpha =
                switch bitDepth {
                case .eight: Float(base.assumingMemoryBound(to: UInt8.self)[index]) * (1 / 255)
                case .sixteen: Float(base.assumingMemoryBound(to: UInt16.self)[index]) * (1 / 65535)
                }
            for c in 0..<channels {
                let value = planes + c * stride + x
                value.pointee = value.pointee * alpha + 0.5 * (1 - alpha)
            }
        }
    }
}
