import ImageCodecs
import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// Trimaps, scribbles and mattes in files that go with photographs.
@Suite struct CutCorrectionTests {
    private let image: RasterImage
    private let matte: RasterImage

    init() throws {
        image = try .ball()
        matte = try .drawn(width: image.width, height: image.height, colorModel: .gray) { x, y in
            [x > 30 && x < 70 && y > 20 && y < 60 ? 1 : 0]
        }
    }

    private func folder(_ body: (TemporaryFolder) throws -> Void) throws {
        try TemporaryFolder.with { folder in
            try folder.write(image, "in.png")
            try folder.write(matte, "matte.png")
            try body(folder)
        }
    }

    private func grey(_ value: @escaping (_ x: Int, _ y: Int) -> Double) throws -> RasterImage {
        try .drawn(width: image.width, height: image.height, colorModel: .gray) { [value($0, $1)] }
    }

    @Test func trimapsAreHonoured() throws {
        try folder { folder in
            let trimap = try grey { x, y in x < 8 ? 1 : x > 85 ? 0 : 0.5 }
            try folder.write(trimap, "trimap.png")
            expectStatus(
                0, try Command.run(["in.png", "--trimap", "trimap.png", "--mask", "-o", "out.png"], in: folder))
            let mask = try folder.image("out.png")
            for y in [0, 40, 79] {
                #expect(mask.samples[y * mask.width + 3] == 255)
                #expect(mask.samples[y * mask.width + 90] == 0)
            }
            let expected = try SharedPipeline.standard.get().matte(image, corrections: Corrections(Trimap(trimap)))
            #expect(try mask.samples == expected.mask().samples)
        }
    }

    @Test func scribblesAreHonoured() throws {
        try folder { folder in
            let strokes = try RasterImage.drawn(width: image.width, height: image.height, colorModel: .rgba) { x, y in
                switch (x, y) {
                case (5..<9, 5..<9): [1, 1, 1, 1]
                case (45..<50, 35..<40): [1, 0, 0, 1]
                default: [0, 0, 0, 0]
                }
            }
            try folder.write(strokes, "strokes.png")
            expectStatus(
                0,
                try Command.run(
                    ["in.png", "--matte", "matte.png", "--scribbles", "strokes.png", "--mask", "-o", "out.png"],
                    in: folder))
            let mask = try folder.image("out.png")
            #expect(mask.samples[6 * mask.width + 6] == 255)
            #expect(mask.samples[37 * mask.width + 47] == 0)
        }
    }

    @Test func wrongFilesAreNamed() throws {
        try folder { folder in
            try folder.write(.drawn(width: 10, height: 8, colorModel: .gray) { _, _ in [1] }, "small.png")
            try folder.write(grey { _, _ in 0.5 }, "unknown.png")
            try folder.write(image, "colours.png")
            try folder.write(
                .drawn(width: image.width, height: image.height, colorModel: .rgba) { _, _ in [0, 0, 0, 0] },
                "empty.png")
            try folder.write([1, 2, 3], "broken.png")
            let before = try folder.names()
            let cases: [([String], Int32, [String])] = [
                (["--trimap", "small.png"], 1, ["10×8", "\(image.width)×\(image.height)"]),
                (["--trimap", "unknown.png"], 1, ["no pixel of the trimap is certain"]),
                (["--trimap", "colours.png"], 1, ["colours.png", "colours"]),
                (["--trimap", "broken.png"], 1, ["broken.png"]),
                (["--trimap", "missing.png"], 1, ["missing.png"]),
                (["--scribbles", "empty.png"], 1, ["empty.png"]),
                (["--scribbles", "colours.png"], 1, ["colours.png", "transparen"]),
                (["--trimap", "small.png", "--scribbles", "empty.png"], 64, ["leave one of them out"]),
                (["--trimap", ""], 64, ["--trimap"]),
                (["--weights", "w.safetensors"], 64, ["leave --weights out"]),
            ]
            for (options, status, texts) in cases {
                let outcome = try Command.run(
                    ["in.png", "--matte", "matte.png", "-o", "out.png"] + options, in: folder)
                #expect(outcome.status == status, "\(options): \(outcome.messages)")
                for text in texts { #expect(outcome.messages.contains(text), "\(options): \(outcome.messages)") }
                #expect(try folder.names() == before)
            }
        }
    }

    @Test func oneFileForOnePhotograph() throws {
        try folder { folder in
            try folder.write(image, "other.png")
            let outcome = try Command.run(
                ["in.png", "other.png", "--matte", "matte.png", "-o", "out/"], in: folder)
            expectStatus(64, outcome, says: "name a folder")
            try folder.makeFolder("mattes")
            try folder.write(matte, "mattes/in.png")
            try folder.write(matte, "mattes/other.png")
            expectStatus(
                0, try Command.run(["in.png", "other.png", "--matte", "mattes", "-o", "out/", "--mask"], in: folder))
            #expect(try folder.image("out/other.png").samples == matte.samples)
        }
    }

    @Test func trimapsAreWritten() throws {
        try folder { folder in
            let outcome = try Command.run(
                ["in.png", "--matte", "matte.png", "--trimap-out", "trimap.png", "-o", "out.png", "--json"], in: folder)
            expectStatus(0, outcome)
            #expect(try outcome.objects().first?["trimap"] as? String == "trimap.png")
            let trimap = try folder.image("trimap.png")
            #expect(trimap.colorModel == .gray && trimap.width == image.width)
            #expect(Set(trimap.samples) == [0, 128, 255])
            #expect(try trimap.samples == Trimap(AlphaMatte(matte)).image().samples)
            // What is read is never written.
            expectStatus(
                64,
                try Command.run(
                    ["in.png", "--matte", "matte.png", "--trimap-out", "matte.png", "-o", "x.png"], in: folder),
                says: "never overwritten")
        }
    }

    @Test func layersAreWritten() throws {
        try folder { folder in
            expectStatus(
                0,
                try Command.run(
                    [
                        "in.png", "--matte", "matte.png", "-o", "out.psd", "--background", "white", "--shadow",
                        "contact",
                    ],
                    in: folder))
            let bytes = try folder.bytes("out.psd")
            #expect(bytes.starts(with: "8BPS".utf8))
            for name in ["Original", "Background", "Shadow", "Subject"] {
                #expect(bytes.contains(Array(name.utf8)), "\(name)")
            }
            // Their mask is a matte to start from.
            let words = ["in.png", "-o"]
            expectStatus(0, try Command.run(words + ["a.png", "--matte", "matte.png"], in: folder))
            expectStatus(0, try Command.run(words + ["b.png", "--matte", "out.psd"], in: folder))
            #expect(try folder.image("b.png").samples == folder.image("a.png").samples)
            expectStatus(
                1, try Command.run(["out.psd", "-o", "c.png"], in: folder), says: "is Photoshop, which is not read")
        }
    }
}

extension [UInt8] {
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        indices.contains { self[$0...].starts(with: part) }
    }
}
