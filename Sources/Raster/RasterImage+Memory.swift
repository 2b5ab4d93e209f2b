// Pictures from and to a caller's memory.

extension RasterImage {
    /// A picture of a caller's pixels, copied row by row; premultiplied colours are divided by their alpha, rounded to the
    /// nearest, and erased where alpha is 0.
    ///
    /// - Parameters:
    ///   - bytes: the pixels, row by row from the top.
    ///   - width: in pixels, at least 1.
    ///   - height: in pixels, at least 1.
    ///   - layout: how a pixel lies in memory.
    ///   - bytesPerRow: from row to row; nil where rows follow one another without gaps.
    ///   - iccProfile: of the colours; nil for sRGB.
    /// - Throws: ``RasterError/emptyPicture(width:height:)``, ``RasterError/tooLarge(width:height:maxPixels:maxSide:)``,
    ///   ``RasterError/rowsTooShort(bytesPerRow:needed:)``, ``RasterError/bufferTooSmall(byteCount:needed:)``,
    ///   ``RasterError/outOfMemory(byteCount:purpose:)``.
    /// - Complexity: O(pixels).
    public init(
        copying bytes: UnsafeRawBufferPointer, width: Int, height: Int, layout: PixelLayout, bytesPerRow: Int? = nil,
        iccProfile: [UInt8]? = nil
    ) throws(RasterError) {
        let stride = try layout.stride(width: width, height: height, bytesPerRow: bytesPerRow, byteCount: bytes.count)
        try self.init(
            width: width, height: height, colorModel: layout.channels.colorModel, bitDepth: layout.bitDepth,
            iccProfile: iccProfile)
        guard let base = bytes.baseAddress else { return }
        switch layout.bitDepth {
        case .eight:
            try withMutableSamples8 { target in
                layout.read(base, stride: stride, width: width, height: height, into: target)
            }
        case .sixteen:
            try withMutableSamples16 { target in
                layout.read(base, stride: stride, width: width, height: height, into: target)
            }
        }
    }

    /// A picture of a caller's samples of 8 bits, in an array.
    ///
    /// - Throws: As `init(copying:width:height:layout:bytesPerRow:iccProfile:)`;
    ///   ``RasterError/differentBitDepth(expected:actual:)`` for a layout of 16 bits.
    public init(
        samples: [UInt8], width: Int, height: Int, layout: PixelLayout, samplesPerRow: Int? = nil,
        iccProfile: [UInt8]? = nil
    ) throws(RasterError) {
        guard layout.bitDepth == .eight else { throw .differentBitDepth(expected: 8, actual: 16) }
        try self.init(
            copying: samples.span.bytes, width: width, height: height, layout: layout, bytesPerRow: samplesPerRow,
            iccProfile: iccProfile)
    }

    /// A picture of a caller's samples of 16 bits, in an array.
    ///
    /// - Throws: As `init(copying:width:height:layout:bytesPerRow:iccProfile:)`;
    ///   ``RasterError/differentBitDepth(expected:actual:)`` for a layout of 8 bits.
    public init(
        samples: [UInt16], width: Int, height: Int, layout: PixelLayout, samplesPerRow: Int? = nil,
        iccProfile: [UInt8]? = nil
    ) throws(RasterError) {
        guard layout.bitDepth == .sixteen else { throw .differentBitDepth(expected: 16, actual: 8) }
        let bytesPerRow = samplesPerRow?.multipliedReportingOverflow(by: 2)
        try self.init(
            copying: samples.span.bytes, width: width, height: height, layout: layout,
            bytesPerRow: bytesPerRow.map { $0.overflow ? .max : $0.partialValue }, iccProfile: iccProfile)
    }

    /// A picture of the bytes of a span, copied row by row.
    ///
    /// - Throws: As `init(copying:width:height:layout:bytesPerRow:iccProfile:)`.
    public init(
        copying bytes: RawSpan, width: Int, height: Int, layout: PixelLayout, bytesPerRow: Int? = nil,
        iccProfile: [UInt8]? = nil
    ) throws(RasterError) {
        self = try bytes.withUnsafeBytes { bytes in
            Result { () throws(RasterError) in
                try RasterImage(
                    copying: bytes, width: width, height: height, layout: layout, bytesPerRow: bytesPerRow,
                    iccProfile: iccProfile)
            }
        }.get()
    }

