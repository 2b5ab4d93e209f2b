import KernelDispatch
import MatteRefinement
import Raster
import TensorCore

extension MattingResult {
    /// The same result with the subject's own colours where the matte is soft: without the halo of the old ground.
    ///
    /// What a pixel with 0 < alpha < 1 shows is a mixture of subject and ground; its colour becomes the subject's part of it,
    /// estimated from picture and matte. Opaque pixels stay as they are, bit for bit, and so do hidden ones (alpha 0), depth,
    /// colour profile, metadata, matte, confidence and warnings. Grey pictures stay grey. A picture's own transparency is no
    /// mixture: where the matte alone is opaque its colours stay.
    ///
    /// Mixtures are taken apart as the picture stores them, not in linear light, unless asked for:
    /// ``ForegroundEstimation/Mixing`` says why.
    ///
    /// - Parameter estimation: how.
    /// - Returns: the picture with the estimated colours; where light is asked for and the picture's profile has no tone
    ///   curve, with ``MattingWarning/assumedToneCurve(reason:)``.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)``; ``MattingError/computation(_:)`` and
    ///   ``MattingError/picture(_:)`` where memory is refused; ``MattingError/cancelled``.
    /// - Complexity: O(pixels). Memory: a copy of the picture and about 7 bytes a pixel. The result keeps the picture as it was,
    ///   of which backgrounds out of focus and kept shadows are made.
    /// - Note: T. Germer, T. Uelwer, S. Conrad, S. Harmeling, *Fast Multi-Level Foreground Estimation*, ICPR 2020.
    public func decontaminated(
        by estimation: ForegroundEstimation = ForegroundEstimation()
    ) throws(MattingError) -> MattingResult {
        let (picture, warning) = try withColors(.soft, of: estimation)
        return MattingResult(
            image: picture, photograph: photograph, alpha: alpha, confidence: confidence,
            warnings: warnings + (warning.map { warnings.contains($0) ? [] : [$0] } ?? []), pool: pool)
    }

    /// The same result with the subject's own colours where the matte is soft, made on a thread of the package's own; see the
    /// synchronous form.
    ///
    /// - Throws: As the synchronous form, but `CancellationError` where the task is cancelled.
    public func decontaminated(
        by estimation: ForegroundEstimation = ForegroundEstimation()
    ) async throws -> MattingResult {
        try await MattingError.onOwnThread { try decontaminated(by: estimation) }
    }

    /// The picture without its subject: where the matte covers something, the ground as it is estimated behind it.
    ///
    /// Next to the subject's edge it is the ground that shines through the soft pixels; far within the subject it is a guess,
    /// what the ground around has as a mean. For what is measured on the ground, such as shadows.
    ///
    /// - Throws: As ``decontaminated(by:)``.
    package func estimatedGround(
        by estimation: ForegroundEstimation = ForegroundEstimation()
    ) throws(MattingError) -> RasterImage {
        try withColors(.covered, of: estimation).picture
    }

    /// The picture with estimated colours in the wanted pixels: the subject's in soft ones, the ground's in covered ones.
    private func withColors(
        _ wanted: ForegroundEstimation.Wanted, of estimation: ForegroundEstimation
    ) throws(MattingError) -> (picture: RasterImage, warning: MattingWarning?) {
        try MattingError.wrapping {
            try estimation.validate(as: "estimation")
            try Cancellation.check()
            let colors = image.colorModel.colorChannelCount
            var warning: MattingWarning?
            var tables = ToneTables(linearFor: colors, bitDepth: image.bitDepth)
            if estimation.mixing == .light {
                var space = ColorSpace.sRGB
                do {
                    space = try ColorSpace(of: image)
                } catch let defect as ColorSpace.Defect {
                    warning = .assumedToneCurve(reason: defect.reason)
                }
                tables = ToneTables(space, colors: colors, bitDepth: image.bitDepth)
            }
            var picture = image
            try Cancellation.check {
                // Where several threads write, each its own rows.
                var target: MutableSamples?
                try picture.withMutableSamples { target = $0 }
                guard let target else { return }
                try image.withSamples { samples in
                    let source = colorSource(samples, tables)
                    try estimation(source, alpha: alpha.tensor, wanted: wanted, pool: pool) { piece in
                        write(piece, wanted, tables, to: target)
                    }
                }
                withExtendedLifetime(picture) {}
            }
            return (picture, warning)
        }
    }

    private func colorSource(_ samples: Samples, _ tables: ToneTables) -> ColorSource {
        let base: UnsafeRawPointer =
            switch samples {
            case .eight(let samples): UnsafeRawPointer(samples)
            case .sixteen(let samples): UnsafeRawPointer(samples)
            }
        return ColorSource(
            base: base, width: image.width, height: image.height, samplesPerPixel: image.colorModel.channelCount,
            bytesPerSample: image.bitDepth.bytesPerSample, light: tables.light)
    }

    /// Encodes the colours of a piece that are wanted, where they are.
    private func write(
        _ piece: ForegroundEstimation.Piece, _ wanted: ForegroundEstimation.Wanted, _ tables: ToneTables,
        to target: MutableSamples
    ) {
        let (colors, stride) = (image.colorModel.colorChannelCount, image.colorModel.channelCount)
        // The planes, and the coverage from which on pixels are left alone.
        let (planes, limit): (UnsafePointer<Float>, Float) =
            switch wanted {
            case .soft: (piece.colors, 1)
            case .covered: (piece.colors + colors * piece.stride, 2)
            }
        let first = (piece.row * image.width + piece.firstColumn) * stride
        switch target {
        case .eight(let samples):
            kernels.encodeColors8(
                planes, planeStride: piece.stride, colors: colors, coverage: piece.coverage,
                least: .leastNonzeroMagnitude, limit: limit, tables: tables.encoded, steps: ToneTables.encodingSteps,
                samples + first, samplesPerPixel: stride, count: piece.count)
        case .sixteen(let samples):
            kernels.encodeColors16(
                planes, planeStride: piece.stride, colors: colors, coverage: piece.coverage,
                least: .leastNonzeroMagnitude, limit: limit, tables: tables.encoded, steps: ToneTables.encodingSteps,
                samples + first, samplesPerPixel: stride, count: piece.count)
        }
    }
}
