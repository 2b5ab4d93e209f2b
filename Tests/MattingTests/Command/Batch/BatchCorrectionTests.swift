import Foundation
import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// What a retoucher saved in Photoshop and put into `manual/done` goes on through the same exports.
@Suite struct BatchCorrectionTests {
    private static let rules = BatchFolder.rules.replacingOccurrences(
        of: "lanes:", with: "  layers: {format: psd}\nlanes:\n  manual: [layers]")

    private static func withRun(_ body: (BatchFolder) throws -> Void) throws {
        try BatchFolder.with(["m.png"]) { batch in
            try batch.folder.write(Array(rules.utf8), "rules.yaml")
            expectStatus(0, try batch.run())
            #expect(batch.folder.exists("out/manual/m.png/m.psd"))
            try batch.folder.makeFolder("out/manual/done")
            try body(batch)
        }
    }

    /// Half of the picture, as a retoucher would paint it.
    private static func matte() throws -> RasterImage {
        try .drawn(width: 48, height: 40, colorModel: .gray) { x, y in [x < 20 ? 1 : Double(y) / 40] }
    }

    /// A file as the batch writes it, with another mask.
    private static func layers(_ batch: BatchFolder, mask: RasterImage) throws -> [UInt8] {
        let image = try batch.folder.image("in/m.png")
        return try LayeredImage(
            like: image,
            layers: [
                .init(name: "Original", image: image, isVisible: false),
                .init(name: "Subject", image: image, mask: mask),
            ]
        ).encoded(as: .psd).withBytes { Array($0) }
    }

    private static func expectExports(_ batch: BatchFolder, of matte: RasterImage) throws {
        let outcome = try batch.run(["in", "out", "--json"])
        expectStatus(0, outcome)
        #expect(try batch.results(outcome)["m.png"]?["reasons"] as? [String] == ["a person corrected it"])
        let result = try MattingResult(image: batch.folder.image("in/m.png"), alpha: AlphaMatte(matte))
        #expect(try batch.folder.image("out/publish/m.png").samples == result.cutout().samples)
        #expect(batch.folder.exists("out/publish/m_shop.jpg") && !batch.folder.exists("out/manual/m.png/m.psd"))
        // It holds, and nothing is done twice.
        let again = try batch.results(batch.run(["in", "out", "--json"]))
        #expect(again["m.png"]?["outcome"] as? String == "unchanged")
    }

    @Test(arguments: ["psd", "psb"]) func aFileNamedAsThePicture(ending: String) throws {
        try Self.withRun { batch in
            let matte = try Self.matte()
            try batch.folder.write(Self.layers(batch, mask: matte), "out/manual/done/m.png.\(ending)")
            try Self.expectExports(batch, of: matte)
        }
    }

    /// The folder still has the matte that the batch wrote beside the file that was changed.
    @Test func theFolderWithChangedLayers() throws {
        try Self.withRun { batch in
            let matte = try Self.matte()
            try FileManager.default.moveItem(
                atPath: batch.folder("out/manual/m.png"), toPath: batch.folder("out/manual/done/m.png"))
            try batch.folder.write(Self.layers(batch, mask: matte), "out/manual/done/m.png/m.psd")
            try batch.folder.write([0, 5, 22, 7], "out/manual/done/m.png/._m.psd")
            try Self.expectExports(batch, of: matte)
        }
    }

    @Test func theFolderWithAChangedMatte() throws {
        try Self.withRun { batch in
            let matte = try Self.matte()
            try FileManager.default.moveItem(
                atPath: batch.folder("out/manual/m.png"), toPath: batch.folder("out/manual/done/m.png"))
            try batch.folder.write(matte, "out/manual/done/m.png/matte.png")
            try Self.expectExports(batch, of: matte)
        }
    }

