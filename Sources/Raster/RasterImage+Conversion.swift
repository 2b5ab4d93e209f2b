extension RasterImage {
    /// The picture with samples of another depth: 8 bits become 16 exactly, by `v * 257`; 16 become 8 by rounding to
    /// the nearest, `(v * 255 + 32767) / 65535`.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    public func converted(to depth: BitDepth) throws(RasterError) -> RasterImage {
        if depth == bitDepth { return self }
        let storage = try PixelStorage(
            byteCount: sampleCount * depth.bytesPerSample, purpose: "a picture of \(depth.rawValue) bits")
        switch depth {
        case .eight:
            let target = storage.base.bindMemory(to: UInt8.self, capacity: sampleCount)
            withSamples16 { source in
                for index in source.indices {
                    target[index] = UInt8(truncatingIfNeeded: (UInt32(source[index]) * 255 + 32_767) / 65_535)
                }
            }
        case .sixteen:
            let target = storage.base.bindMemory(to: UInt16.self, capacity: sampleCount)
            withSamples8 { source in
                for index in source.indices { target[index] = UInt16(source[index]) * 257 }
            }
        }
        return RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: depth, iccProfile: iccProfile,
            metadata: metadata, warnings: warnings, storage: storage)
    }
}

extension RasterImage {
    /// The same colours in sRGB, clipped to what that can show, and without a profile; for files that can have none.
    ///
    /// - Parameter space: that of the picture's pixels.
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(pixels), some 20 ns each, on the calling thread; itself where it is in sRGB.
    package func converted(toSRGBFrom space: ColorSpace) throws(RasterError) -> RasterImage {
        guard let conversion = ColorConversion(from: space, to: .sRGB) else { return self }
        let (channels, colors) = (colorModel.channelCount, colorModel.colorChannelCount)
        let storage = try PixelStorage(
            byteCount: sampleCount * bitDepth.bytesPerSample, purpose: "a picture in sRGB")
        func convert<Sample: FixedWidthInteger>(_ source: UnsafePointer<Sample>) {
            let target = storage.base.bindMemory(to: Sample.self, capacity: sampleCount)
            let scale = Float(Sample.max)
            withUnsafeTemporaryAllocation(of: Float.self, capacity: 3) { pixel in
                guard let values = pixel.baseAddress else { return }
                for first in stride(from: 0, to: sampleCount, by: channels) {
                    for c in 0..<3 { pixel[c] = Float(source[first + min(c, colors - 1)]) / scale }
                    conversion.convert(values, count: 1)
                    for c in 0..<colors { target[first + c] = Sample(min(max(pixel[c], 0), 1) * scale + 0.5) }
                    for c in colors..<channels { target[first + c] = source[first + c] }
                }
            }
        }
        withSamples { source in
            switch source {
            case .eight(let source): convert(source)
            case .sixteen(let source): convert(source)
            }
        }
        return RasterImage(
            width: width, height: height, colorModel: colorModel, bitDepth: bitDepth, iccProfile: nil,
            metadata: metadata, warnings: warnings, storage: storage)
    }

    /// The colours alone, as they are under whatever alpha.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    package func withoutAlpha() throws(RasterError) -> RasterImage {
        guard colorModel.hasAlpha else { return self }
        let colors = colorModel.colorChannelCount
        let model: ColorModel = colors == 1 ? .gray : .rgb
        let storage = try PixelStorage(
            byteCount: width * height * colors * bitDepth.bytesPerSample, purpose: "the colours of a picture")
        func copy<Sample>(_ source: UnsafePointer<Sample>) {
            let target = storage.base.bindMemory(to: Sample.self, capacity: width * height * colors)
            for pixel in 0..<width * height {
                for c in 0..<colors { target[pixel * colors + c] = source[pixel * (colors + 1) + c] }
            }
        }
        withSamples { source in
            switch source {
            case .eight(let source): copy(source)
            case .sixteen(let source): copy(source)
            }
        }
        return RasterImage(
            width: width, height: height, colorModel: model, bitDepth: bitDepth, iccProfile: iccProfile,
            metadata: metadata, warnings: warnings, storage: storage)
    }
}
