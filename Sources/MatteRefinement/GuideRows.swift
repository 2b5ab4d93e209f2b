import KernelDispatch
import TensorCore

/// A picture that is read row by row as floats, so that no float copy of the whole has to exist.
package protocol GuideRows: Sendable {
    /// Columns, W.
    var width: Int { get }
    /// Rows, H.
    var height: Int { get }
    /// Planes that ``read(row:columns:into:stride:)`` writes: 1 (grey) or 3 (red, green, blue).
    var channels: Int { get }

    /// Writes the columns of a row in [0, 1]: plane c begins at `planes + c * stride`. Several threads call it at once.
    func read(row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int)
}

/// Interleaved 8-bit or 16-bit pixels in memory that the caller keeps alive and unchanged.
///
/// A fourth sample (alpha) is not read, nor is a second one beside grey.
package struct PixelRows: GuideRows, @unchecked Sendable {
    // Unchecked: the pointer is only read.
    package let width: Int
    package let height: Int
    package let channels: Int
    private let base: UnsafeRawPointer
    private let samplesPerPixel: Int
    private let bytesPerSample: Int
    private let bytesPerRow: Int

    /// - Parameters:
    ///   - base: the first sample of the first row; 16-bit samples are in the machine's byte order and aligned.
    ///   - samplesPerPixel: 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA).
    ///   - bytesPerSample: 1 or 2.
    ///   - bytesPerRow: from one row to the next; nil where rows follow one another without gaps.
    package init(
        base: UnsafeRawPointer, width: Int, height: Int, samplesPerPixel: Int, bytesPerSample: Int = 1,
        bytesPerRow: Int? = nil
    ) {
        precondition((1...4).contains(samplesPerPixel), "\(samplesPerPixel) samples a pixel; there are 1 to 4")
        precondition((1...2).contains(bytesPerSample), "\(bytesPerSample) bytes a sample; there are 1 or 2")
        precondition(width >= 0 && height >= 0, "a picture of \(width) × \(height) pixels")
        self.base = base
        self.width = width
        self.height = height
        self.channels = samplesPerPixel < 3 ? 1 : 3
        self.samplesPerPixel = samplesPerPixel
        self.bytesPerSample = bytesPerSample
        self.bytesPerRow = bytesPerRow ?? width * samplesPerPixel * bytesPerSample
    }

    package func read(row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int) {
        let start = base + row * bytesPerRow + columns.lowerBound * samplesPerPixel * bytesPerSample
        if samplesPerPixel == 3 && bytesPerSample == 1 {
            let samples = start.assumingMemoryBound(to: UInt8.self)
            return kernels.planesFromBytes(samples, 1 / 255, planes, stride: stride, columns.count)
        }
        for channel in 0..<channels {
            let target = planes + channel * stride
            if bytesPerSample == 1 {
                let samples = start.assumingMemoryBound(to: UInt8.self) + channel
                kernels.planeFromBytes(samples, samplesPerPixel, 1 / 255, target, columns.count)
            } else {
                let samples = start.assumingMemoryBound(to: UInt16.self) + channel
                kernels.planeFromWords(samples, samplesPerPixel, 1 / 65535, target, columns.count)
            }
        }
    }
}

/// A guide that is a tensor already, `[1, H, W, 1]` or `[1, H, W, 3]`, in [0, 1].
package struct TensorRows: GuideRows {
    private let tensor: Tensor

    package init(_ tensor: Tensor) {
        precondition(
            tensor.shape.batch == 1 && [1, 3].contains(tensor.shape.channels), "a guide of shape \(tensor.shape)")
        self.tensor = tensor
    }

    package var width: Int { tensor.shape.width }
    package var height: Int { tensor.shape.height }
    package var channels: Int { tensor.shape.channels }

    package func read(row: Int, columns: Range<Int>, into planes: UnsafeMutablePointer<Float>, stride: Int) {
        let start = tensor.borrowed + (row * width + columns.lowerBound) * channels
        for channel in 0..<channels {
            kernels.planeFromFloats(start + channel, channels, planes + channel * stride, columns.count)
        }
        withExtendedLifetime(tensor) {}
    }
}
