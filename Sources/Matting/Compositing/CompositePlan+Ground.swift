import Raster
import Threads

extension CompositePlan {
    /// What lies behind the subject on the plan's canvas, and what has to be said of it; nil for nothing.
    ///
    /// - Throws: ``RasterError``, ``ImageCodecError``.
    func ground(_ background: Background, behind target: RasterImage) throws -> (Ground?, [DecodingWarning]) {
        switch background {
        case .color(let color):
            if color.alpha <= 0 { return (nil, []) }
            let converted = converted(color)
            let ground = Ground(
                content: .color(
                    SIMD4(converted, tables), encoded: [converted.red, converted.green, converted.blue]),
                isOpaque: color.alpha >= 1, isNeutral: color.isNeutral)
            return (ground, conversionWarnings([color]))
        case .gradient(let gradient):
            let rows = GradientRows(gradient, width: geometry.width, height: geometry.height) {
                SIMD4(converted($0), tables)
            }
            let colors = gradient.stops.map(\.color)
            let ground = Ground(
                content: .gradient(rows), isOpaque: colors.allSatisfy { $0.alpha >= 1 },
                isNeutral: colors.allSatisfy(\.isNeutral))
            return (ground, conversionWarnings(colors))
        case .image(let image): return try ground(.backdrop(Backdrop(image)), behind: target)
        case .backdrop(let backdrop):
            let prepared = try backdrop.prepared(
                width: geometry.width, height: geometry.height, behind: target, linear: linear != nil, pool: result.pool
            )
            let tables = try LightTables.tables(of: linear, prepared.image.bitDepth)
            return (
                Ground(content: .picture(prepared.image, tables), isOpaque: true, isNeutral: false), prepared.warnings
            )
        case .blurred(let radius):
            let (grid, resampling) = try blurred(radius)
            let ground = Ground(
                content: .grid(grid, resampling), isOpaque: true,
                isNeutral: result.image.colorModel.colorChannelCount == 1)
            return (ground, [])
        case .none: return (nil, [])
        }
    }

    /// Colours other than black and white mean something else in a profile that nobody can convert to.
    private func conversionWarnings(_ colors: [RasterColor]) -> [DecodingWarning] {
        guard colors.contains(where: { !$0.isEnd }) else { return [] }
        do throws(ColorSpace.Defect) {
            _ = try ColorSpace(of: result.image)
            return []
        } catch {
            return [.backgroundNotConverted(reason: error.reason)]
        }
    }

    /// The picture's background out of focus, on a grid; a canvas that goes on beyond the picture sees it mirrored there.
    private func blurred(_ radius: RelativeLength) throws(RasterError) -> (LightGrid, Resampling) {
        let sigma = max(radius.pixels(of: Double(max(geometry.width, geometry.height))) / 2, 0)
        let (width, height) = (Double(geometry.width), Double(geometry.height))
        let pad = 3 * sigma
        // Four cells to a standard deviation, and at most four million: what lies between them is interpolated.
        let cell = max(sigma / 4, 1, ((width + 2 * pad) * (height + 2 * pad) / 4e6).squareRoot())
        // Down: what the canvas and the blur reach of the picture, as cells of the grid. Up: cells as the canvas shows them.
        func axis(_ picture: AxisWeights.Placement, _ length: Double) -> (down: AxisWeights, up: AxisWeights) {
            let first = max(-picture.origin / picture.step, -pad)
            let last = min((Double(picture.inputCount) - picture.origin) / picture.step, length + pad)
            let count = max(Int(((last - first) / cell).rounded(.up)), 1)
            return (
                .area(
                    .init(
                        inputCount: picture.inputCount, outputCount: count,
                        origin: picture.origin + first * picture.step, step: cell * picture.step)),
                .mirrored(
                    .init(inputCount: count, outputCount: Int(length), origin: -first / cell, step: 1 / cell))
            )
        }
        let (columns, rows) = (axis(geometry.columns, width), axis(geometry.rows, height))
        let down = Resampling(columns: columns.down, rows: rows.down)
        func soft(_ part: SubjectRows.Part) throws -> LightGrid {
            try result.withRows(tables) { rows in
                try LightGrid(rows(part), down, pool: result.pool)
                    .blurred(across: sigma / cell, down: sigma / cell, pool: result.pool)
            }
        }
        let grid: LightGrid
        do {
            let ground = try soft(.ground)
            // A picture that is all subject has nothing else to show.
            grid = ground.isEmpty ? try soft(.subject) : ground
        } catch {
            throw error as? RasterError ?? .outOfMemory(byteCount: 0, purpose: "a blurred background")
        }
        try grid.normalize(pool: result.pool)
        return (grid, Resampling(columns: columns.up, rows: rows.up))
    }

    /// What takes the subject's colours to those of a ground; nil where one of them is nowhere to be seen.
    func transfer(to ground: Ground, _ matching: ColorMatching) throws -> ColorTransfer? {
        guard matching.strength > 0 else { return nil }
        var subject = LabStatistics()
        var surroundings = LabStatistics()
        let cell = max(Double(max(geometry.width, geometry.height)) / 128, 1)
        let (columns, rows) = (
            max(Int(Double(geometry.width) / cell), 1), max(Int(Double(geometry.height) / cell), 1)
        )
        func axis(_ placement: AxisWeights.Placement, _ canvas: Int, _ count: Int) -> AxisWeights {
            .area(
                .init(
                    inputCount: placement.inputCount, outputCount: count, origin: placement.origin,
                    step: placement.step * Double(canvas) / Double(count)))
        }
        let down = Resampling(
            columns: axis(geometry.columns, geometry.width, columns), rows: axis(geometry.rows, geometry.height, rows))
        try result.withRows(tables) { parts in
            let grid = try LightGrid(parts(.subject), down, pool: result.pool)
            for y in 0..<rows { subject.add(grid.base + 4 * y * columns, count: columns) }
        }
        let memory = try PixelStorage(
            byteCount: (4 * geometry.width + ground.scratchCount) * MemoryLayout<Float>.stride,
            purpose: "a row of light")
        let row = memory.base.bindMemory(to: Float.self, capacity: 4 * geometry.width + ground.scratchCount)
        var filler = Ground.Filler(ground, width: geometry.width, scratch: row + 4 * geometry.width)
        for k in 0..<rows {
            filler.fill(min(Int((Double(k) + 0.5) * cell), geometry.height - 1), into: row)
            surroundings.add(row, count: geometry.width, step: Int(cell))
        }
        guard !subject.isEmpty, !surroundings.isEmpty else { return nil }
        return ColorTransfer(from: subject, to: surroundings, strength: matching.strength)
    }
}

extension RasterColor {
    /// Black or white, which are the same in every space.
    fileprivate var isEnd: Bool { red == green && green == blue && (red == 0 || red == 1) }
}
