import Threads

extension RasterImage {
    /// The picture at a smaller size: each pixel is the mean of the area that it covers, colours weighted by alpha.
    ///
    /// Means are taken of the samples as they are encoded, as previews and most programs do; the same bytes for every number
    /// of threads. Profile, EXIF, bit depth and the size in print are kept.
    ///
    /// - Parameters:
    ///   - width: in pixels, at least 1; more than the picture has counts as what it has, for nothing is enlarged.
    ///   - height: as `width`.
    /// - Throws: ``RasterError/emptyPicture(width:height:)``, ``RasterError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(pixels of the picture). Memory: 4 bytes a sample of the result besides the result.
    public func reduced(toWidth width: Int, height: Int) throws(RasterError) -> RasterImage {
        guard width >= 1, height >= 1 else { throw .emptyPicture(width: width, height: height) }
        let (width, height) = (min(width, self.width), min(height, self.height))
        guard width < self.width || height < self.height else { return self }
        let channels = colorModel.channelCount
        let means = try PixelStorage(
            byteCount: width * height * channels * MemoryLayout<Float>.stride,
            purpose: "means of \(width) x \(height) pixels")
        let values = means.base.bindMemory(to: Float.self, capacity: width * height * channels)
        try averageAreas(width: width, height: height, into: values, pool: .shared)
        var reduced = try RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, iccProfile: iccProfile)
        reduced.metadata = metadata
        reduced.warnings = warnings
        if let resolution {
            reduced.resolution = Resolution(
                horizontal: resolution.horizontal * Double(width) / Double(self.width),
                vertical: resolution.vertical * Double(height) / Double(self.height), unit: resolution.unit)
        }
        let colors = colorModel.hasAlpha ? channels - 1 : channels
        func encode<Sample: FixedWidthInteger>(_ samples: UnsafeMutableBufferPointer<Sample>) {
            let largest = Float(Sample.max)
            for pixel in 0..<width * height {
                let first = pixel * channels
                let alpha = colorModel.hasAlpha ? values[first + colors] : 1
                for channel in first..<first + colors {
                    // Means are premultiplied, and may be a little more than the largest of what they are of.
                    let color = alpha > 0 ? min(values[channel] / alpha, 1) : 0
                    samples[channel] = Sample((color * largest).rounded())
                }
                if colorModel.hasAlpha { samples[first + colors] = Sample((min(alpha, 1) * largest).rounded()) }
            }
        }
        switch bitDepth {
        case .eight: try reduced.withMutableSamples8 { encode($0) }
        case .sixteen: try reduced.withMutableSamples16 { encode($0) }
        }
        withExtendedLifetime(means) {}
        return reduced
    }

    /// The picture in its proportions with at most `pixels` pixels; itself where it has no more.
    ///
    /// - Throws: As `reduced(toWidth:height:)`; ``RasterError/emptyPicture(width:height:)`` for fewer than one pixel.
    public func reduced(toPixels pixels: Int) throws(RasterError) -> RasterImage {
        guard pixels >= 1 else { throw .emptyPicture(width: pixels, height: pixels) }
        guard width * height > pixels else { return self }
        let scale = (Double(pixels) / (Double(width) * Double(height))).squareRoot()
        // A long narrow picture keeps one pixel across, and then has more of them than its proportions allow.
        let height = min(max(Int(Double(self.height) * scale), 1), pixels)
        let width = min(max(Int(Double(self.width) * scale), 1), pixels / height)
        return try reduced(toWidth: width, height: min(height, pixels / width))
    }

    /// The picture in its proportions with no side longer than `side` pixels; itself where none is.
    ///
    /// - Throws: As `reduced(toWidth:height:)`; ``RasterError/emptyPicture(width:height:)`` for less than one pixel.
    public func reduced(toSide side: Int) throws(RasterError) -> RasterImage {
        guard side >= 1 else { throw .emptyPicture(width: side, height: side) }
        guard max(width, height) > side else { return self }
        let scale = Double(side) / Double(max(width, height))
        return try reduced(
            toWidth: max(Int((Double(width) * scale).rounded()), 1),
            height: max(Int((Double(height) * scale).rounded()), 1))
    }
}
