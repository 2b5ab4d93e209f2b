import MatteRefinement
import Raster
import Threads

/// A shadow on a canvas: its opacity, as encoded, on a grid that is coarse where it is soft, and its colour.
struct ShadowLayer {
    /// The opacity is the fourth number of a cell.
    let grid: LightGrid
    /// From the grid to the canvas.
    let resampling: Resampling
    let color: RasterColor

    /// A grid over a canvas and what surrounds it: cells of `cell` pixels of the canvas.
    private struct Mesh {
        /// The grid's left and top edges, in pixels of the canvas.
        let (left, top): (Double, Double)
        let (width, height): (Int, Int)
        let cell: Double

        /// - Parameter finest: cells of less than that are of no use.
        init(columns: ClosedRange<Double>, rows: ClosedRange<Double>, finest: Double) {
            let (across, down) = (columns.upperBound - columns.lowerBound, rows.upperBound - rows.lowerBound)
            // Four million cells are what a grid may take: 64 MB.
            cell = max(finest, 1, (across * down / 4e6).squareRoot(), across / 16_384, down / 16_384)
            (left, top) = (columns.lowerBound, rows.lowerBound)
            width = max(Int((across / cell).rounded(.up)), 1)
            height = max(Int((down / cell).rounded(.up)), 1)
        }

        /// A grid of a picture, moved by so many pixels of the canvas.
        ///
        /// - Parameter sides: beyond which what lies on the picture's border goes on.
        func resampling(
            _ geometry: FrameGeometry, continuing sides: TouchedSides, across: Double = 0, down: Double = 0
        ) -> Resampling {
            func axis(
                _ placement: AxisWeights.Placement, _ start: Double, _ count: Int, _ first: TouchedSides,
                _ last: TouchedSides
            ) -> AxisWeights {
                var ends: AxisWeights.Ends = []
                if sides.contains(first) { ends.insert(.first) }
                if sides.contains(last) { ends.insert(.last) }
                return .resampling(
                    AxisWeights.Placement(
                        inputCount: placement.inputCount, outputCount: count,
                        origin: placement.origin + start * placement.step, step: cell * placement.step),
                    repeating: ends)
            }
            return Resampling(
                columns: axis(geometry.columns, left - across, width, .left, .right),
                rows: axis(geometry.rows, top - down, height, .top, .bottom))
        }

        /// From the grid to the canvas.
        func upsampling(_ geometry: FrameGeometry) -> Resampling {
            Resampling(
                columns: .bilinear(
                    .init(inputCount: width, outputCount: geometry.width, origin: -left / cell, step: 1 / cell)),
                rows: .bilinear(
                    .init(inputCount: height, outputCount: geometry.height, origin: -top / cell, step: 1 / cell)))
        }
    }

    /// The silhouette, moved and blurred.
    ///
    /// - Parameter sides: on which the picture's frame cuts the subject off, where the canvas ends, too.
    init(
        dropOf silhouette: SubjectRows, on geometry: FrameGeometry, continuing sides: TouchedSides, across: Double,
        down: Double, blur: Double,
        opacity: Double, color: RasterColor, pool: ThreadPool
    ) throws(RasterError) {
        let sigma = blur / 2
        let mesh = Mesh(
            columns: -3 * sigma - 4...Double(geometry.width) + 3 * sigma + 4,
            rows: -3 * sigma - 4...Double(geometry.height) + 3 * sigma + 4, finest: sigma / 3)
        let flat = try LightGrid(
            silhouette, mesh.resampling(geometry, continuing: sides, across: across, down: down), pool: pool)
        let soft = try flat.blurred(across: sigma / mesh.cell, down: sigma / mesh.cell, pool: pool)
        soft.multiply(by: Float(opacity * color.alpha))
        (grid, resampling, self.color) = (soft, mesh.upsampling(geometry), color.opaque)
    }

