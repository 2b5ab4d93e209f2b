import MatteEvaluation
import Matting
import PictureTestSupport
import Raster
import TestSupport
import Testing

@Suite struct ContactSheetTests {
    /// The sheet has no profile: what lies behind a subject has the same colour in it, whatever space its picture has.
    @Test(arguments: [nil, MatrixProfile.displayP3, MatrixProfile.adobeRGB]) func coloursAreThoseOfTheSheet(
        primaries: MatrixProfile.Primaries?
    ) throws {
        let profile = primaries.map { MatrixProfile($0, curve: MatrixProfile.standardCurve).bytes() }
        let image = try RasterImage.noise(width: 40, height: 30, iccProfile: profile)
        let empty = try AlphaMatte(width: 40, height: 30, values: [Float](repeating: 0, count: 1200))
        var sheet = ContactSheet(capacity: 1)
        try sheet.add("a", error: 0, result: try MattingResult(image: image, alpha: empty), truth: empty)
        let drawn = try #require(try sheet.image())
        // The composite is in the middle of the last of five cells of 256 pixels, 4 apart.
        let pixel = (4 + 15) * drawn.width + 4 + 4 * 260 + 128
        let color = drawn.samples[pixel * 3..<pixel * 3 + 3]
        // Steps of 8 bits of the picture's space are up to two of the sheet's where that is darkest.
        for (value, expected) in zip(color, [0, 0xb1, 0x40]) { #expect(abs(value - expected) <= 2, "\(color)") }
    }
}
