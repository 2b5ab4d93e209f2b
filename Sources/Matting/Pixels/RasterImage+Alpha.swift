import KernelDispatch
import Raster
import TensorCore
import Threads

extension RasterImage {
    /// Multiplies a matte `[1, height, width, 1]` by the alpha that the picture already has.
    ///
    /// - Throws: ``TensorError`` where memory is refused.
    func multiplyAlpha(into matte: inout Tensor, pool: ThreadPool) throws(TensorError) {
        let (width, channels) = (self.width, colorModel.channelCount)
        try matte.withMutableValues { values in
            guard let base = values.baseAddress else { return }
            withSamples { samples in
                pool.forEach(height) { y, _ in
                    switch samples {
                    case .eight(let pixels):
                        kernels.multiplyByAlpha8(
                            base + y * width, pixels + y * width * channels, channels: channels, count: width)
                    case .sixteen(let pixels):
                        kernels.multiplyByAlpha16(
                            base + y * width, pixels + y * width * channels, channels: channels, count: width)
                    }
                }
            }
        }
    }
}
