import ImageCodecs
import MatteRefinement

extension RasterImage {
    /// The picture as the guide of a filter, without a copy; valid inside `body` only.
    func withGuideRows<Result, Failure: Error>(
        _ body: (PixelRows) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        func rows(_ bytes: UnsafeRawBufferPointer) -> PixelRows? {
            bytes.baseAddress.map { base in
                PixelRows(
                    base: base, width: width, height: height, samplesPerPixel: colorModel.channelCount,
                    bytesPerSample: bitDepth.rawValue / 8)
            }
        }
        func call(_ bytes: UnsafeRawBufferPointer) throws(Failure) -> Result {
            guard let guide = rows(bytes) else { preconditionFailure("a picture has at least one pixel") }
            return try body(guide)
        }
        switch bitDepth {
        case .eight:
            return try withPixels8 { (pixels) throws(Failure) in try call(UnsafeRawBufferPointer(pixels)) }
        case .sixteen:
            return try withPixels16 { (pixels) throws(Failure) in try call(UnsafeRawBufferPointer(pixels)) }
        }
    }
}
