import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// Subjects that the picture's frame cuts off: on which sides of a canvas they lie.
@Suite struct CutSidesTests {
    /// A picture of 60 × 50 with a subject of hard edges in `box`.
    private static func result(_ box: PixelRect, also rest: [Int: Float] = [:]) throws -> MattingResult {
        var values = [Float](repeating: 0, count: 60 * 50)
        for y in box.rows { for x in box.columns { values[y * 60 + x] = 1 } }
        for (place, value) in rest { values[place] = value }
        return try MattingResult(
            image: RasterImage.noise(width: 60, height: 50), alpha: AlphaMatte(width: 60, height: 50, values: values))
    }

    /// Where the subject's box lies, and how large the canvas is.
    private static func place(
        _ result: MattingResult, _ framing: Framing, shadow: Shadow = .none
    ) throws -> (PixelRect, width: Int, height: Int) {
        let plan = try CompositePlan(result, model: .rgb, framed: framing, shadow: shadow, blending: .encoded)
        return (plan.geometry.subject, plan.geometry.width, plan.geometry.height)
    }

    /// 200 × 200 of which the subject fills .8: 20 pixels of margin on the free sides, and the least of what the free space
    /// allows as the scale.
    @Test(arguments: [
        // Free on all sides: 160 / 40 = 4 times as large, in the middle.
        (PixelRect(x: 20, y: 5, width: 20, height: 40), PixelRect(x: 60, y: 20, width: 80, height: 160)),
        // Below: 180 / 40.
        (PixelRect(x: 20, y: 10, width: 20, height: 40), PixelRect(x: 55, y: 20, width: 90, height: 180)),
        (PixelRect(x: 20, y: 0, width: 20, height: 40), PixelRect(x: 55, y: 0, width: 90, height: 180)),
        (PixelRect(x: 0, y: 5, width: 20, height: 40), PixelRect(x: 0, y: 20, width: 80, height: 160)),
        (PixelRect(x: 40, y: 5, width: 20, height: 40), PixelRect(x: 120, y: 20, width: 80, height: 160)),
        // In a corner.
        (PixelRect(x: 40, y: 10, width: 20, height: 40), PixelRect(x: 110, y: 20, width: 90, height: 180)),
        // From side to side, as wide as the canvas: 200 / 60, in the middle or at the bottom.
        (PixelRect(x: 0, y: 10, width: 60, height: 30), PixelRect(x: 0, y: 50, width: 200, height: 100)),
        (PixelRect(x: 0, y: 20, width: 60, height: 30), PixelRect(x: 0, y: 100, width: 200, height: 100)),
        // From top to bottom, and on the left besides: 200 / 50.
        (PixelRect(x: 20, y: 0, width: 20, height: 50), PixelRect(x: 60, y: 0, width: 80, height: 200)),
        (PixelRect(x: 0, y: 0, width: 20, height: 50), PixelRect(x: 0, y: 0, width: 80, height: 200)),
        // All of the picture: it was cropped before, and has its margins.
        (PixelRect(x: 0, y: 0, width: 60, height: 50), PixelRect(x: 20, y: 34, width: 160, height: 133)),
    ])
    func onACanvas(box: PixelRect, expected: PixelRect) throws {
        let result = try Self.result(box)
        #expect(try Self.place(result, .product(side: 200, fill: 0.8)).0 == expected)
        // Whatever else is aligned.
        let top = try Self.place(result, .product(side: 200, fill: 0.8, alignment: .top)).0
        #expect(top.x == expected.x && top.width == expected.width)
        if box.y + box.height == 50, box.y > 0 { #expect(top == expected) }
    }

    /// The last row of the picture is the last of the canvas, opaque to its end and not mixed with what lies beside it.
    @Test func noSeamAtTheFrame() throws {
        let result = try Self.result(PixelRect(x: 20, y: 10, width: 20, height: 40))
        for side in [200, 77, 23] {
            let canvas = try result.cutout(framed: .product(side: side, fill: 0.8))
            let samples = canvas.samples
            let (box, _, _) = try Self.place(result, .product(side: side, fill: 0.8))
            #expect(box.y + box.height == side)
            for y in [side - 2, side - 1] {
                #expect(samples[(y * side + side / 2) * 4 + 3] == 255, "row \(y) of \(side)")
            }
        }
    }

    @Test func margins() throws {
        let result = try Self.result(PixelRect(x: 20, y: 10, width: 20, height: 40))
        let crop = try Self.place(result, .subject(margin: .pixels(7)))
        #expect(crop == (PixelRect(x: 7, y: 7, width: 20, height: 40), width: 34, height: 47))
        // All space of a proportion goes above.
        let tall = try Self.place(result, Framing(canvas: .aspect(0.25), margins: .init(.pixels(5))))
        #expect(tall == (PixelRect(x: 5, y: 80, width: 20, height: 40), width: 30, height: 120))
        // A shadow does not make room below the cut, but beside it.
        let shadow = Shadow.drop(across: .zero, down: .pixels(4), blur: .pixels(8), opacity: 0.5, color: .black)
        let shaded = try Self.place(result, .subject(), shadow: shadow)
        #expect(shaded == (PixelRect(x: 10, y: 6, width: 20, height: 40), width: 40, height: 46))
    }

    @Test func asAnyOtherSide() throws {
        let result = try Self.result(PixelRect(x: 20, y: 10, width: 20, height: 40))
        var framing = Framing.product(side: 200, fill: 0.8)
        framing.cutSides = .margin
        #expect(try Self.place(result, framing).0 == PixelRect(x: 60, y: 20, width: 80, height: 160))
        let crop = try Self.place(result, Framing(margins: .init(.pixels(7)), cutSides: .margin))
        #expect(crop == (PixelRect(x: 7, y: 7, width: 20, height: 40), width: 34, height: 54))
    }

    /// What only just reaches the frame, is too soft to be seen there, or is no part of the subject, is not cut off.
    @Test func whatIsNotCutOff() throws {
        let box = PixelRect(x: 20, y: 5, width: 20, height: 40)
        let free = try Self.place(Self.result(box), .product(side: 200, fill: 0.8)).0
        // A soft foot that reaches the frame at less than a half widens the box and has its margin.
        let foot = (45..<50).flatMap { y in (20..<40).map { (y * 60 + $0, Float(0.4)) } }
        let soft = try Self.result(box, also: Dictionary(uniqueKeysWithValues: foot))
        #expect(try Self.place(soft, .product(side: 200, fill: 0.8)).0.y == 20)
        // A speck at the frame, without a part in the box.
        let speck = try Self.result(box, also: [49 * 60 + 30: 1])
        #expect(speck.alpha.touchedSides == .bottom)
        #expect(try Self.place(speck, .product(side: 200, fill: 0.8)).0 == free)
        // Two pixels of 300 are no hundredth.
        var values = [Float](repeating: 0, count: 300 * 20)
        for y in 5..<20 { for x in 100..<200 { values[y * 300 + x] = y < 19 || x < 102 ? 1 : 0 } }
        let tip = try AlphaMatte(width: 300, height: 20, values: values)
        #expect(tip.touchedSides == [] && tip.cutSides(of: PixelRect(x: 100, y: 5, width: 100, height: 15)) == [])
        values[19 * 300 + 102] = 1
        #expect(try AlphaMatte(width: 300, height: 20, values: values).touchedSides == .bottom)
    }
}
