import KernelDispatch
import Raster
import Threads

/// One way for everything that is made of a result: frame, subject as light, shadow, ground, mixing, encoding; by bands of
/// rows, so that memory beside the result follows a band and not the picture.
struct Compositor {
    let result: MattingResult
    let geometry: FrameGeometry
    /// Of the picture's depth, in the space of what is made.
    let tables: LightTables
    var ground: Ground?
    var shadow: ShadowLayer?
    var transfer: ColorTransfer?
    /// What of the picture is drawn; nil for only what lies behind it.
    var part: SubjectRows.Part? = .subject
    /// Colours of the shadow in the space of what is made.
    var shade = RasterColor.black

    private static let bandRows = 16

    private var image: RasterImage { result.image }
    private var columnCount: Int { geometry.width }

    /// Floats that a thread works with: subject, ground, shadow and its mask, as rows of light.
    private func scratchCount(_ resampling: Resampling?) -> Int {
        4 * 4 * columnCount + 16 + (resampling?.scratchCount ?? 0) + (ground?.scratchCount ?? 0)
            + (shadow?.resampling.scratchCount ?? 0)
    }

    /// What a thread works with, and what it knows from row to row.
    private struct Lane {
        let (subject, under, mask, shadowRow):
            (
                UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>, UnsafeMutablePointer<Float>,
                UnsafeMutablePointer<Float>
            )
        var filler: Ground.Filler?
        var shadowState: Resampling.State?
        var state: Resampling.State?
    }

    private func lane(_ memory: UnsafeMutablePointer<Float>, _ resampling: Resampling?) -> Lane {
        let row = 4 * columnCount
        let subject = memory
        let under = subject + row
        let shadowRow = under + row
        let mask = shadowRow + row
        var rest = mask + row + 16
        var lane = Lane(subject: subject, under: under, mask: mask, shadowRow: shadowRow)
        if let resampling {
            lane.state = Resampling.State(resampling, scratch: rest)
            rest += resampling.scratchCount
        }
        if let shadow {
            lane.shadowState = Resampling.State(shadow.resampling, scratch: rest)
            rest += shadow.resampling.scratchCount
        }
        if let ground { lane.filler = Ground.Filler(ground, width: columnCount, scratch: rest) }
        return lane
    }

    /// Draws into a picture of the canvas's size: opaque, or straight with alpha where the picture has it.
    ///
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    func draw(into target: inout RasterImage) throws {
        let isStraight = target.colorModel.hasAlpha
        let outputColors = target.colorModel.colorChannelCount
        let isDirect = geometry.isCopy && !isStraight && transfer == nil && ground?.isOpaque == true
        let resampling =
            geometry.isCopy
            ? nil
            : Resampling(columns: .resampling(geometry.columns), rows: .resampling(geometry.rows))
        let each = scratchCount(resampling)
        let scratch = try PixelStorage(
            byteCount: each * result.pool.threadCount * MemoryLayout<Float>.stride, purpose: "rows of a composite")
        let memory = scratch.base.bindMemory(to: Float.self, capacity: each * result.pool.threadCount)
        let flat = flatSamples(outputColors)
        try result.withRows(tables) { rows in
            let subject = rows(part ?? .subject)
            try target.withMutableSamples { output in
                let job = Job(
                    compositor: self, source: subject, output: output, outputColors: outputColors,
                    isStraight: isStraight, isDirect: isDirect, resampling: resampling, flat: flat)
                result.pool.forEach((geometry.height + Self.bandRows - 1) / Self.bandRows) { band, slot in
                    var lane = lane(memory + slot * each, resampling)
                    for y in band * Self.bandRows..<min((band + 1) * Self.bandRows, geometry.height) {
                        job.makeRow(y, &lane)
                    }
                }
            }
        }
        withExtendedLifetime(scratch) {}
    }

    /// The samples of a ground of one colour, rounded from what was asked for and not from its light.
    private func flatSamples(_ colors: Int) -> [UInt16] {
        guard let ground, case .color(_, let encoded) = ground.content else { return [0, 0, 0] }
        let scale = image.bitDepth == .eight ? 255.0 : 65_535
        return encoded.prefix(colors).map { UInt16(($0 > 0 ? min($0, 1) : 0) * scale + 0.5) }
    }
}

extension Compositor {
    /// Everything that a row needs.
    private struct Job {
        let compositor: Compositor
        let source: SubjectRows
        let output: MutableSamples
        let outputColors: Int
        let isStraight: Bool
        let isDirect: Bool
        let resampling: Resampling?
        let flat: [UInt16]

