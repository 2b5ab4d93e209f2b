import KernelDispatch
import Raster
import Threads

extension PlanarFrame {
    /// The frame in colours: RGB, or grey where it has no chroma; of 8 bits, or of 16 for deeper samples.
    ///
    /// Chroma is interpolated linearly from where its sampling says that it was taken. A colour that red, green and blue
    /// cannot hold is clamped.
    ///
    /// - Throws: ``VideoStreamError/outOfMemory(byteCount:)``.
    /// - Complexity: O(pixels), shared by the pool's threads row by row.
    public func image(_ colors: VideoColors) throws(VideoStreamError) -> RasterImage {
        try image(colors, pool: .shared)
    }

    /// The same on the threads of a pool.
    package func image(_ colors: VideoColors, pool: ThreadPool) throws(VideoStreamError) -> RasterImage {
        var image = try VideoStreamError.wrapping { () throws(RasterError) in
            try RasterImage(
                width: format.width, height: format.height, colorModel: format.sampling == .gray ? .gray : .rgb,
                bitDepth: format.bitDepth == 8 ? .eight : .sixteen)
        }
        let scratch = try FrameRows(format, rows: 6, pool: pool)
        let coefficients = colors.toColors(
            bitDepth: format.bitDepth, maximum: image.bitDepth == .eight ? 255 : 65535)
        let (width, maximum) = (format.width, image.bitDepth == .eight ? Float(255) : 65535)
        try VideoStreamError.wrapping { () throws(RasterError) in
            try withBytes { (bytes) throws(RasterError) in
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
        }
        return image
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
}

extension VideoColors {
    /// What is added to scaled luma: that of red without its chroma.
    fileprivate func grayOffset(_ coefficients: [Float], _ bitDepth: Int) -> Float {
        isFullRange ? 0 : -coefficients[0] * 16 * Float(1 << (bitDepth - 8))
    }
}
