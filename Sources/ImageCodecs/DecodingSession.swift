import CImageCodecs
import Raster

/// What the decoders of all formats do alike: check limits, judge the library's report, put the picture together.
struct DecodingSession {
    let format: ImageFormat
    let limits: DecodingLimits
    let lenient: Bool

    /// Memory for the picture a header announces.
    ///
    /// - Throws: ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)`` before anything is allocated.
    func makeStorage(for info: cic_picture_info) throws(ImageCodecError) -> PixelStorage {
        try checkSize(of: info)
        let (width, height) = (Int(info.width), Int(info.height))
        let (colorModel, bitDepth) = layout(of: info)
        return try ImageCodecError.wrapping { () throws(RasterError) in
            let byteCount = try RasterImage.byteCount(
                width: width, height: height, colorModel: colorModel, bitDepth: bitDepth)
            return try PixelStorage(byteCount: byteCount, purpose: "a picture of \(width) x \(height) pixels")
        }
    }

    /// - Throws: ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)``.
    func checkSize(of info: cic_picture_info) throws(ImageCodecError) {
        try limits.check(width: Int(info.width), height: Int(info.height))
    }

    /// Accepts the pixels, or in lenient decoding what there is of them.
    ///
    /// - Returns: Warnings that state the damage.
    func judge(
        _ status: cic_status, _ report: cic_report, _ info: cic_picture_info
    ) throws(ImageCodecError) -> [DecodingWarning] {
        let isFailed = status != CIC_OK
        if isFailed {
            let isTolerable = status == CIC_MALFORMED || status == CIC_TRUNCATED
            guard lenient, isTolerable, report.has_pixels else { throw error(status, report, info) }
        }
        var warnings: [DecodingWarning] = []
        if isFailed || report.damaged {
            let rows = Int(report.sound_rows)
            let isTruncated = report.truncated || status == CIC_TRUNCATED
            warnings.append(
                isTruncated ? .truncated(rowsDecoded: rows) : .damaged(reason: report.reason, rowsDecoded: rows))
        }
        if report.end_missing { warnings.append(.endMarkMissing) }
        return warnings
    }

    func error(_ status: cic_status, _ report: cic_report, _ info: cic_picture_info) -> ImageCodecError {
        switch status {
        case CIC_UNSUPPORTED:
            .unsupported(format: format, feature: report.reason)
        case CIC_TOO_MANY_SCANS:
            .tooManyScans(limit: limits.maxScans)
        case CIC_METADATA_TOO_LARGE:
            .metadataTooLarge(limit: limits.maxAncillaryBytes)
        case CIC_OUT_OF_MEMORY:
            outOfMemory(info)
        case CIC_WRONG_BUFFER:
            preconditionFailure("the decoder's buffer does not fit the picture")
        case _ where lenient:
            .nothingReadable(format: format, reason: report.reason)
        case CIC_TRUNCATED:
            .truncated(format: format, rowsDecoded: Int(report.sound_rows), height: Int(info.height))
        default:
            .malformed(format: format, reason: report.reason)
        }
    }

    /// The library's own working memory, roughly: coefficients take two bytes a sample.
    private func outOfMemory(_ info: cic_picture_info) -> ImageCodecError {
        let (byteCount, overflow) = (Int(info.width) * Int(info.height)).multipliedReportingOverflow(by: 6)
        return .outOfMemory(byteCount: overflow ? .max : byteCount, purpose: "decoding \(format)")
    }

