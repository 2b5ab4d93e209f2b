import Raster
import TensorCore

extension Tensor {
    /// `[1, height, width, 1]` of computed values.
    static func plane(
        _ width: Int, _ height: Int, _ value: (_ x: Int, _ y: Int) -> Float
    ) throws -> Tensor {
        try Tensor(shape: TensorShape(height: height, width: width, channels: 1)) { target in
            for y in 0..<height { for x in 0..<width { target[y * width + x] = value(x, y) } }
        }
    }
}

extension RasterImage {
    /// Every `step`-th pixel in a picture `times` as wide and high, around it the colours of its border.
    func fromAfar(step: Int = 3, times: Int = 3) throws -> RasterImage {
        let (samples, channels) = (self.samples, colorModel.channelCount)
        let (width, height) = (self.width / step, self.height / step)
        let before = (times - 1) / 2
        var far: [Int] = []
        for y in 0..<times * height {
            for x in 0..<times * width {
                let row = min(max(y - before * height, 0), height - 1) * step
                let column = min(max(x - before * width, 0), width - 1) * step
                let first = (row * self.width + column) * channels
                far += samples[first..<first + channels]
            }
        }
        return try RasterImage(width: times * width, height: times * height, colorModel: colorModel, samples: far)
    }
}
