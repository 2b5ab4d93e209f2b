import ImageCodecs
import MattingNetworks
import TensorCore
import Threads

/// The picture as a network wants it: shrunk by area, normalised by the weight file's recipe.
struct NetworkInput {
    /// `[1, h, w, 3]`, normalised.
    let tensor: Tensor

    /// - Throws: ``TensorError`` where memory is refused.
    init(_ image: RasterImage, recipe: InputRecipe, pool: ThreadPool) throws(TensorError) {
        let size = recipe.inputSize(forImageWidth: image.width, height: image.height)
        // Shrinking averages areas, so that nothing of the picture is skipped; growing interpolates.
        let shrunk = try image.areaAveraged(
            width: min(size.width, image.width), height: min(size.height, image.height), pool: pool)
        var colors = try Self.colors(shrunk, colorModel: image.colorModel)
        if colors.shape.width != size.width || colors.shape.height != size.height {
            colors = try colors.resized(height: size.height, width: size.width, pool: pool)
        }
        try Self.normalize(&colors, recipe: recipe)
        self.tensor = colors
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
