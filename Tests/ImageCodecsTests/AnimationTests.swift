import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// Files of more pictures than one: the first is read, and the others are said.
@Suite struct AnimationTests {
    /// - Parameter stillIsFrame: whether the picture that other readers show is the first frame.
    static func animation(frames: Int, stillIsFrame: Bool) -> PNGBuilder {
        var file = PNGBuilder.plain()
        let control = bigEndian(0) + bigEndian(5) + bigEndian(4) + bigEndian(0) + bigEndian(0) + [0, 1, 0, 10, 0, 0]
        file.leading = [("acTL", bigEndian(frames) + bigEndian(0))]
        if stillIsFrame { file.leading.append(("fcTL", control)) }
        for _ in 0..<frames - (stillIsFrame ? 1 : 0) {
            file.trailing.append(("fcTL", control))
            file.trailing.append(("fdAT", bigEndian(1) + [1, 2, 3]))
        }
        return file
    }

    @Test(arguments: [2, 3, 40]) func framesOfAnAnimatedPNGAreCounted(frames: Int) throws {
        let file = Self.animation(frames: frames, stillIsFrame: true)
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.warnings == [.furtherPicturesIgnored(count: frames)])
        #expect(image.samples == file.samples)
    }

    @Test func aStillBesideTheFramesIsOneMore() throws {
        let image = try RasterImage(decoding: Self.animation(frames: 2, stillIsFrame: false).bytes())
        #expect(image.warnings == [.furtherPicturesIgnored(count: 3)])
    }

    @Test func oneFrameIsNoAnimation() throws {
        #expect(try RasterImage(decoding: Self.animation(frames: 1, stillIsFrame: true).bytes()).warnings.isEmpty)
    }

    /// The list of a JPEG with other pictures behind it, by their types.
    @Test(arguments: [
        ([0x2003_0000, 0x0001_0001], 0), ([0x2003_0000, 0], 0), ([0x2002_0002, 0x0002_0002], 2),
        ([0x2002_0003, 0x0002_0003, 0x0002_0003, 0x0001_0002], 3), ([], 0),
    ])
    func viewsOfAMultiPictureFileAreCounted(types: [Int], count: Int) throws {
        let list = types.flatMap { TIFFBuilder.long($0) + [UInt8](repeating: 0, count: 12) }
        let block = TIFFBuilder(primary: [.long(0xB001, types.count), .bytes(0xB002, list)]).bytes()
        let plain = try Fixture.bytes("rgb-420.jpg")
        let file = JPEGEditor.inserting(0xE2, Array("MPF\0".utf8) + block, into: plain)
        let image = try RasterImage(decoding: file)
        #expect(image.warnings == (count > 1 ? [.furtherPicturesIgnored(count: count)] : []))
    }

    /// Chunks of an animation count only behind the one that announces it, before the pixels.
    @Test func anAnimationThatIsNotAnnouncedIsNone() throws {
        var file = Self.animation(frames: 3, stillIsFrame: true)
        file.trailing.append(file.leading.removeFirst())
        #expect(try RasterImage(decoding: file.bytes()).warnings.isEmpty)
    }
}
