import Raster

/// A picture to TIFF.
enum TIFFEncoder {
    static func encode(_ image: RasterImage, _ options: EncodingOptions) throws(ImageCodecError) -> EncodedImage {
        throw .notWritten(format: .tiff)
    }
}
