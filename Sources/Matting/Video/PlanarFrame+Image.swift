import ImageCodecs
import TensorCore
import Threads

extension PlanarFrame {
    /// The frame in colours: RGB, or grey where it has no chroma; of 8 bits, or of 16 for deeper samples.
    ///
    /// Chroma is interpolated linearly from where its sampling says that it was taken. A colour that red, green and blue
    /// cannot hold is clamped.
    ///
    /// - Throws: ``MattingError/image(_:)`` or ``MattingError/computation(_:)`` where memory is refused.
    /// - Complexity: O(pixels), shared by the pool's threads row by row.
    public func image(_ colors: VideoColors, pool: ThreadPool = .shared) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            var image = try RasterImage(
                width: format.width, height: format.height, colorModel: format.sampling == .gray ? .gray : .rgb,
                bitDepth: format.bitDepth == 8 ? .eight : .sixteen)
            let scratch = try FrameRows(format, rows: 6, pool: pool)
            let coefficients = colors.toColors(
                bitDepth: format.bitDepth, maximum: image.bitDepth == .eight ? 255 : 65535)
            let (width, maximum) = (format.width, image.bitDepth == .eight ? Float(255) : 65535)
            try withBytes { bytes in
                guard let base = bytes.baseAddress else { return }
                try image.withMutableSamples { target in
                    pool.forEach(format.height) { y, slot in
                        let luma = scratch.row(0, slot)
                        format.read(base, plane: 0, row: y, into: luma)
                        guard format.planeCount == 3 else {
                            // Grey is luma brought to the picture's steps; the first coefficients of red say how.
                            let (scale, offset) = (coefficients[0], colors.grayOffset(coefficients, format.bitDepth))
                            switch target {
                            case .eight(let target):
                                kernels.stepsRow8(
                                    luma, scale: scale, offset: offset, maximum: maximum, target + y * width,
                                    count: width)
                            case .sixteen(let target):
                                kernels.stepsRow16(
                                    luma, scale: scale, offset: offset, maximum: maximum, target + y * width,
                                    count: width)
                            }
                            return
                        }
                        let (blue, red) = (scratch.row(1, slot), scratch.row(2, slot))
                        readChroma(base, plane: 1, row: y, into: blue, scratch, slot)
                        readChroma(base, plane: 2, row: y, into: red, scratch, slot)
                        switch target {
                        case .eight(let target):
                            kernels.colorsRow8(
                                luma: luma, blue: blue, red: red, coefficients: coefficients, target + y * width * 3,
                                count: width)
                        case .sixteen(let target):
                            kernels.colorsRow16(
                                luma: luma, blue: blue, red: red, coefficients: coefficients, target + y * width * 3,
                                count: width)
                        }
                    }
                }
            }
            return image
        }
    }

    /// Chroma at each pixel of a row.
    private func readChroma(
        _ base: UnsafeRawPointer, plane: Int, row: Int, into target: UnsafeMutablePointer<Float>,
        _ scratch: FrameRows, _ slot: Int
    ) {
        let sampling = format.sampling
        guard sampling.columns == 2 else { return format.read(base, plane: plane, row: row, into: target) }
        let narrow = scratch.row(3, slot)
        if sampling.rows == 2 {
            // Sample j lies between rows 2j and 2j + 1, or on row 2j.
            let position = sampling.isCenteredDown ? (Double(row) - 0.5) / 2 : Double(row) / 2
            let above = Int(position.rounded(.down))
            let (upper, lower) = (scratch.row(4, slot), scratch.row(5, slot))
            format.read(base, plane: plane, row: max(above, 0), into: upper)
            format.read(base, plane: plane, row: min(above + 1, format.chromaHeight - 1), into: lower)
            kernels.planeBlendRows(upper, lower, Float(position - Double(above)), narrow, format.chromaWidth)
        } else {
            format.read(base, plane: plane, row: row, into: narrow)
        }
        kernels.stretchChromaRow(
            narrow, count: format.chromaWidth, isCentered: sampling.isCenteredAcross, target, width: format.width)
    }

    /// A picture as a frame of luma and chroma; its alpha, if it has one, is left out.
    ///
    /// Chroma is averaged around where the sampling says that it is taken: ½ ½ between two pixels, ¼ ½ ¼ on one.
    ///
    /// - Throws: ``MattingError/video(_:)`` or ``MattingError/computation(_:)`` where memory is refused.
    /// - Precondition: the picture has the format's size.
    /// - Complexity: O(pixels), shared by the pool's threads row by row.
    public init(
        _ image: RasterImage, format: PlanarFormat, colors: VideoColors, pool: ThreadPool = .shared
    ) throws(MattingError) {
        precondition(
            image.width == format.width && image.height == format.height,
            "a picture of \(image.width)×\(image.height) as a frame of \(format.width)×\(format.height)")
        self = try MattingError.wrapping {
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
                        format.write(
                            samples, stride: image.colorModel.channelCount, coefficients, chunk: chunk, to: base,
                            scratch, slot)
                    }
                }
            }
            return frame
        }
    }
}