    /// The lowest part of the silhouette, squashed on the ground line.
    ///
    /// - Parameter sides: on which the picture's frame cuts the subject off, where the canvas ends, too; not the bottom.
    init(
        contactOf silhouette: SubjectRows, on geometry: FrameGeometry, continuing sides: TouchedSides, blur: Double,
        opacity: Double,
        color: RasterColor, pool: ThreadPool
    ) throws(RasterError) {
        // A wide and a narrow spot, one over the other; down they are a third as wide as across.
        let (wide, narrow) = (blur / 2, blur / 8)
        let subject = geometry.subject
        let ground = Double(subject.y + subject.height)
        let lift = 0.12 * Double(subject.height)
        let mesh = Mesh(
            columns: Double(subject.x) - 3 * wide - 4...Double(subject.x + subject.width) + 3 * wide + 4,
            rows: ground - lift - wide - 4...ground + wide + 4, finest: narrow / 6)
        let flat = try LightGrid(silhouette, mesh.resampling(geometry, continuing: sides), pool: pool)
        flat.keepLowest(
            ground: (ground - mesh.top) / mesh.cell, lift: lift / mesh.cell, thickness: blur / 5 / mesh.cell)
        let spread = try flat.blurred(across: wide / mesh.cell, down: wide / 3 / mesh.cell, pool: pool)
        let core = try flat.blurred(across: narrow / mesh.cell, down: narrow / 3 / mesh.cell, pool: pool)
        spread.overlay(core, Float(0.75), Float(0.65))
        spread.multiply(by: Float(opacity * color.alpha))
        (grid, resampling, self.color) = (spread, mesh.upsampling(geometry), color.opaque)
    }

    /// The picture's own.
    init(_ kept: KeptShadow, on geometry: FrameGeometry) {
        grid = kept.grid
        color = .black
        func axis(_ canvas: AxisWeights.Placement, _ start: Int, _ cell: Double, _ count: Int) -> AxisWeights {
            .bilinear(
                AxisWeights.Placement(
                    inputCount: count, outputCount: canvas.outputCount, origin: (canvas.origin - Double(start)) / cell,
                    step: canvas.step / cell))
        }
        resampling = Resampling(
            columns: axis(geometry.columns, kept.area.x, kept.cell.across, kept.grid.width),
            rows: axis(geometry.rows, kept.area.y, kept.cell.down, kept.grid.height))
    }
}

extension RasterColor {
    /// The colour without its alpha, which is part of a shadow's opacity.
    fileprivate var opaque: RasterColor { RasterColor(red: red, green: green, blue: blue) }
}

/// The picture's own shadow, in the picture's pixels.
struct KeptShadow {
    /// What of the picture the grid covers.
    let area: PixelRect
    /// The opacity, as encoded, is the fourth number of a cell.
    let grid: LightGrid
    /// Pixels of the picture in a cell.
    let cell: (across: Double, down: Double)

    /// - Throws: ``GroundShadow/Failure`` where there is none, ``RasterError`` where memory is refused.
    init(
        of ground: SubjectRows, box: PixelRect, in image: RasterImage, strength: Double, reach: RelativeLength,
        tables: LightTables, pool: ThreadPool
    ) throws {
        let far = reach.pixels(of: Double(box.height))
        // The ground is judged by more of it than the shadow may take.
        let pad = Int(min(far + 0.35 * Double(max(box.width, box.height)), 1e6).rounded())
        area = PixelRect(x: box.x - pad, y: box.y - pad, width: box.width + 2 * pad, height: box.height + 2 * pad)
            .clamped(toWidth: image.width, height: image.height)
        let side = max(Double(max(area.width, area.height)) / 320, 1)
        let width = max(Int((Double(area.width) / side).rounded()), 1)
        let height = max(Int((Double(area.height) / side).rounded()), 1)
        cell = (Double(area.width) / Double(width), Double(area.height) / Double(height))
        func axis(_ inputs: Int, _ start: Int, _ count: Int, _ step: Double) -> AxisWeights {
            .area(.init(inputCount: inputs, outputCount: count, origin: Double(start), step: step))
        }
        let light = try LightGrid(
            ground,
            Resampling(
                columns: axis(image.width, area.x, width, cell.across),
                rows: axis(image.height, area.y, height, cell.down)), pool: pool)
        let shadow = try GroundShadow(light, reach: far / cell.down)
        for (index, missing) in shadow.missing.enumerated() {
            let rest = max(1 - Double(missing), 0)
            let kept = tables.encoded(rest, channel: 0)
            light.base[4 * index + 3] = Float(min(max((1 - kept) * strength, 0), 1))
        }
        grid = light
    }

    /// How far the shadow goes beyond the subject's box, in pixels of the picture.
    func reach(beyond box: PixelRect) -> FrameGeometry.Reach {
        var reach = FrameGeometry.Reach()
        for y in 0..<grid.height {
            for x in 0..<grid.width where grid.base[4 * (y * grid.width + x) + 3] > 0.02 {
                let left = Double(area.x) + Double(x) * cell.across
                let top = Double(area.y) + Double(y) * cell.down
                reach.left = max(reach.left, Double(box.x) - left)
                reach.top = max(reach.top, Double(box.y) - top)
                reach.right = max(reach.right, left + cell.across - Double(box.x + box.width))
                reach.bottom = max(reach.bottom, top + cell.down - Double(box.y + box.height))
            }
        }
        return reach
    }
}