    /// A picture in a caller's memory, taken over: without a copy where the pixels lie as the picture keeps them (grey,
    /// grey and alpha, RGB or RGBA, straight, without gaps between rows), copied and given back at once elsewhere.
    ///
    /// - Parameters:
    ///   - bytes: the pixels, row by row from the top; nobody else writes to them any more. Samples of 16 bits are aligned
    ///     to two bytes, or copied.
    ///   - width: in pixels, at least 1.
    ///   - height: in pixels, at least 1.
    ///   - layout: how a pixel lies in memory.
    ///   - bytesPerRow: from row to row; nil where rows follow one another without gaps.
    ///   - iccProfile: of the colours; nil for sRGB.
    ///   - deallocator: called once, on any thread, when the picture needs the memory no more; before this call returns
    ///     where it was copied, and where an error is thrown.
    /// - Throws: As `init(copying:width:height:layout:bytesPerRow:iccProfile:)`.
    /// - Complexity: O(1) without a copy.
    public init(
        adopting bytes: UnsafeMutableRawBufferPointer, width: Int, height: Int, layout: PixelLayout,
        bytesPerRow: Int? = nil, iccProfile: [UInt8]? = nil,
        deallocator: @escaping @Sendable (UnsafeMutableRawBufferPointer) -> Void
    ) throws(RasterError) {
        do throws(RasterError) {
            let stride = try layout.stride(
                width: width, height: height, bytesPerRow: bytesPerRow, byteCount: bytes.count)
            let isAligned = UInt(bitPattern: bytes.baseAddress) % UInt(layout.bitDepth.bytesPerSample) == 0
            if layout.isNative, stride == width * layout.bytesPerPixel, isAligned, let base = bytes.baseAddress {
                let storage = PixelStorage(adopting: bytes, at: base, byteCount: stride * height, release: deallocator)
                self.init(
                    width: width, height: height, colorModel: layout.channels.colorModel, bitDepth: layout.bitDepth,
                    iccProfile: iccProfile, metadata: ImageMetadata(), warnings: [], storage: storage)
                return
            }
            try self.init(
                copying: UnsafeRawBufferPointer(bytes), width: width, height: height, layout: layout,
                bytesPerRow: bytesPerRow, iccProfile: iccProfile)
        } catch {
            deallocator(bytes)
            throw error
        }
        deallocator(bytes)
    }

    /// Writes the pixels into a caller's memory, in the caller's layout: colours of another order, multiplied by alpha
    /// (rounded to the nearest), of another depth, grey as three equal colours, opaque where the picture has no alpha.
    ///
    /// The bytes between the rows are left as they are.
    ///
    /// - Parameters:
    ///   - bytes: room for the pixels, row by row from the top.
    ///   - layout: with colours unless the picture is grey, with alpha if the picture has it.
    ///   - bytesPerRow: from row to row; nil where rows follow one another without gaps.
    /// - Throws: ``RasterError/layoutTooNarrow(hasAlpha:hasColors:)`` where the layout would lose alpha or colours,
    ///   ``RasterError/rowsTooShort(bytesPerRow:needed:)``, ``RasterError/bufferTooSmall(byteCount:needed:)``,
    ///   ``RasterError/outOfMemory(byteCount:purpose:)`` where the depth is converted.
    /// - Complexity: O(pixels).
    public func copyPixels(
        to bytes: UnsafeMutableRawBufferPointer, layout: PixelLayout, bytesPerRow: Int? = nil
    ) throws(RasterError) {
        let stride = try layout.stride(width: width, height: height, bytesPerRow: bytesPerRow, byteCount: bytes.count)
        let losesAlpha = colorModel.hasAlpha && !layout.channels.hasAlpha
        let losesColors = colorModel.colorChannelCount > layout.channels.colorModel.colorChannelCount
        guard !losesAlpha, !losesColors else {
            throw .layoutTooNarrow(hasAlpha: colorModel.hasAlpha, hasColors: colorModel.colorChannelCount == 3)
        }
        guard let base = bytes.baseAddress else { return }
        let source = try converted(to: layout.bitDepth)
        switch layout.bitDepth {
        case .eight: source.withSamples8 { layout.write($0, of: source, to: base, stride: stride) }
        case .sixteen: source.withSamples16 { layout.write($0, of: source, to: base, stride: stride) }
        }
    }

