import Matting
import PictureTestSupport
import Raster
import Testing

/// A matte of values that `value` computes.
func drawnMatte(_ width: Int, _ height: Int, _ value: (_ x: Int, _ y: Int) -> Float) throws -> AlphaMatte {
    var values: [Float] = []
    for y in 0..<height { for x in 0..<width { values.append(value(x, y)) } }
    return try AlphaMatte(width: width, height: height, values: values)
}

struct TrimapTests {
    @Test(arguments: [RasterImage.BitDepth.eight, .sixteen])
    func greysAreReadByTheirEnds(depth: RasterImage.BitDepth) throws {
        let greys = [0.0, 0.09, 0.11, 0.5, 0.89, 0.91, 1]
        let image = try RasterImage.drawn(width: 7, height: 3, colorModel: .gray, bitDepth: depth) { x, _ in [greys[x]]
        }
        let trimap = try Trimap(image)
        let expected: [Trimap.Value] = [
            .background, .background, .unknown, .unknown, .unknown, .foreground, .foreground,
        ]
        for x in 0..<7 { for y in 0..<3 { #expect(trimap[x, y] == expected[x]) } }
        #expect(trimap.backgroundCount == 6 && trimap.unknownCount == 9 && trimap.foregroundCount == 6)
        #expect(trimap[7, 0] == nil && trimap[0, -1] == nil)
    }

    @Test func toleranceIsChecked() throws {
        let image = try RasterImage.drawn(width: 2, height: 2, colorModel: .gray) { _, _ in [0] }
        for tolerance: Float in [-0.1, 0.5, .nan, .infinity] {
            #expect(throws: MattingError.self) { try Trimap(image, tolerance: tolerance) }
        }
        #expect(try Trimap(image, tolerance: 0).backgroundCount == 4)
    }

    @Test func colorsAreRefused() throws {
        let image = try RasterImage.drawn(width: 2, height: 2) { x, _ in [Double(x), 0, 0] }
        #expect(throws: MattingError.colored("trimap")) { try Trimap(image) }
    }

    @Test func wrongCountsAndSizesAreRefused() {
        #expect(throws: MattingError.wrongValueCount(count: 3, width: 2, height: 2)) {
            try Trimap(width: 2, height: 2, values: [.unknown, .unknown, .unknown])
        }
        #expect(throws: MattingError.picture(.emptyPicture(width: 0, height: 5))) {
            try Trimap(width: 0, height: 5, values: [])
        }
        #expect(throws: MattingError.self) { try Trimap(width: .max, height: 2, values: []) }
    }

    @Test func writesAndReadsBack() throws {
        let values: [Trimap.Value] = [.background, .unknown, .foreground, .foreground, .background, .unknown]
        let trimap = try Trimap(width: 3, height: 2, values: values)
        let image = try trimap.image()
        #expect(image.samples == [0, 128, 255, 255, 0, 128])
        let again = try Trimap(image)
        for (index, value) in values.enumerated() { #expect(again[index % 3, index / 3] == value) }
    }

    @Test func bandFollowsTheDoubt() throws {
        // A hard edge at column 100, and a soft one of 40 pixels around column 300.
        let alpha = try drawnMatte(400, 60) { x, _ in
            x < 100 ? 0 : x < 200 ? 1 : min(max(1 - Float(x - 280) / 40, 0), 1)
        }
        let trimap = try Trimap(alpha, band: TrimapBand(leastRadius: 2, greatestRadius: 12))
        #expect(trimap[96, 30] == .background && trimap[97, 30] == .unknown)
        #expect(trimap[98, 30] == .unknown && trimap[101, 30] == .unknown && trimap[104, 30] == .foreground)
        #expect(trimap[272, 30] == .unknown && trimap[262, 30] == .foreground)
        #expect(trimap[328, 30] == .unknown && trimap[336, 30] == .background)
    }

    @Test func mattesWithoutDoubtAreCertain() throws {
        #expect(try Trimap(drawnMatte(31, 17) { _, _ in 0 }).backgroundCount == 31 * 17)
        #expect(try Trimap(drawnMatte(31, 17) { _, _ in 1 }).foregroundCount == 31 * 17)
        #expect(try Trimap(drawnMatte(1, 1) { _, _ in 0.5 }).unknownCount == 1)
    }

    @Test func bandsAreChecked() throws {
        let alpha = try drawnMatte(9, 9) { x, _ in x < 4 ? 0 : 1 }
        for band in [
            TrimapBand(threshold: 0.5), TrimapBand(threshold: .nan), TrimapBand(leastRadius: -1),
            TrimapBand(leastRadius: 1025), TrimapBand(leastRadius: 9, greatestRadius: 4),
        ] {
            #expect(throws: MattingError.self) { try Trimap(alpha, band: band) }
        }
        #expect(try Trimap(alpha, band: TrimapBand(leastRadius: 1024, greatestRadius: 1024)).unknownCount == 81)
    }
}
