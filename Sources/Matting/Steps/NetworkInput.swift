import MattingNetworks
import Raster
import TensorCore
import Threads
import WeightFiles

/// The picture as a network wants it: shrunk by area, normalised by the weight file's recipe.
struct NetworkInput {
    /// `[1, h, w, 3]`, normalised.
    let tensor: Tensor

    /// The pixels of an input that a smaller picture is enlarged to, at most: a strip of one row times 512 rows is a
    /// network of gigabytes.
    private static let largestEnlargement = 1 << 23

    /// - Throws: ``MattingError/inputTooLarge(width:height:limit:)``, ``TensorError`` where memory is refused.
    init(_ image: RasterImage, recipe: InputRecipe, pool: ThreadPool) throws {
        let size = recipe.inputSize(forImageWidth: image.width, height: image.height)
        let limit = max(image.width * image.height, Self.largestEnlargement)
        // The picture's own size is not an enlargement, whatever it is rounded to.
        guard recipe.rule == .native || size.width * size.height <= limit else {
            throw MattingError.inputTooLarge(width: size.width, height: size.height, limit: limit)
        }
        var colors = try Self.colors(image, width: size.width, height: size.height, pool: pool)
        try Self.normalize(&colors, recipe: recipe)
        self.tensor = colors
    }

    /// The picture at another size, `[1, height, width, 3]`: red, green, blue in `[0, 1]`.
    ///
    /// Shrinking averages areas, so that nothing of the picture is skipped; growing interpolates.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    static func colors(
        _ image: RasterImage, width: Int, height: Int, pool: ThreadPool
    ) throws(TensorError) -> Tensor {
        let shrunk = try image.areaAveraged(
            width: min(width, image.width), height: min(height, image.height), pool: pool)
        let colors = try colors(shrunk, colorModel: image.colorModel)
        if colors.shape.width == width && colors.shape.height == height { return colors }
        return try colors.resized(height: height, width: width, pool: pool)
    }

    /// Red, green, blue in `[0, 1]`. Transparent parts are laid over mid-grey, which a normalised network sees as
    /// nothing: the colours behind them may be anything.
    private static func colors(_ samples: Tensor, colorModel: RasterImage.ColorModel) throws(TensorError) -> Tensor {
        if colorModel == .rgb { return samples }
        let channels = colorModel.channelCount
        let colorCount = colorModel.colorChannelCount
        return try Tensor(shape: samples.shape.with(channels: 3)) { target in
            samples.withValues { source in
                for pixel in 0..<samples.shape.pixelCount {
                    let first = pixel * channels
                    // Area averages of premultiplied colours, so colour and coverage are already multiplied.
                    let uncovered = colorModel.hasAlpha ? (1 - source[first + channels - 1]) * 0.5 : 0
                    for c in 0..<3 {
                        target[pixel * 3 + c] = source[first + (colorCount == 1 ? 0 : c)] + uncovered
                    }
                }
            }
        }
    }

    /// (value / maximum − mean) / std, in the recipe's channel order.
    private static func normalize(_ colors: inout Tensor, recipe: InputRecipe) throws(TensorError) {
        // Networks that take a picture of any size take it as it is, and it may be large.
        let isPlain = recipe.mean == .zero && recipe.std == .one && recipe.channels == .rgb
        if isPlain && !recipe.dividesByMaximum { return }
        try colors.withMutableValues { values in
            var maximum: Float = 1
            if recipe.dividesByMaximum, let largest = values.max(), largest > 0 { maximum = largest }
            for pixel in stride(from: 0, to: values.count, by: 3) {
                if recipe.channels == .bgr { values.swapAt(pixel, pixel + 2) }
                for c in 0..<3 { values[pixel + c] = (values[pixel + c] / maximum - recipe.mean[c]) / recipe.std[c] }
            }
        }
    }
}
