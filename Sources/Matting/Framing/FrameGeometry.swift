import MatteRefinement
import Raster

/// Where a picture's pixels lie on a canvas.
struct FrameGeometry {
    /// Of the canvas, in pixels.
    let width: Int
    /// Of the canvas, in pixels.
    let height: Int
    /// The canvas's columns in columns of the picture.
    let columns: AxisWeights.Placement
    /// The canvas's rows in rows of the picture.
    let rows: AxisWeights.Placement
    /// The subject's box on the canvas; may reach beyond it.
    let subject: PixelRect

    /// Pixels of the canvas for one of the picture.
    var scale: Double { 1 / rows.step }
    /// Whether pixels are copied: nothing is scaled.
    var isCopy: Bool { columns.step == 1 && rows.step == 1 }
    /// Whether the canvas is the picture.
    var isWhole: Bool {
        isCopy && columns.origin == 0 && rows.origin == 0 && width == columns.inputCount && height == rows.inputCount
    }

    /// The sides on which the canvas shows nothing beyond the picture's border, but for rounding.
    var endsOfPicture: TouchedSides {
        func ends(_ axis: AxisWeights.Placement, _ first: TouchedSides, _ last: TouchedSides) -> TouchedSides {
            let end = axis.origin + Double(axis.outputCount) * axis.step
            var sides: TouchedSides = []
            if axis.origin >= -0.5 * axis.step { sides.insert(first) }
            if end <= Double(axis.inputCount) + 0.5 * axis.step { sides.insert(last) }
            return sides
        }
        return ends(columns, .left, .right).union(ends(rows, .top, .bottom))
    }

    /// How far a shadow reaches beyond the subject's box, in pixels of the canvas.
    struct Reach {
        var left = 0.0
        var top = 0.0
        var right = 0.0
        var bottom = 0.0
    }

    /// All of a picture as it is.
    init(wholeOf image: RasterImage, subject: PixelRect) {
        (width, height) = (image.width, image.height)
        columns = AxisWeights.Placement(inputCount: width, outputCount: width, step: 1)
        rows = AxisWeights.Placement(inputCount: height, outputCount: height, step: 1)
        self.subject = subject
    }

    /// - Parameters:
    ///   - framing: checked.
    ///   - box: the subject's, in the picture; not empty.
    ///   - reach: the shadow's, for canvases that grow with it.
    /// - Throws: ``OptionProblem`` for margins that make the canvas too large.
    init(_ framing: Framing, box: PixelRect, of image: RasterImage, reach: Reach) throws(OptionProblem) {
        let (size, place): ((width: Int, height: Int), PixelRect)
        switch framing.canvas {
        case .size(let width, let height):
            size = (width, height)
            place = Self.scaled(framing, box: box, width: width, height: height)
        case .subject:
            (size, place) = Self.around(framing, box: box, reach: reach, proportion: nil)
        case .aspect(let proportion):
            (size, place) = Self.around(framing, box: box, reach: reach, proportion: proportion)
        }
        try CanvasLimits.check("framing.canvas", width: size.width, height: size.height)
        let (across, down) = (Double(box.width) / Double(place.width), Double(box.height) / Double(place.height))
        (width, height) = size
        columns = AxisWeights.Placement(
            inputCount: image.width, outputCount: size.width, origin: Double(box.x) - Double(place.x) * across,
            step: across)
        rows = AxisWeights.Placement(
            inputCount: image.height, outputCount: size.height, origin: Double(box.y) - Double(place.y) * down,
            step: down)
        subject = place
    }

    private static func scaled(
        _ framing: Framing, box: PixelRect, width: Int, height: Int
    ) -> PixelRect {
        let left = framing.margins.left.pixels(of: Double(width))
        let top = framing.margins.top.pixels(of: Double(height))
        let (freeWidth, freeHeight) = framing.margins.free(of: width, height)
        let scale = min(freeWidth / Double(box.width), freeHeight / Double(box.height), framing.largestScale)
        func side(_ length: Int, _ limit: Double) -> Int {
            // A product that is a whole number but for rounding is that number.
            max(min(Int((Double(length) * scale).rounded()), Int((limit + 1e-6).rounded(.down))), 1)
        }
        let (boxWidth, boxHeight) = (side(box.width, freeWidth), side(box.height, freeHeight))
        let x = left + (freeWidth - Double(boxWidth)) * framing.alignment.x
        let y = top + (freeHeight - Double(boxHeight)) * framing.alignment.y
        return PixelRect(x: Int(x.rounded()), y: Int(y.rounded()), width: boxWidth, height: boxHeight)
    }

    private static func around(
        _ framing: Framing, box: PixelRect, reach: Reach, proportion: Double?
    ) -> ((width: Int, height: Int), PixelRect) {
        let side = Double(max(box.width, box.height))
        func margin(_ margin: RelativeLength, _ reach: Double) -> Int {
            Int(max(margin.pixels(of: side), reach).rounded())
        }
        var left = margin(framing.margins.left, reach.left)
        var top = margin(framing.margins.top, reach.top)
        var width = left + box.width + margin(framing.margins.right, reach.right)
        var height = top + box.height + margin(framing.margins.bottom, reach.bottom)
        if let proportion {
            let wider = max(Int((Double(height) * proportion).rounded()), width)
            let higher = max(Int((Double(width) / proportion).rounded()), height)
            if wider > width {
                left += Int((Double(wider - width) * framing.alignment.x).rounded())
                width = wider
            } else if higher > height {
                top += Int((Double(higher - height) * framing.alignment.y).rounded())
                height = higher
            }
        }
        return ((width, height), PixelRect(x: left, y: top, width: box.width, height: box.height))
    }
}
