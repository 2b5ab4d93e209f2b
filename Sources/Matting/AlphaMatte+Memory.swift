import KernelDispatch
import Raster

extension AlphaMatte {
    /// Writes the matte into a caller's memory, one sample a pixel, value · (2^bits − 1) rounded to the nearest.
    ///
    /// The bytes between the rows are left as they are. For floats there is ``withValues(_:)``, without a copy.
    ///
    /// - Parameters:
    ///   - bytes: room for the samples, row by row from the top; 16 bits in the byte order of the machine, aligned to two
    ///     bytes as are the rows.
    ///   - bitDepth: of a sample: 0 to 255, or 0 to 65535.
    ///   - bytesPerRow: from row to row; nil where rows follow one another without gaps.
    /// - Throws: ``MattingError/picture(_:)`` with ``RasterError/rowsTooShort(bytesPerRow:needed:)``,
    ///   ``RasterError/bufferTooSmall(byteCount:needed:)`` or ``RasterError/misaligned(byteCount:)``.
    /// - Complexity: O(pixels).
    public func copyValues(
        to bytes: UnsafeMutableRawBufferPointer, bitDepth: RasterImage.BitDepth = .eight, bytesPerRow: Int? = nil
    ) throws(MattingError) {
        let layout = PixelLayout(.gray, bitDepth: bitDepth)
        try MattingError.wrapping {
            let stride = try layout.stride(
                width: width, height: height, bytesPerRow: bytesPerRow, byteCount: bytes.count)
            guard let base = bytes.baseAddress else { return }
            let size = layout.bytesPerPixel
            guard UInt(bitPattern: base) % UInt(size) == 0, stride % size == 0 else {
                throw RasterError.misaligned(byteCount: size)
            }
            withValues { values in
                guard let source = values.baseAddress else { return }
                for y in 0..<height {
                    let (row, target) = (source + y * width, base + y * stride)
                    switch bitDepth {
                    case .eight:
                        kernels.quantizeRow8(row, target.bindMemory(to: UInt8.self, capacity: width), count: width)
                    case .sixteen:
                        kernels.quantizeRow16(row, target.bindMemory(to: UInt16.self, capacity: width), count: width)
                    }
                }
            }
        }
    }
}
