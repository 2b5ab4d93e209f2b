import CImageCodecs
import Files
import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the encoders of all formats do alike: choose the metadata that can be written, judge the library's report.
struct EncodingSession {
    let format: ImageFormat
    private(set) var warnings: [EncodingWarning] = []

    init(format: ImageFormat) { self.format = format }

    mutating func warn(_ warning: EncodingWarning) { warnings.append(warning) }

    /// The picture's profile if it describes the pixels; unless all metadata travels, without what is its maker's own.
    mutating func profile(of image: RasterImage, _ policy: MetadataPolicy) -> [UInt8] {
        profile(image.iccProfile, for: image.colorModel, policy)
    }

    /// The profile if it describes pixels of `colorModel`, as it is written.
    mutating func profile(
        _ profile: [UInt8]?, for colorModel: RasterImage.ColorModel, _ policy: MetadataPolicy
    ) -> [UInt8] {
        guard let profile else { return [] }
        if let defect = ICCProfile.defect(in: profile, for: colorModel) {
            warn(.iccProfileDropped(reason: defect))
            return []
        }
        return policy == .all ? profile : ICCProfile.withoutPrivateData(profile)
    }

    /// Calls the C module with pointers to a picture and its profile, valid inside `body` only.
    static func withArguments(
        _ image: RasterImage, profile: [UInt8], _ body: (inout cic_pixels, inout cic_profile) -> cic_status
    ) -> cic_status {
        profile.withUnsafeBufferPointer { profile in
            var pixels = cic_pixels(
                samples: image.storage.base, width: UInt32(image.width), height: UInt32(image.height),
                channels: Int32(image.colorModel.channelCount), bit_depth: Int32(image.bitDepth.rawValue))
            var profile = cic_profile(data: profile.baseAddress, size: profile.count)
            return withExtendedLifetime(image.storage) { body(&pixels, &profile) }
        }
    }

    /// Takes over what the library left out of the file.
    mutating func takeRemarks(_ report: cic_report) {
        for remark in report.remarks {
            warn(remark.hasPrefix("iCCP") ? .iccProfileDropped(reason: remark) : .remark(remark))
        }
    }

    /// Throws what a status other than success means.
    ///
    /// - Parameter byteCount: what the library may have asked for, roughly.
    func check(_ status: cic_status, _ report: cic_report, byteCount: Int) throws(ImageCodecError) {
        switch status {
        case CIC_OK: return
        case CIC_OUT_OF_MEMORY: throw .outOfMemory(byteCount: byteCount, purpose: "encoding \(format)")
        case CIC_WRONG_BUFFER: preconditionFailure("the \(format) encoder does not take such pixels")
        default: throw .encodingFailed(format: format, reason: report.reason)
        }
    }

    /// Takes over the bytes of a file that is complete.
    func finish(_ bytes: cic_bytes) throws(ImageCodecError) -> EncodedImage {
        guard let data = bytes.data else { throw .encodingFailed(format: format, reason: "no bytes came out") }
        // The memory grew by doubling; give back what is not used.
        let base = realloc(data, max(bytes.count, 1)) ?? UnsafeMutableRawPointer(data)
        return EncodedImage(
            format: format, warnings: warnings, bytes: ByteBuffer(adopting: base, count: bytes.count))
    }
}
