import Matting
import PictureTestSupport
import Raster
import Testing
import TestSupport
import Threads
import VideoStreams

/// Frames to pictures and back, against the textbook's formulas.
@Suite struct VideoColorTests {
    static let colors = VideoColors.Matrix.allCases.flatMap { matrix in
        [true, false].map { VideoColors(matrix: matrix, isFullRange: $0) }
    }
    static let sizes = [(1, 1), (2, 2), (3, 5), (8, 1), (1, 6), (17, 9)]

    @Test(arguments: PlanarFormat.Sampling.allCases, [8, 10, 16])
    func framesBecomePictures(sampling: PlanarFormat.Sampling, depth: Int) throws {
        for (width, height) in Self.sizes {
            for colors in Self.colors {
                let format = try PlanarFormat(width: width, height: height, sampling: sampling, bitDepth: depth)
                var random = SeededGenerator(seed: UInt64(width * 100 + height))
                var frame = try PlanarFrame(format)
                try frame.withMutableBytes { bytes in
                    for index in bytes.indices {
                        let isHigh = format.bytesPerSample == 2 && index % 2 == 1
                        bytes[index] = UInt8.random(in: 0...UInt8(isHigh ? format.maximum >> 8 : 255), using: &random)
                    }
                }
                let image = try frame.image(colors)
                #expect(image.colorModel == (sampling == .gray ? .gray : .rgb))
                #expect(image.bitDepth == (depth == 8 ? .eight : .sixteen))
                let expected = NaiveVideo(colors: colors, format: format).image(frame.planes)
                // Rounding to a step, and floats of up to 65535 · 2 with some roundings of 2⁻²⁴ of that.
                let tolerance = depth == 8 ? 0.501 : 0.56
                for (sample, value) in zip(image.samples, expected) {
                    let error = abs(Double(sample) - value * Double(image.maximum))
                    if error > tolerance {
                        Issue.record("\(width)×\(height) \(colors): \(sample) for \(value * Double(image.maximum))")
                        return
                    }
                }
                #expect(image.samples.count == expected.count)
            }
        }
    }

    @Test(arguments: PlanarFormat.Sampling.allCases, [8, 10, 16])
    func picturesBecomeFrames(sampling: PlanarFormat.Sampling, depth: Int) throws {
        for (width, height) in Self.sizes {
            for (index, colors) in Self.colors.enumerated() {
                let format = try PlanarFormat(width: width, height: height, sampling: sampling, bitDepth: depth)
                let kinds = PixelKind.all
                let kind = kinds[(index + width) % kinds.count]
                let image = try kind.noise(width: width, height: height, seed: UInt64(width + height))
                let frame = try PlanarFrame(image, format: format, colors: colors)
                let (samples, channels) = (image.samples, image.colorModel.channelCount)
                let pixels = (0..<width * height).map { pixel in
                    (0..<3).map { c -> Double in
                        let channel = image.colorModel.colorChannelCount == 1 ? 0 : c
                        return Double(samples[pixel * channels + channel]) / Double(image.maximum)
                    }
                }
                let expected = NaiveVideo(colors: colors, format: format).planes(pixels)
                #expect(frame.planes.count == expected.count)
                for (plane, values) in zip(frame.planes, expected) {
                    // A value within a float's rounding of a half may fall to either side.
                    let worst = zip(plane, values).map { abs($0 - $1) }.max() ?? 0
                    #expect(plane.count == values.count && worst <= 1, "\(width)×\(height) \(colors) \(kind): \(worst)")
                }
            }
        }
    }

    @Test(arguments: PlanarFormat.Sampling.allCases, [true, false])
    func aRoundTripKeepsSmoothPictures(sampling: PlanarFormat.Sampling, isFullRange: Bool) throws {
        // A slope of colours: linear chroma is exact where it is linear, so only rounding is left. Misplaced chroma would
        // shift it by half a pixel, 3 steps here.
        let (width, height) = (34, 22)
        let isGray = sampling == .gray
        let image = try RasterImage.drawn(width: width, height: height, colorModel: isGray ? .gray : .rgb) { x, y in
            let (u, v) = (Double(x) / 40, Double(y) / 40)
            return isGray ? [0.2 + 0.5 * u] : [0.2 + u * 0.7, 0.7 - v * 0.8, 0.3 + (u + v) * 0.4]
        }
        let colors = VideoColors(matrix: .bt709, isFullRange: isFullRange)
        let format = try PlanarFormat(width: width, height: height, sampling: sampling)
        let back = try PlanarFrame(image, format: format, colors: colors).image(colors)
        for (index, (before, after)) in zip(image.samples, back.samples).enumerated() {
            let pixel = index / image.colorModel.channelCount
            let (x, y) = (pixel % width, pixel / width)
            // At the border chroma is repeated, not continued.
            if x < 2 || y < 2 || x >= width - 2 || y >= height - 2 { continue }
            #expect(abs(before - after) <= (isFullRange ? 2 : 3), "(\(x), \(y)): \(before) became \(after)")
        }
    }

    @Test func whatAHeaderMeans() throws {
        func colors(_ line: String, matrix: VideoColors.Matrix? = nil) throws -> VideoColors {
            VideoColors(try Y4MHeader(line: "YUV4MPEG2 \(line)"), matrix: matrix)
        }
        #expect(try colors("W720 H576") == VideoColors(matrix: .bt601, isFullRange: false))
        #expect(try colors("W1280 H720") == VideoColors(matrix: .bt709, isFullRange: false))
        #expect(try colors("W1280 H720", matrix: .bt601).matrix == .bt601)
        #expect(try colors("W720 H576 XCOLORRANGE=FULL").isFullRange)
        #expect(try colors("W720 H576 Cmono").isFullRange)
        #expect(try !colors("W720 H576 Cmono XCOLORRANGE=LIMITED").isFullRange)
    }

    @Test func theSameBitsForEveryNumberOfThreads() throws {
        let image = try RasterImage.noise(width: 61, height: 47)
        let format = try PlanarFormat(width: 61, height: 47, sampling: .quarterLeft)
        let colors = VideoColors(matrix: .bt601, isFullRange: false)
        let frames = try [1, 3].map { threads in
            try PlanarFrame(image, format: format, colors: colors, pool: ThreadPool(threadCount: threads))
        }
        #expect(frames[0].planes == frames[1].planes)
        let images = try [1, 3].map { try frames[0].image(colors, pool: ThreadPool(threadCount: $0)).samples }
        #expect(images[0] == images[1])
    }
}