        private var geometry: FrameGeometry { compositor.geometry }
        private var tables: LightTables { compositor.tables }
        private var width: Int { compositor.geometry.width }

        func makeRow(_ y: Int, _ lane: inout Lane) {
            let isShaded = prepareMask(y, &lane)
            if isDirect {
                direct(y, &lane, isShaded: isShaded)
            } else {
                general(y, &lane, isShaded: isShaded)
            }
        }

        /// The opacity of the shadow; false where there is none.
        private func prepareMask(_ y: Int, _ lane: inout Lane) -> Bool {
            guard let shadow = compositor.shadow, var state = lane.shadowState else { return false }
            shadow.resampling.fill(y, from: shadow.grid, into: lane.shadowRow, state: &state)
            lane.shadowState = state
            kernels.alphaOfRow(lane.shadowRow, into: lane.mask, count: width)
            return true
        }

        /// The ground's row of light with the shadow on it; the stride is 0 where the ground is one colour without a shadow.
        private func prepareUnder(_ y: Int, _ lane: inout Lane, isShaded: Bool) -> Int {
            guard let ground = compositor.ground else { return 0 }
            if case .color(let light, _) = ground.content, !isShaded {
                for c in 0..<4 { lane.under[c] = light[c] }
                return 0
            }
            lane.filler?.fill(y, into: lane.under)
            if isShaded {
                // Behind the rows there is room for a pixel.
                let shade = lane.mask + 4 * width
                let light = SIMD4<Float>(compositor.shade, tables)
                for c in 0..<4 { shade[c] = c == 3 ? 1 : light[c] }
                kernels.shadeRow(lane.under, mask: lane.mask, depth: tables.depth, shade: shade, count: width)
            }
            return 4
        }

        /// The row of the picture that a row of the canvas is, and the columns of the canvas that it covers.
        private func copied(_ y: Int) -> (row: Int, columns: Range<Int>, shift: Int)? {
            guard compositor.part != nil else { return nil }
            let row = y + Int(geometry.rows.origin)
            let shift = Int(geometry.columns.origin)
            let columns = max(-shift, 0)..<max(min(width, geometry.columns.inputCount - shift), max(-shift, 0))
            guard row >= 0, row < geometry.rows.inputCount, !columns.isEmpty, columns.lowerBound < width else {
                return nil
            }
            return (row, columns, shift)
        }

        /// Pixels of the picture at their own size over an opaque ground: certain ones are copied.
        private func direct(_ y: Int, _ lane: inout Lane, isShaded: Bool) {
            let underStride = prepareUnder(y, &lane, isShaded: isShaded)
            let place = copied(y)
            let inside = place?.columns ?? 0..<0
            // Where the picture is not there is nothing of the subject.
            lane.subject.update(repeating: 0, count: max(inside.lowerBound, width - inside.upperBound))
            blend(0..<inside.lowerBound, y, alpha: UnsafePointer(lane.subject), first: 0, lane, underStride)
            if let place {
                let first = place.row * source.width + inside.lowerBound + place.shift
                blend(inside, y, alpha: source.alpha + first, first: first, lane, underStride)
            }
            blend(inside.upperBound..<width, y, alpha: UnsafePointer(lane.subject), first: 0, lane, underStride)
        }

        private func blend(
            _ columns: Range<Int>, _ y: Int, alpha: UnsafePointer<Float>, first: Int, _ lane: Lane, _ underStride: Int
        ) {
            guard !columns.isEmpty else { return }
            let under = UnsafePointer(lane.under) + columns.lowerBound * underStride
            let target = (y * width + columns.lowerBound) * outputColors
            let dither: Float = compositor.ground?.isSmooth == true || compositor.shadow != nil ? 1 : 0
            switch (source.samples, output) {
            case (.eight(let pixels), .eight(let output)):
                let flat = flat.map { UInt8(truncatingIfNeeded: $0) }
                kernels.blendRow8(
                    pixels + first * source.stride, stride: source.stride, colors: source.colors, alpha: alpha,
                    light: tables.light, encoded: tables.encoded, under: under, underStride: underStride, flat: flat,
                    dither: dither, x: columns.lowerBound, y: y, output + target, outputColors: outputColors,
                    count: columns.count)
            case (.sixteen(let pixels), .sixteen(let output)):
                kernels.blendRow16(
                    pixels + first * source.stride, stride: source.stride, colors: source.colors, alpha: alpha,
                    light: tables.light, encoded: tables.encoded, under: under, underStride: underStride, flat: flat,
                    output + target, outputColors: outputColors, count: columns.count)
            default: preconditionFailure("a composite has its picture's depth")
            }
        }

