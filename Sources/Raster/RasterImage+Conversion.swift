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