    /// Moved as it was: the matte is good.
    @Test func theFolderAsItWas() throws {
        try Self.withRun { batch in
            let matte = try batch.folder.image("out/manual/m.png/matte.png")
            let layers = try batch.folder.bytes("out/manual/m.png/m.psd")
            #expect(try AlphaMatte(decoding: layers).image().samples == matte.samples)
            try FileManager.default.moveItem(
                atPath: batch.folder("out/manual/m.png"), toPath: batch.folder("out/manual/done/m.png"))
            try Self.expectExports(batch, of: matte)
        }
    }

    @Test func severalCorrectionsAreNone() throws {
        try Self.withRun { batch in
            let matte = try Self.matte()
            try batch.folder.write(Self.layers(batch, mask: matte), "out/manual/done/m.png.psd")
            try batch.folder.write(matte, "out/manual/done/m.png.png")
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(1, outcome)
            let said = try batch.results(outcome)["m.png"]?["error"] as? String ?? ""
            #expect(said.contains("out/manual/done/m.png.psd") && said.contains("leave one of them"), "\(said)")
            // The work is not lost.
            #expect(batch.folder.exists("out/manual/m.png/m.psd"))
            try FileManager.default.removeItem(atPath: batch.folder("out/manual/done/m.png.png"))
            try Self.expectExports(batch, of: matte)
        }
    }

    /// A retoucher's program leaves the picture's own ending out.
    @Test(arguments: ["m.psd", "m.png"]) func aFileOfThePicturesStem(name: String) throws {
        try Self.withRun { batch in
            let matte = try Self.matte()
            let bytes =
                try name == "m.psd" ? Self.layers(batch, mask: matte) : matte.encoded(as: .png).withBytes { Array($0) }
            try batch.folder.write(bytes, "out/manual/done/\(name)")
            try Self.expectExports(batch, of: matte)
        }
    }

    /// A stem that several pictures have is nobody's; within their own folders they have it alone.
    @Test func aStemOfSeveralPictures() throws {
        try BatchFolder.with(["m.png", "sub/m.png"]) { batch in
            expectStatus(0, try batch.run())
            let matte = try Self.matte()
            try batch.folder.makeFolder("out/manual/done/sub")
            try batch.folder.write(matte, "out/manual/done/m.png")
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(1, outcome)
            for (id, name) in [("m.png", "'m.png.png'"), ("sub/m.png", "'sub/m.png.png'")] {
                let said = try batch.results(outcome)[id]?["error"] as? String ?? ""
                #expect(said.contains("out/manual/done/m.png'") && said.contains("name it \(name)"), "\(said)")
            }
            try FileManager.default.moveItem(
                atPath: batch.folder("out/manual/done/m.png"), toPath: batch.folder("out/manual/done/sub/m.png"))
            let results = try batch.results(batch.run(["in", "out", "--json"]))
            #expect(results["sub/m.png"]?["reasons"] as? [String] == ["a person corrected it"])
            #expect(results["m.png"]?["lane"] as? String == "manual")
        }
    }

    /// Each is an error that names the file and says what to save.
    @Test func filesThatCannotBeUsed() throws {
        try Self.withRun { batch in
            let image = try batch.folder.image("in/m.png")
            let flat = try LayeredImage(like: image, layers: [.init(name: "Background", image: image)])
                .encoded(as: .psd).withBytes { Array($0) }
            let other = try RasterImage(width: 20, height: 10, colorModel: .gray)
            let files: [(bytes: [UInt8], says: String)] = [
                (flat, "without a matte"), (Array(flat.prefix(500)), "ends early"),
                (try other.encoded(as: .png).withBytes { Array($0) }, "20×10"),
            ]
            for file in files {
                try batch.folder.write(file.bytes, "out/manual/done/m.png.psd")
                let outcome = try batch.run(["in", "out", "--json"])
                expectStatus(1, outcome)
                let said = try batch.results(outcome)["m.png"]?["error"] as? String ?? ""
                #expect(said.hasPrefix("out/manual/done/m.png.psd: ") && said.contains(file.says), "\(said)")
            }
        }
    }
}