    /// The samples in a layout of 8 bits, without gaps.
    ///
    /// - Throws: As ``copyPixels(to:layout:bytesPerRow:)``; ``RasterError/differentBitDepth(expected:actual:)`` for a
    ///   layout of 16 bits.
    public func samples(layout: PixelLayout) throws(RasterError) -> [UInt8] {
        guard layout.bitDepth == .eight else { throw .differentBitDepth(expected: 8, actual: 16) }
        // An array ends the process where memory is refused: ask for it first.
        _ = try PixelStorage(byteCount: width * height * layout.bytesPerPixel, purpose: "samples of a picture")
        var result = Result<Void, RasterError>.success(())
        let samples = [UInt8](unsafeUninitializedCapacity: width * height * layout.bytesPerPixel) { buffer, count in
            result = Result { () throws(RasterError) in
                try copyPixels(to: UnsafeMutableRawBufferPointer(buffer), layout: layout)
            }
            if case .success = result { count = width * height * layout.bytesPerPixel }
        }
        try result.get()
        return samples
    }
}

extension PixelLayout {
    /// Rows of a caller's as rows of a picture.
    fileprivate func read<Sample: FixedWidthInteger & UnsignedInteger>(
        _ source: UnsafeRawPointer, stride: Int, width: Int, height: Int,
        into target: UnsafeMutableBufferPointer<Sample>
    ) {
        guard let target = target.baseAddress else { return }
        let (step, channelCount, positions) = (channels.count, channels.colorModel.channelCount, channels.positions)
        let size = MemoryLayout<Sample>.stride
        let (isNative, divides) = (isNative, isPremultiplied && channels.hasAlpha)
        for y in 0..<height {
            let (from, to) = (source + y * stride, target + y * width * channelCount)
            if isNative {
                UnsafeMutableRawPointer(to).copyMemory(from: from, byteCount: width * step * size)
                continue
            }
            for x in 0..<width {
                for channel in 0..<channelCount {
                    // A caller's rows may begin anywhere.
                    to[x * channelCount + channel] = from.loadUnaligned(
                        fromByteOffset: (x * step + positions[channel]) * size, as: Sample.self)
                }
            }
            if divides {
                for x in 0..<width { Self.divide(to + x * channelCount, count: channelCount) }
            }
        }
    }

    /// Rows of a picture of this layout's depth as rows of a caller's.
    fileprivate func write<Sample: FixedWidthInteger & UnsignedInteger>(
        _ source: UnsafeBufferPointer<Sample>, of image: RasterImage, to target: UnsafeMutableRawPointer, stride: Int
    ) {
        guard let source = source.baseAddress else { return }
        let (width, height, model) = (image.width, image.height, image.colorModel)
        let (step, sourceStep, size) = (channels.count, model.channelCount, MemoryLayout<Sample>.stride)
        let isSame = isNative && model == channels.colorModel
        // For each sample of a pixel, which of the picture's it is; nil where it is opaque.
        let colorCount = channels.colorModel.colorChannelCount
        var origins = [Int?](repeating: nil, count: step)
        for (channel, position) in channels.positions.enumerated() {
            let isAlpha = channel == colorCount
            if isAlpha {
                origins[position] = model.hasAlpha ? model.colorChannelCount : nil
            } else {
                origins[position] = model.colorChannelCount == 1 ? 0 : channel
            }
        }
        let multiplies = isPremultiplied && model.hasAlpha
        for y in 0..<height {
            let (from, to) = (source + y * width * sourceStep, target + y * stride)
            if isSame {
                to.copyMemory(from: from, byteCount: width * step * size)
                continue
            }
            for x in 0..<width {
                let pixel = from + x * sourceStep
                let alpha = multiplies ? pixel[sourceStep - 1] : .max
                for (position, origin) in origins.enumerated() {
                    var value = origin.map { pixel[$0] } ?? .max
                    if multiplies, let origin, origin < sourceStep - 1 { value = Self.product(value, alpha) }
                    to.storeBytes(of: value, toByteOffset: (x * step + position) * size, as: Sample.self)
                }
            }
        }
    }

    /// `value · alpha / maximum`, rounded to the nearest.
    private static func product<Sample: FixedWidthInteger & UnsignedInteger>(_ value: Sample, _ alpha: Sample) -> Sample
    {
        let maximum = UInt64(Sample.max)
        return Sample(truncatingIfNeeded: (UInt64(value) * UInt64(alpha) + maximum / 2) / maximum)
    }

    /// Divides the colours of a pixel by its alpha, the last of `count` samples; more than the largest is the largest.
    private static func divide<Sample: FixedWidthInteger & UnsignedInteger>(
        _ pixel: UnsafeMutablePointer<Sample>, count: Int
    ) {
        let (alpha, maximum) = (UInt64(pixel[count - 1]), UInt64(Sample.max))
        for channel in 0..<count - 1 {
            guard alpha > 0 else {
                pixel[channel] = 0
                continue
            }
            pixel[channel] = Sample(clamping: (UInt64(pixel[channel]) * maximum + alpha / 2) / alpha)
        }
    }
}
