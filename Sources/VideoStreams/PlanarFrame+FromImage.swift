import KernelDispatch
import Raster
import Threads

extension PlanarFrame {
    /// A picture as a frame of luma and chroma; its alpha, if it has one, is left out.
    ///
    /// Chroma is averaged around where the sampling says that it is taken: ½ ½ between two pixels, ¼ ½ ¼ on one.
    ///
    /// - Throws: ``VideoStreamError/pictureOfOtherSize(width:height:frameWidth:frameHeight:)``,
    ///   ``VideoStreamError/outOfMemory(byteCount:)``.
    /// - Complexity: O(pixels), shared by the pool's threads row by row.
    public init(_ image: RasterImage, format: PlanarFormat, colors: VideoColors) throws(VideoStreamError) {
        try self.init(image, format: format, colors: colors, pool: .shared)
    }

    /// The same on the threads of a pool.
    package init(
        _ image: RasterImage, format: PlanarFormat, colors: VideoColors, pool: ThreadPool
    ) throws(VideoStreamError) {
        guard image.width == format.width, image.height == format.height else {
            throw .pictureOfOtherSize(
                width: image.width, height: image.height, frameWidth: format.width, frameHeight: format.height)
        }
        var frame = try PlanarFrame(format)
        let scratch = try FrameRows(format, rows: 5, pool: pool)
        let coefficients = colors.toLuma(
            bitDepth: format.bitDepth, maximum: image.bitDepth == .eight ? 255 : 65535)
        try frame.withMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            image.withSamples { samples in
                // A chunk is a row of chroma with the rows of pixels under it.
                let rows = format.sampling.rows
                pool.forEach((format.height + rows - 1) / rows) { chunk, slot in
                    format.writeChunk(
                        samples, stride: image.colorModel.channelCount, coefficients, chunk: chunk, to: base,
                        scratch, slot)
                }
            }
        }
        self = frame
    }
}

extension PlanarFormat {
    /// A row of chroma, and the rows of luma that share it.
    fileprivate func writeChunk(
        _ samples: Samples, stride: Int, _ coefficients: [Float], chunk: Int,
        to base: UnsafeMutableRawPointer, _ scratch: FrameRows, _ slot: Int
    ) {
        let (luma, blue, red) = (scratch.row(0, slot), scratch.row(1, slot), scratch.row(2, slot))
        let (blueSums, redSums) = (scratch.row(3, slot), scratch.row(4, slot))
        func convert(_ y: Int) {
            let first = y * width * stride
            switch samples {
            case .eight(let pixels):
                kernels.lumaRow8(
                    pixels + first, stride: stride, coefficients: coefficients, luma: luma, blue: blue, red: red,
                    count: width)
            case .sixteen(let pixels):
                kernels.lumaRow16(
                    pixels + first, stride: stride, coefficients: coefficients, luma: luma, blue: blue, red: red,
                    count: width)
            }
        }
        if sampling.columns == 1 {
            convert(chunk)
            write(luma, plane: 0, row: chunk, to: base)
            if planeCount == 3 {
                write(blue, plane: 1, row: chunk, to: base)
                write(red, plane: 2, row: chunk, to: base)
            }
            return
        }
        blueSums.update(repeating: 0, count: chromaWidth)
        redSums.update(repeating: 0, count: chromaWidth)
        for (y, weight) in chromaRows(chunk) {
            // Rows beyond the border repeat it.
            convert(min(max(y, 0), height - 1))
            if y / sampling.rows == chunk && y >= 0 && y < height { write(luma, plane: 0, row: y, to: base) }
            for (chroma, sums) in [(blue, blueSums), (red, redSums)] {
                kernels.shrinkChromaRow(
                    chroma, width: width, isCentered: sampling.isCenteredAcross, weight: weight, into: sums)
            }
        }
        write(blueSums, plane: 1, row: chunk, to: base)
        write(redSums, plane: 2, row: chunk, to: base)
    }

    /// The rows of pixels that count in a row of chroma, with their weights; all rows that share it are among them.
    private func chromaRows(_ row: Int) -> [(y: Int, weight: Float)] {
        if sampling.rows == 1 { return [(row, Float(1))] }
        let y = 2 * row
        let (half, quarter): (Float, Float) = (0.5, 0.25)
        return sampling.isCenteredDown ? [(y, half), (y + 1, half)] : [(y - 1, quarter), (y, half), (y + 1, quarter)]
    }
}
