#if WebP
import CImageCodecs
import Raster

/// WebP to a picture: lossy and lossless, with and without alpha; of an animation the first frame on its canvas, which is
/// transparent around it.
enum WebPDecoder {
    static func decode(
        _ bytes: UnsafeRawBufferPointer, in session: DecodingSession
    ) throws(ImageCodecError) -> RasterImage {
        let chunks = WebPChunks(bytes, limits: session.limits)
        guard let frame = chunks.frame, !frame.range.isEmpty else {
            let reason = "there is no frame in it"
            if session.lenient { throw .nothingReadable(format: .webp, reason: reason) }
            throw chunks.isCut
                ? .truncated(format: .webp, rowsDecoded: 0, height: chunks.canvas?.height ?? 0)
                : .malformed(format: .webp, reason: reason)
        }
        let data = UnsafeRawBufferPointer(rebasing: bytes[frame.range])
        let base = data.bindMemory(to: UInt8.self).baseAddress
        var info = cic_picture_info()
        var report = cic_report()
        let headerStatus = cic_webp_read_header(base, data.count, &info, &report)
        guard headerStatus == CIC_OK else { throw session.error(headerStatus, report, info) }
        let frameInfo = info
        try place(frame, on: chunks, &info)

        let storage = try session.makeStorage(for: info)
        let rowBytes = Int(info.width) * Int(info.channels)
        let offset = frame.y * rowBytes + frame.x * Int(info.channels)
        let status = cic_webp_read_pixels(
            base, data.count, info.channels, storage.base.assumingMemoryBound(to: UInt8.self) + offset,
            storage.byteCount - offset, rowBytes, &report)
        if status == CIC_OK { report.sound_rows = frameInfo.height }
        report.sound_rows = min(report.sound_rows + UInt32(frame.y), info.height)
        let damage = try session.judge(status, report, info)
        let endWarning: [DecodingWarning] = status == CIC_OK && chunks.isCut ? [.endMarkMissing] : []
        return try session.assemble(
            storage, info, chunks.metadata, profile: chunks.profile, report: report,
            warnings: damage + endWarning + chunks.warnings)
    }

    /// The size of the whole, and alpha where the frame does not cover it.
    private static func place(
        _ frame: WebPChunks.Frame, on chunks: WebPChunks, _ info: inout cic_picture_info
    ) throws(ImageCodecError) {
        let (width, height) = (Int(info.width), Int(info.height))
        if let size = frame.size, size != (width, height) {
            throw .malformed(format: .webp, reason: "the frame has another size than it says")
        }
        guard let canvas = chunks.canvas else {
            guard frame.size == nil else {
                throw .malformed(format: .webp, reason: "an animation without a canvas")
            }
            return
        }
        guard frame.size != nil else {
            guard canvas == (width, height) else {
                throw .malformed(format: .webp, reason: "the picture has another size than its canvas")
            }
            return
        }
        guard frame.x + width <= canvas.width, frame.y + height <= canvas.height else {
            throw .malformed(format: .webp, reason: "the frame reaches beyond its canvas")
        }
        if (width, height) != canvas { info.channels = 4 }
        info.width = UInt32(canvas.width)
        info.height = UInt32(canvas.height)
    }
}
#endif
