import Files
import Raster

/// Layers to Photoshop's formats.
enum PSDEncoder {
    static func encode(
        _ image: LayeredImage, as format: ImageFormat, _ options: EncodingOptions
    ) throws(ImageCodecError) -> EncodedImage {
        throw .notWritten(format: format)
    }

    static func write(
        _ image: LayeredImage, to path: BytePath, as format: ImageFormat, _ options: EncodingOptions
    ) throws(ImageCodecError) -> [EncodingWarning] {
        throw .notWritten(format: format)
    }
}
