import KernelDispatch
import Raster
import Threads

extension Backdrop {
    /// The picture at a canvas's size in the space of what it is laid behind.
    ///
    /// - Parameters:
    ///   - target: of the picture in front, whose profile counts.
    ///   - linear: whether light is added up, where the profiles tell how.
    /// - Throws: ``ImageCodecError``, ``RasterError``.
    func prepared(
        width: Int, height: Int, behind target: RasterImage, linear: Bool, pool: ThreadPool
    ) throws -> BackdropStore.Prepared {
        let space = try? ColorSpace(of: target)
        let key = BackdropStore.Key(
            width: width, height: height, scaling: scaling, position: position, surround: surround, space: space,
            isLinear: linear)
        // A profile that is no curves and primaries is no key; what it would be the key of, nobody converts.
        if space == nil { return try prepare(width: width, height: height, target, linear: linear, pool: pool) }
        return try store.prepared(key) { try prepare(width: width, height: height, target, linear: linear, pool: pool) }
    }

    private func prepare(
        width: Int, height: Int, _ target: RasterImage, linear: Bool, pool: ThreadPool
    ) throws -> BackdropStore.Prepared {
        let layout = BackdropLayout(self, width: width, height: height)
        let image = try store.picture(width: layout.needed.width, height: layout.needed.height)
        var warnings = image.warnings.map { DecodingWarning.background($0) }
        var conversion: ColorConversion?
        var own: ColorSpace?
        do throws(ColorSpace.Defect) {
            if image.iccProfile != target.iccProfile {
                own = try ColorSpace(of: image)
                conversion = ColorConversion(from: try ColorSpace(of: image), to: try ColorSpace(of: target))
            } else {
                own = try? ColorSpace(of: image)
            }
        } catch {
            warnings.append(.backgroundNotConverted(reason: error.reason))
        }
        if conversion == nil, !image.colorModel.hasAlpha, image.width == width, image.height == height,
            layout.isWhole
        {
            return BackdropStore.Prepared(image: image, warnings: warnings)
        }
        let tables = try LightTables.tables(of: linear ? own : nil, image.bitDepth)
        var ground = surround
        ground.alpha = 1
        if let own, let toOwn = ColorConversion(from: .sRGB, to: own) { ground = toOwn.converted(ground) }
        let light = SIMD4<Float>(ground, tables)
        let size = layout.tile ?? (width, height)
        var made = try RasterImage(width: size.width, height: size.height, colorModel: .rgb, bitDepth: .sixteen)
        try Self.draw(
            image, layout.resampling(image), over: light, tables: tables, conversion: conversion, into: &made,
            pool: pool)
        if layout.tile != nil {
            made = try made.tiled(width: width, height: height, left: layout.left, top: layout.top, pool: pool)
        }
        return BackdropStore.Prepared(image: made, warnings: warnings)
    }

    private static func draw(
        _ image: RasterImage, _ resampling: Resampling, over ground: SIMD4<Float>, tables: LightTables,
        conversion: ColorConversion?, into target: inout RasterImage, pool: ThreadPool
    ) throws {
        let (width, height) = (target.width, target.height)
        let bandRows = 16
        // A row of light, and one of floats in three channels for the conversion.
        let each = resampling.scratchCount + 4 * width + 4
        let scratch = try PixelStorage(
            byteCount: each * pool.threadCount * MemoryLayout<Float>.stride, purpose: "rows of a backdrop")
        let floats = scratch.base.bindMemory(to: Float.self, capacity: each * pool.threadCount)
        try image.withSamples { samples in
            let rows = PictureRows(
                samples: samples, width: image.width, model: image.colorModel, light: tables.light)
            try target.withMutableSamples { output in
                guard case .sixteen(let output) = output else { return }
                pool.forEach((height + bandRows - 1) / bandRows) { band, slot in
                    let own = floats + slot * each
                    let (under, row) = (own, own + 4)
                    for c in 0..<4 { under[c] = ground[c] }
                    var state = Resampling.State(resampling, scratch: row + 4 * width)
                    for y in band * bandRows..<min((band + 1) * bandRows, height) {
                        resampling.fill(y, from: rows, into: row, state: &state)
                        kernels.overRow(row, under: under, underStride: 0, into: row, count: width)
                        let line = output + y * width * 3
                        kernels.encodeRow16(row, encoded: tables.encoded, line, outputColors: 3, count: width)
                        conversion?.convert(line, count: width, scratch: row)
                    }
                }
            }
        }
        withExtendedLifetime(scratch) {}
    }
}

/// Where a backdrop's picture lies on a canvas.
struct BackdropLayout {
    private let columns: AxisWeights.Placement
    private let rows: AxisWeights.Placement
    /// Pixels of the picture that its scale needs.
    let needed: (width: Int, height: Int)
    /// One tile of many; nil for a picture that is there once.
    let tile: (width: Int, height: Int)?
    /// Of a tile, its left and top edges on the canvas.
    let (left, top): (Int, Int)