    /// Checks the metadata and sets the picture upright.
    ///
    /// - Parameters:
    ///   - storage: As decoded, owned by the caller alone.
    ///   - metadata: As read; of the picture as it is stored.
    ///   - warnings: About damage and metadata, so far.
    ///   - colorDeviation: in which way colours without a profile are not sRGB, as far as the file says.
    func assemble(
        _ storage: PixelStorage, _ info: cic_picture_info, _ metadata: ImageMetadata, profile: [UInt8]?,
        report: cic_report, warnings: [DecodingWarning], colorDeviation: String? = nil
    ) throws(ImageCodecError) -> RasterImage {
        var warnings = warnings
        let (colorModel, bitDepth) = layout(of: info)
        let profile = checked(profile, colorModel, isCMYK: info.is_cmyk, warnings: &warnings)
        if profile == nil, let colorDeviation { warnings.append(.colorSpaceDropped(reason: colorDeviation)) }
        let exif = checked(metadata.exif, warnings: &warnings)
        warnings += report.remarks.map { remark in
            profile == nil && remark.hasPrefix("iCCP:") ? .iccProfileDropped(reason: remark) : .remark(remark)
        }

        var (width, height) = (Int(info.width), Int(info.height))
        let (storedWidth, storedHeight) = (width, height)
        let orientation = exif?.orientation ?? .upright
        let upright = try ImageCodecError.wrapping { () throws(RasterError) in
            try OrientationTransform.apply(
                orientation, to: storage, width: storedWidth, height: storedHeight,
                bytesPerPixel: colorModel.channelCount * bitDepth.bytesPerSample)
        }
        if orientation.swapsSides { swap(&width, &height) }
        var metadata = metadata
        let resolution = metadata.resolution ?? exif?.resolution
        metadata.resolution = orientation.swapsSides ? resolution?.turned : resolution
        var uprightExif = exif
        uprightExif?.makeUpright()
        metadata.exif = uprightExif?.bytes
        return RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, iccProfile: profile,
            metadata: metadata, warnings: warnings, storage: upright)
    }

    private func layout(of info: cic_picture_info) -> (RasterImage.ColorModel, RasterImage.BitDepth) {
        guard let model = RasterImage.ColorModel(channelCount: Int(info.channels)),
            let depth = RasterImage.BitDepth(rawValue: Int(info.bit_depth))
        else { preconditionFailure("a picture of \(info.channels) channels of \(info.bit_depth) bits") }
        return (model, depth)
    }

    /// The profile if it describes the pixels.
    private func checked(
        _ profile: [UInt8]?, _ colorModel: RasterImage.ColorModel, isCMYK: Bool, warnings: inout [DecodingWarning]
    ) -> [UInt8]? {
        if isCMYK {
            warnings.append(.cmykConvertedWithoutProfile)
            return nil
        }
        guard let profile else { return nil }
        guard profile.count <= limits.maxAncillaryBytes else {
            warnings.append(.iccProfileDropped(reason: "it is longer than \(limits.maxAncillaryBytes) bytes"))
            return nil
        }
        if let defect = ICCProfile.defect(in: profile, for: colorModel) {
            warnings.append(.iccProfileDropped(reason: defect))
            return nil
        }
        return profile
    }

    private func checked(_ exif: [UInt8]?, warnings: inout [DecodingWarning]) -> ExifBlock? {
        guard let exif else { return nil }
        do throws(ExifBlock.Defect) {
            return try ExifBlock(exif)
        } catch {
            warnings.append(.exifDropped(reason: error.reason))
            return nil
        }
    }
}

extension cic_report {
    /// The library's text about the error or the damage.
    var reason: String {
        withUnsafeBytes(of: message) { Self.text($0[...]) }
    }

    /// The library's remarks about parts that no pixel depends on.
    var remarks: [String] {
        withUnsafeBytes(of: notes) { bytes in
            (0..<Int(note_count)).map { index in
                Self.text(bytes[index * Int(CIC_TEXT_SIZE)..<(index + 1) * Int(CIC_TEXT_SIZE)])
            }
        }
    }

    private static func text(_ bytes: Slice<UnsafeRawBufferPointer>) -> String {
        String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
    }
}

extension DecodingLimits {
    /// - Throws: ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)``.
    func check(width: Int, height: Int) throws(ImageCodecError) {
        let (pixels, overflow) = width.multipliedReportingOverflow(by: height)
        guard !overflow, pixels <= maxPixels, width <= maxSide, height <= maxSide else {
            throw .tooLarge(width: width, height: height, maxPixels: maxPixels, maxSide: maxSide)
        }
    }
}