        /// Everything else: a row of light of the subject, moved, laid over, encoded.
        private func general(_ y: Int, _ lane: inout Lane, isShaded: Bool) {
            let place = fillSubject(y, &lane)
            if let transfer = compositor.transfer {
                transfer.table.withUnsafeBufferPointer { table in
                    guard let table = table.baseAddress else { return }
                    kernels.moveColorsRow(lane.subject, table: table, side: ColorTransfer.side, count: width)
                }
            }
            var row = lane.subject
            var dither: Float = 0
            if let ground = compositor.ground {
                let stride = prepareUnder(y, &lane, isShaded: isShaded)
                // The subject's alpha is needed afterwards.
                kernels.overRow(
                    lane.subject, under: lane.under, underStride: stride, into: lane.shadowRow, count: width)
                row = lane.shadowRow
                if ground.isSmooth || isShaded { dither = 1 }
            }
            // Without a ground the shadow is mixed as whoever opens the file mixes it: as encoded.
            let mask = compositor.ground == nil && isShaded ? UnsafePointer(lane.mask) : nil
            encode(row, y, mask: mask, dither: dither, lane)
            if let place, compositor.transfer == nil { keepOpaque(y, place) }
        }

        /// The subject's row of light; where pixels are copied, also which.
        private func fillSubject(_ y: Int, _ lane: inout Lane) -> (row: Int, columns: Range<Int>, shift: Int)? {
            if compositor.part != nil, let resampling, var state = lane.state {
                resampling.fill(y, from: source, into: lane.subject, state: &state)
                lane.state = state
                return nil
            }
            lane.subject.update(repeating: 0, count: 4 * width)
            guard let place = copied(y) else { return nil }
            let first = place.columns.lowerBound
            source.add(
                row: place.row, columns: first + place.shift..<place.columns.upperBound + place.shift, weight: 1,
                into: lane.subject + 4 * first, scratch: lane.under)
            return place
        }

        private func encode(
            _ row: UnsafeMutablePointer<Float>, _ y: Int, mask: UnsafePointer<Float>?, dither: Float, _ lane: Lane
        ) {
            let stride = outputColors + (isStraight ? 1 : 0)
            let first = y * width * stride
            let shade = lane.mask + 4 * width + 4
            let color = [compositor.shade.red, compositor.shade.green, compositor.shade.blue]
            for c in 0..<3 { shade[c] = Float(color[c]) }
            switch (output, isStraight) {
            case (.eight(let output), true):
                kernels.encodeStraightRow8(
                    row, encoded: tables.encoded, mask: mask, shade: shade, output + first,
                    outputColors: outputColors, count: width)
            case (.sixteen(let output), true):
                kernels.encodeStraightRow16(
                    row, encoded: tables.encoded, mask: mask, shade: shade, output + first,
                    outputColors: outputColors, count: width)
            case (.eight(let output), false):
                kernels.encodeRow8(
                    row, encoded: tables.encoded, dither: dither, subject: lane.subject, y: y, output + first,
                    outputColors: outputColors, count: width)
            case (.sixteen(let output), false):
                kernels.encodeRow16(
                    row, encoded: tables.encoded, output + first, outputColors: outputColors, count: width)
            }
        }

        /// Opaque pixels that were copied are the picture's own, whatever tables made of them.
        private func keepOpaque(_ y: Int, _ place: (row: Int, columns: Range<Int>, shift: Int)) {
            let stride = outputColors + (isStraight ? 1 : 0)
            let from = place.row * source.width + place.columns.lowerBound + place.shift
            let to = (y * width + place.columns.lowerBound) * stride
            switch (source.samples, output) {
            case (.eight(let pixels), .eight(let output)):
                kernels.keepOpaqueRow8(
                    pixels + from * source.stride, stride: source.stride, colors: source.colors,
                    alpha: source.alpha + from, output + to, outputColors: outputColors, outputStride: stride,
                    count: place.columns.count)
            case (.sixteen(let pixels), .sixteen(let output)):
                kernels.keepOpaqueRow16(
                    pixels + from * source.stride, stride: source.stride, colors: source.colors,
                    alpha: source.alpha + from, output + to, outputColors: outputColors, outputStride: stride,
                    count: place.columns.count)
            default: preconditionFailure("a composite has its picture's depth")
            }
        }
    }
}