extension VideoColors {
    /// What is added to scaled luma: that of red without its chroma.
    fileprivate func grayOffset(_ coefficients: [Float], _ bitDepth: Int) -> Float {
        isFullRange ? 0 : -coefficients[0] * 16 * Float(1 << (bitDepth - 8))
    }
}

/// Rows of floats for each thread.
struct FrameRows {
    private let memory: FloatBuffer
    private let stride: Int
    private let rows: Int

    init(_ format: PlanarFormat, rows: Int, pool: ThreadPool) throws(TensorError) {
        // A little more than the row: rows of two threads in one cache line would be slow.
        stride = format.width + 32
        self.rows = rows
        memory = try FloatBuffer(count: stride * rows * pool.threadCount, purpose: "rows of a frame")
    }

    func row(_ index: Int, _ slot: Int) -> UnsafeMutablePointer<Float> {
        memory.base + (slot * rows + index) * stride
    }
}

extension PlanarFormat {
    /// The samples of a plane's row as floats, in their own steps.
    fileprivate func read(
        _ base: UnsafeRawPointer, plane: Int, row: Int, into target: UnsafeMutablePointer<Float>
    ) {
        let width = plane == 0 ? width : chromaWidth
        let start = base + offset(ofPlane: plane) + row * width * bytesPerSample
        if bytesPerSample == 1 {
            kernels.planeFromBytes(start.assumingMemoryBound(to: UInt8.self), 1, 1, target, width)
        } else {
            kernels.planeFromWords(start.assumingMemoryBound(to: UInt16.self), 1, 1, target, width)
        }
    }

    /// Rounds floats to the samples of a plane's row.
    private func write(_ values: UnsafePointer<Float>, plane: Int, row: Int, to base: UnsafeMutableRawPointer) {
        let width = plane == 0 ? width : chromaWidth
        let start = base + offset(ofPlane: plane) + row * width * bytesPerSample
        if bytesPerSample == 1 {
            kernels.stepsRow8(
                values, scale: 1, offset: 0, maximum: Float(maximum), start.assumingMemoryBound(to: UInt8.self),
                count: width)
        } else {
            kernels.stepsRow16(
                values, scale: 1, offset: 0, maximum: Float(maximum), start.assumingMemoryBound(to: UInt16.self),
                count: width)
        }
    }

    /// A row of chroma, and the rows of luma that share it.
    fileprivate func write(
        _ samples: RasterImage.Samples, stride: Int, _ coefficients: [Float], chunk: Int,
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
        if sampling.rows == 1 { return [(row, 1)] }
        let y = 2 * row
        return sampling.isCenteredDown ? [(y, 0.5), (y + 1, 0.5)] : [(y - 1, 0.25), (y, 0.5), (y + 1, 0.25)]
    }
}
