import Matting
import PictureTestSupport
import Raster
import TensorCore
import TestSupport

extension ReferenceMap {
    /// The samples of a picture as fractions of full scale, colours multiplied by alpha.
    init(premultiplied image: RasterImage) throws {
        let channels = image.colorModel.channelCount
        let samples = image.samples.map { Double($0) / Double(image.maximum) }
        let shape = try TensorShape(height: image.height, width: image.width, channels: channels)
        let values = samples.enumerated().map { index, value in
            let channel = index % channels
            guard image.colorModel.hasAlpha, channel < channels - 1 else { return value }
            return value * samples[index - channel + channels - 1]
        }
        self.init(shape, values: values)
    }

    /// Averaged over areas where it shrinks, then interpolated where it grows.
    func scaled(height: Int, width: Int) -> ReferenceMap {
        areaAveraged(height: min(height, shape.height), width: min(width, shape.width))
            .resized(height: height, width: width, alignsCorners: false)
    }

    /// Red, green and blue of premultiplied pixels over a ground of one grey.
    func colors(_ model: RasterImage.ColorModel, over ground: Double) -> ReferenceMap {
        mapped(channels: 3) { pixel, c in
            let color = pixel[model.colorChannelCount == 1 ? 0 : c]
            return model.hasAlpha ? color + (1 - pixel[pixel.count - 1]) * ground : color
        }
    }
}
