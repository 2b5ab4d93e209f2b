import Testing

@testable import Raster

/// Pictures at smaller sizes, against means that are computed plainly.
@Suite struct ReducedTests {
    private static func picture(_ width: Int, _ height: Int, _ model: RasterImage.ColorModel) throws -> RasterImage {
        var image = try RasterImage(width: width, height: height, colorModel: model, iccProfile: [1, 2, 3])
        var state: UInt32 = 1
        try image.withMutablePixels8 { samples in
            for index in samples.indices {
                state = state &* 1_664_525 &+ 1_013_904_223
                samples[index] = UInt8(state >> 24)
            }
        }
        return image
    }

    /// The mean over the area of each pixel, colours weighted by alpha, in double precision.
    private static func means(_ image: RasterImage, _ width: Int, _ height: Int) throws -> [Double] {
        let channels = image.colorModel.channelCount
        let colors = image.colorModel.hasAlpha ? channels - 1 : channels
        return try image.withPixels8 { samples in
            var means: [Double] = []
            let (across, down) = (Double(image.width) / Double(width), Double(image.height) / Double(height))
            for y in 0..<height {
                for x in 0..<width {
                    var (sums, weights) = ([Double](repeating: 0, count: channels), 0.0)
                    for row in 0..<image.height {
                        let covered = min(Double(row + 1), Double(y + 1) * down) - max(Double(row), Double(y) * down)
                        guard covered > 0 else { continue }
                        for column in 0..<image.width {
                            let start = max(Double(column), Double(x) * across)
                            let part = min(Double(column + 1), Double(x + 1) * across) - start
                            guard part > 0 else { continue }
                            let first = (row * image.width + column) * channels
                            let alpha = image.colorModel.hasAlpha ? Double(samples[first + colors]) / 255 : 1
                            for c in 0..<colors { sums[c] += Double(samples[first + c]) * alpha * covered * part }
                            if image.colorModel.hasAlpha { sums[colors] += alpha * covered * part }
                            weights += covered * part
                        }
                    }
                    let alpha = image.colorModel.hasAlpha ? sums[colors] / weights : 1
                    for c in 0..<colors { means.append(alpha > 0 ? sums[c] / weights / alpha : 0) }
                    if image.colorModel.hasAlpha { means.append(alpha * 255) }
                }
            }
            return means
        }
    }

    @Test(arguments: RasterImage.ColorModel.allCases, [(7, 5, 3, 2), (9, 9, 1, 1), (16, 4, 5, 4), (1, 8, 1, 3)])
    func meansOverAreas(model: RasterImage.ColorModel, sizes: (Int, Int, Int, Int)) throws {
        let image = try Self.picture(sizes.0, sizes.1, model)
        let reduced = try image.reduced(toWidth: sizes.2, height: sizes.3)
        #expect(reduced.width == sizes.2 && reduced.height == sizes.3 && reduced.colorModel == model)
        #expect(reduced.iccProfile == [1, 2, 3])
        let expected = try Self.means(image, sizes.2, sizes.3)
        try reduced.withPixels8 { samples in
            // Half a level of rounding, and as much again for single precision where it falls between two levels.
            for (sample, mean) in zip(samples, expected) { #expect(abs(Double(sample) - mean) < 0.51) }
        }
    }

    @Test func sixteenBits() throws {
        var image = try RasterImage(width: 2, height: 1, colorModel: .gray, bitDepth: .sixteen)
        try image.withMutablePixels16 { samples in
            samples[0] = 1000
            samples[1] = 3001
        }
        let reduced = try image.reduced(toWidth: 1, height: 1)
        try reduced.withPixels16 { #expect(abs(Int($0[0]) - 2000) <= 1) }
    }

    @Test func nothingIsEnlarged() throws {
        let image = try Self.picture(6, 4, .rgb)
        for (width, height) in [(6, 4), (100, 100), (.max, .max)] {
            let same = try image.reduced(toWidth: width, height: height)
            #expect(same.width == 6 && same.height == 4)
        }
        #expect(try image.reduced(toPixels: .max).width == 6)
        #expect(try image.reduced(toSide: .max).width == 6)
    }

    @Test func sizesByPixelsAndBySide() throws {
        for (width, height) in [(1000, 10), (10, 1000), (333, 777), (1, 5000), (640, 480)] {
            let image = try Self.picture(width, height, .gray)
            for pixels in [1, 2, 3, 100, 999, 5000] {
                let reduced = try image.reduced(toPixels: pixels)
                #expect(reduced.width * reduced.height <= pixels || width * height <= pixels)
            }
            for side in [1, 7, 64] {
                let reduced = try image.reduced(toSide: side)
                #expect(max(reduced.width, reduced.height) == side)
            }
        }
    }

    @Test(arguments: [0, -1, .min])
    func emptyPicture(size: Int) throws {
        let image = try Self.picture(2, 2, .rgb)
        #expect(throws: RasterError.emptyPicture(width: size, height: 1)) {
            try image.reduced(toWidth: size, height: 1)
        }
        #expect(throws: RasterError.emptyPicture(width: size, height: size)) { try image.reduced(toPixels: size) }
        #expect(throws: RasterError.emptyPicture(width: size, height: size)) { try image.reduced(toSide: size) }
    }
}
