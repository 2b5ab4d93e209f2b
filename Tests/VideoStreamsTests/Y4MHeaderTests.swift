import ImageCodecs
import PictureTestSupport
import Testing
import VideoStreams

@Suite struct Y4MHeaderTests {
    @Test func everythingThatFfmpegWrites() throws {
        let header = try Y4MHeader(
            line: "YUV4MPEG2 W1280 H720 F30000:1001 Ip A4:3 C420mpeg2 XYSCSS=420MPEG2 XCOLORRANGE=LIMITED")
        #expect(header.format.width == 1280 && header.format.height == 720)
        #expect(header.format.sampling == .quarterLeft && header.format.bitDepth == 8)
        #expect(header.frameRate == Y4MHeader.Ratio(30000, 1001))
        #expect(header.pixelAspect == Y4MHeader.Ratio(4, 3))
        #expect(header.isFullRange == false)
        #expect(try Y4MHeader(line: "YUV4MPEG2 W2 H2 XCOLORRANGE=FULL").isFullRange == true)
    }

    @Test func whatIsLeftOut() throws {
        let header = try Y4MHeader(line: "YUV4MPEG2 W3 H5")
        #expect(header.format == (try PlanarFormat(width: 3, height: 5, sampling: .quarterCentered)))
        #expect(header.frameRate.value == nil && header.pixelAspect.value == nil && header.isFullRange == nil)
    }

    @Test(arguments: [
        ("420jpeg", PlanarFormat.Sampling.quarterCentered, 8), ("420", .quarterCentered, 8),
        ("420mpeg2", .quarterLeft, 8), ("420paldv", .quarterTopLeft, 8), ("422", .half, 8), ("444", .full, 8),
        ("mono", .gray, 8), ("420p10", .quarterLeft, 10), ("422p12", .half, 12), ("444p16", .full, 16),
        ("444p9", .full, 9), ("mono10", .gray, 10), ("mono16", .gray, 16), ("420p14", .quarterLeft, 14),
    ])
    func colorSpaces(name: String, sampling: PlanarFormat.Sampling, depth: Int) throws {
        let header = try Y4MHeader(line: "YUV4MPEG2 W2 H2 F25:1 Ip A1:1 C\(name)")
        #expect(header.format.sampling == sampling && header.format.bitDepth == depth)
        // What is written is read again as the same.
        #expect(try Y4MHeader(line: header.line) == header)
    }

    @Test(arguments: ["420p7", "420p11", "420p010", "411", "444alpha", "monop10", "", "rgb", "420JPEG"])
    func unknownColorSpaces(name: String) {
        #expect(throws: VideoStreamError.unsupportedColorSpace(name)) {
            try Y4MHeader(line: "YUV4MPEG2 W2 H2 C\(name)")
        }
    }

    @Test(arguments: [
        "W", "Wx", "W-4", "W+4", "W99999999999999999999", "W4.5", "Hfoo", "F25", "F25:", "F:1", "F-25:1", "F1:1:1",
        "A1", "Ix",
    ])
    func badNumbers(word: String) {
        #expect(throws: VideoStreamError.badParameter(word)) { try Y4MHeader(line: "YUV4MPEG2 W2 H2 \(word)") }
    }

    @Test func sizesAreNeeded() {
        #expect(throws: VideoStreamError.missingSize) { try Y4MHeader(line: "YUV4MPEG2 W2") }
        #expect(throws: VideoStreamError.missingSize) { try Y4MHeader(line: "YUV4MPEG2 H2 F25:1") }
    }

    @Test(arguments: [(0, 2), (2, 0), (32_769, 2), (2, 32_769), (20_000, 20_000), (Int.max, Int.max)])
    func limitsComeFirst(width: Int, height: Int) {
        #expect(
            throws: VideoStreamError.tooLarge(width: width, height: height, maxPixels: 100_000_000, maxSide: 32_768)
        ) { try Y4MHeader(line: "YUV4MPEG2 W\(width) H\(height)") }
    }

    @Test(arguments: [("It", "top field first"), ("Ib", "bottom field first"), ("Im", "mixed modes")])
    func interlacedFilms(word: String, mode: String) {
        #expect(throws: VideoStreamError.interlaced(mode)) { try Y4MHeader(line: "YUV4MPEG2 W2 H2 \(word)") }
    }

    @Test func unknownInterlacingIsNone() throws {
        #expect(try Y4MHeader(line: "YUV4MPEG2 W2 H2 I?").format.width == 2)
    }

    @Test(arguments: PlanarFormat.Sampling.allCases, [8, 12]) func bytesOfAFrame(
        sampling: PlanarFormat.Sampling, depth: Int
    ) throws {
        let format = try PlanarFormat(width: 5, height: 3, sampling: sampling, bitDepth: depth)
        let samples =
            switch sampling {
            case .gray: 15
            case .full: 45
            case .half: 15 + 2 * 3 * 3
            default: 15 + 2 * 3 * 2
            }
        #expect(format.byteCount == samples * (depth == 8 ? 1 : 2))
        #expect(format.maximum == (depth == 8 ? 255 : 4095))
    }

    /// What is written can be read again, and means the same.
    @Test func formatsWithoutANameAreNotWritten() throws {
        for sampling in PlanarFormat.Sampling.allCases {
            for depth in 8...16 {
                let format = try PlanarFormat(width: 2, height: 2, sampling: sampling, bitDepth: depth)
                let isNamed =
                    [8, 9, 10, 12, 14, 16].contains(depth)
                    && (depth == 8 || ![.quarterCentered, .quarterTopLeft].contains(sampling))
                let header = Y4MHeader(format: format)
                if isNamed {
                    #expect(try Y4MHeader(line: header.line).format == format)
                    _ = try Y4MWriter(header, to: "/dev/null")
                } else {
                    #expect(throws: VideoStreamError.unnamedFormat(sampling: sampling, bitDepth: depth)) {
                        _ = try Y4MWriter(header, to: "/dev/null")
                    }
                }
            }
        }
    }

    @Test func messagesSayWhatToDo() {
        let errors: [(VideoStreamError, [String])] = [
            (.unreadable(frame: 0, reason: "r"), ["header", "r"]),
            (.unreadable(frame: 3, reason: "r"), ["frame 3", "r"]),
            (.notVideo(leadingBytes: [1]), ["YUV4MPEG2", "ffmpeg"]),
            (.notVideo(leadingBytes: []), ["empty"]),
            (.lineTooLong(frame: 2, limit: 9), ["frame 2", "9"]),
            (.truncatedHeader, ["header"]),
            (.badParameter("Wx"), ["Wx"]),
            (.missingSize, ["W and H"]),
            (.unsupportedColorSpace("411"), ["411", "-pix_fmt"]),
            (.unnamedFormat(sampling: .half, bitDepth: 11), ["11 bits", "half"]),
            (.interlaced("top field first"), ["top field first", "bwdif"]),
            (.tooLarge(width: 1, height: 2, maxPixels: 3, maxSide: 4), ["1 x 2", "3", "4"]),
            (.notAFrame(frame: 7), ["frame 7"]),
            (.truncated(frame: 8, byteCount: 5, expected: 6), ["frame 8", "5 of 6"]),
            (.differentFormat(frame: 9), ["frame 9"]),
            (.cannotWrite(frame: 1, reason: "r"), ["frame 1", "r"]),
            (.outOfMemory(byteCount: 11), ["11"]),
        ]
        for (error, parts) in errors {
            for part in parts { #expect(error.description.contains(part), "\(error)") }
        }
    }
}