    /// Whether the picture, if it has the canvas's size, is what shows.
    var isWhole: Bool { tile == nil && columns.step == 1 && rows.step == 1 && columns.origin == 0 && rows.origin == 0 }

    init(_ backdrop: Backdrop, width: Int, height: Int) {
        let (ownWidth, ownHeight) = (backdrop.store.width, backdrop.store.height)
        let proportion = Double(width) / Double(height)
        func once(_ scaledWidth: Int, _ scaledHeight: Int) -> (AxisWeights.Placement, AxisWeights.Placement) {
            let left = (Double(width - scaledWidth) * backdrop.position.x).rounded(.down)
            let top = (Double(height - scaledHeight) * backdrop.position.y).rounded(.down)
            let (across, down) = (
                Double(ownWidth) / Double(scaledWidth), Double(ownHeight) / Double(scaledHeight)
            )
            return (
                AxisWeights.Placement(
                    inputCount: ownWidth, outputCount: width, origin: -left * across, step: across),
                AxisWeights.Placement(
                    inputCount: ownHeight, outputCount: height, origin: -top * down, step: down)
            )
        }
        func scaled(_ side: Int, _ factor: Double) -> Int {
            min(max(Int((Double(side) * factor).rounded()), 1), 1 << 24)
        }
        switch backdrop.scaling {
        case .cover:
            // Cut first, then scale: scaling all of a long narrow picture could take any amount of memory.
            let partWidth = min(max(Int((Double(ownHeight) * proportion).rounded()), 1), ownWidth)
            let partHeight = min(max(Int((Double(ownWidth) / proportion).rounded()), 1), ownHeight)
            let x = (Double(ownWidth - partWidth) * backdrop.position.x).rounded(.down)
            let y = (Double(ownHeight - partHeight) * backdrop.position.y).rounded(.down)
            columns = .init(
                inputCount: ownWidth, outputCount: width, origin: x, step: Double(partWidth) / Double(width))
            rows = .init(
                inputCount: ownHeight, outputCount: height, origin: y, step: Double(partHeight) / Double(height))
            tile = nil
        case .contain:
            let factor = min(Double(width) / Double(ownWidth), Double(height) / Double(ownHeight))
            (columns, rows) = once(min(scaled(ownWidth, factor), width), min(scaled(ownHeight, factor), height))
            tile = nil
        case .factor(let factor):
            (columns, rows) = once(scaled(ownWidth, factor), scaled(ownHeight, factor))
            tile = nil
        case .tile(let factor):
            let size = (width: scaled(ownWidth, factor), height: scaled(ownHeight, factor))
            if size.width >= 2 * width, size.height >= 2 * height {
                // No second tile would be seen, and one alone might take any amount of memory.
                (columns, rows) = once(size.width, size.height)
                tile = nil
            } else {
                tile = (min(size.width, CanvasLimits.side), min(size.height, CanvasLimits.side))
                columns = .init(ownWidth, to: min(size.width, CanvasLimits.side))
                rows = .init(ownHeight, to: min(size.height, CanvasLimits.side))
            }
        }
        func needed(_ placement: AxisWeights.Placement) -> Int {
            Int((Double(placement.inputCount) / max(placement.step, 1) - 1e-9).rounded(.up))
        }
        self.needed = (needed(columns), needed(rows))
        if let tile {
            left = Int((Double(width - tile.width) * backdrop.position.x).rounded(.down))
            top = Int((Double(height - tile.height) * backdrop.position.y).rounded(.down))
        } else {
            (left, top) = (0, 0)
        }
    }

    /// For a picture that may have been decoded smaller than it is.
    func resampling(_ image: RasterImage) -> Resampling {
        func axis(_ placement: AxisWeights.Placement, _ count: Int) -> AxisWeights {
            let share = Double(count) / Double(placement.inputCount)
            return .resampling(
                .init(
                    inputCount: count, outputCount: placement.outputCount, origin: placement.origin * share,
                    step: placement.step * share))
        }
        return Resampling(columns: axis(columns, image.width), rows: axis(rows, image.height))
    }
}

extension RasterImage {
    /// Copies of this picture of 16 bits and three channels beside and below each other, one of them at `left` and `top`.
    fileprivate func tiled(
        width: Int, height: Int, left: Int, top: Int, pool: ThreadPool
    ) throws(RasterError) -> RasterImage {
        var canvas = try RasterImage(width: width, height: height, colorModel: .rgb, bitDepth: .sixteen)
        func modulo(_ value: Int, _ count: Int) -> Int { (value % count + count) % count }
        try canvas.withMutableSamples { output in
            withSamples { samples in
                guard case .sixteen(let output) = output, case .sixteen(let source) = samples else { return }
                pool.forEach(height) { y, _ in
                    let row = source + modulo(y - top, self.height) * self.width * 3
                    var x = 0
                    while x < width {
                        let from = modulo(x - left, self.width)
                        let count = min(self.width - from, width - x)
                        (output + (y * width + x) * 3).update(from: row + from * 3, count: count * 3)
                        x += count
                    }
                }
            }
        }
        return canvas
    }
}
