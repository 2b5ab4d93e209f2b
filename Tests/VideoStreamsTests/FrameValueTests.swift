import PictureTestSupport
import Raster
import Testing
import VideoStreams

/// Formats and pictures that are no frames are refused, by typed errors.
@Suite struct FrameValueTests {
    @Test(arguments: [7, 0, -1, 17, 64, Int.max, Int.min]) func depthsThatNoSampleHas(bits: Int) throws {
        #expect(throws: VideoStreamError.unsupportedBitDepth(bits)) {
            try PlanarFormat(width: 4, height: 4, sampling: .full, bitDepth: bits)
        }
        let format = try PlanarFormat(width: 4, height: 4, sampling: .full)
        #expect(throws: VideoStreamError.unsupportedBitDepth(bits)) { try format.with(bitDepth: bits) }
        #expect(format.bitDepth == 8)
    }

    @Test(arguments: [(0, 1), (1, 0), (-3, 5), (Int.max, Int.max), (Int.max, 1), (32_769, 1), (20_000, 20_000)])
    func sizesThatNoFrameHas(width: Int, height: Int) {
        #expect {
            try PlanarFormat(width: width, height: height, sampling: .quarterLeft)
        } throws: {
            if case VideoStreamError.tooLarge(width, height, _, _) = $0 { true } else { false }
        }
    }

    @Test func aPictureOfAnotherSizeIsNoFrame() throws {
        let format = try PlanarFormat(width: 4, height: 3, sampling: .half)
        let image = try RasterImage.noise(width: 3, height: 4)
        let colors = VideoColors(matrix: .bt709, isFullRange: false)
        let expected = VideoStreamError.pictureOfOtherSize(width: 3, height: 4, frameWidth: 4, frameHeight: 3)
        #expect(throws: expected) { try PlanarFrame(image, format: format, colors: colors) }
        #expect(expected.description.contains("3 x 4") && expected.description.contains("4 x 3"))
    }

    @Test func refusalsSayWhatToDo() {
        #expect(VideoStreamError.unsupportedBitDepth(7).description.contains("8 to 16"))
        #expect(VideoStreamError.noThread.description.contains("processes"))
        #expect(VideoStreamError.picture(.emptyPicture(width: 0, height: 1)).description.contains("at least 1"))
    }
}
