import Raster
import TestSupport
import Testing

@testable import ImageCodecs

/// What a file that is written tells of the one that was read: by default nothing but what is known and wanted.
@Suite struct SafeMetadataTests {
    /// A preview of the whole photograph, as far as its bytes go: none of them may be found again.
    static let preview: [UInt8] = {
        var generator = SeededGenerator(seed: 4)
        return [0xFF, 0xD8, 0xFF, 0xE0] + (0..<96).map { _ in UInt8.random(in: 0...255, using: &generator) }
    }()

    /// The same in letters, for places that take texts.
    static let letters: [UInt8] = preview.flatMap { [65 + $0 >> 4, 65 + $0 & 15] }

    /// Everywhere that a block can hold a preview, or tell where the photograph was taken.
    static let places: [(name: String, block: TIFFBuilder)] = [
        ("MakerNote", TIFFBuilder(exif: [.bytes(0x927C, preview)])),
        ("UserComment", TIFFBuilder(exif: [.bytes(0x9286, preview)])),
        ("UserComment in letters", TIFFBuilder(exif: [.bytes(0x9286, Array("ASCII\0\0\0".utf8) + letters)])),
        ("SubIFDs", TIFFBuilder(further: [(0x014A, [.bytes(0x0201, preview)])])),
        ("Interoperability", TIFFBuilder(further: [(0xA005, [.bytes(0x0001, preview)])])),
        ("GPS", TIFFBuilder(further: [(0x8825, [.bytes(0x0002, preview, type: 5)])])),
        ("JPEG in the first directory", TIFFBuilder(primary: [.bytes(0x0201, preview), .long(0x0202, preview.count)])),
        ("thumbnail", TIFFBuilder(next: [[.bytes(0x0201, preview), .long(0x0202, preview.count)]])),
        ("third directory", TIFFBuilder(next: [[.short(0x0103, 6)], [.bytes(0x0201, preview)]])),
        (
            "behind the EXIF directory",
            TIFFBuilder(exif: [.short(0x8827, 100)], nextOfExif: [[.bytes(0x0201, preview)]])
        ),
        ("XMP", TIFFBuilder(primary: [.bytes(700, preview, type: 1)])),
        ("strips", TIFFBuilder(primary: [.bytes(273, preview)])),
        ("Photoshop", TIFFBuilder(primary: [.bytes(34_377, preview)])),
        ("IPTC", TIFFBuilder(primary: [.bytes(33_723, preview)])),
        ("ICC", TIFFBuilder(primary: [.bytes(34_675, preview)])),
        ("Print Image Matching", TIFFBuilder(primary: [.bytes(0xC4A5, preview)])),
        ("XPComment", TIFFBuilder(primary: [.bytes(0x9C9C, preview, type: 1)])),
        ("bytes that nothing names", TIFFBuilder(primary: [.short(0x0112, 1)], rest: preview)),
        // Tags that are wanted, and not what they are wanted for.
        ("description that is none", TIFFBuilder(primary: [.bytes(0x010E, preview, type: 2)])),
        ("description of a wrong type", TIFFBuilder(primary: [.bytes(0x010E, letters)])),
        (
            "description without an end",
            TIFFBuilder(primary: [.bytes(0x010E, Array(repeatElement(letters, count: 30).joined()), type: 2)])
        ),
        ("many exposures", TIFFBuilder(exif: [.bytes(0x829A, preview, type: 5)])),
        ("version of any length", TIFFBuilder(exif: [.bytes(0x9000, preview)])),
    ]

    private func contains(_ file: EncodedImage, _ secret: [UInt8]) -> Bool {
        let bytes = file.array
        // Eight bytes of it in a row are no chance.
        return stride(from: 0, to: secret.count - 8, by: 4).contains { start in
            bytes.firstRange(of: secret[start..<start + 8]) != nil
        }
    }

    /// A maker's own tag of a colour profile, and bytes that no tag names, may hold a picture as well.
    @Test(arguments: ImageFormat.bothWays, MetadataPolicy.allCases)
    func profilesTellOfColoursAlone(format: ImageFormat, policy: MetadataPolicy) throws {
        var profile = MatrixProfile(MatrixProfile.displayP3, curve: MatrixProfile.standardCurve)
        let plain = profile.bytes()
        profile.tags.append(("prvw", Self.preview))
        var image = try RasterImage.waves(width: 8, height: 6, colorModel: .rgb)
        for bytes in [profile.bytes(), Self.lengthened(plain, by: Self.preview)] {
            image.iccProfile = bytes
            let file = try image.encoded(as: format, options: EncodingOptions(metadata: policy))
            let written = try #require(try RasterImage(decoding: file.array).iccProfile)
            #expect((written.firstRange(of: Self.preview) != nil) == (policy == .all))
            #expect((written == bytes) == (policy == .all) && written.count == bytes.count)
        }
        // What tells of colours only is as it was.
        image.iccProfile = plain
        let file = try image.encoded(as: format, options: EncodingOptions(metadata: policy))
        #expect(try RasterImage(decoding: file.array).iccProfile == plain)
    }

    /// A profile with bytes behind its last tag, and a length that says so.
    private static func lengthened(_ profile: [UInt8], by bytes: [UInt8]) -> [UInt8] {
        var longer = profile + bytes + [UInt8](repeating: 0, count: (4 - bytes.count % 4) % 4)
        longer.replaceSubrange(0..<4, with: bigEndian(longer.count))
        return longer
    }

    @Test(arguments: places.indices, ImageFormat.bothWays) func noPreviewTravels(place: Int, format: ImageFormat) throws
    {
        var block = Self.places[place].block
        block.exif.append(.text(0x9003, "2026:01:02 03:04:05"))
        let plain = try Fixture.bytes("rgb-420.jpg")
        let image = try RasterImage(decoding: JPEGEditor.inserting(exif: block.bytes(), into: plain))
        let safe = try image.encoded(as: format)
        #expect(!contains(safe, Self.preview) && !contains(safe, Self.letters), "\(Self.places[place].name)")
        // What else the block says is there.
        let exif = try #require(RasterImage(decoding: safe.bytes).exif)
        #expect(exif.firstRange(of: Array("2026:01:02 03:04:05".utf8)) != nil)
        let none = try image.encoded(as: format, options: EncodingOptions(metadata: .none))
        #expect(try RasterImage(decoding: none.bytes).exif == nil)
        // It was there to be found. TIFF takes what EXIF has, and not what lies beside it.
        if format == .tiff { return }
        let all = try image.encoded(as: format, options: ExifTests.whole)
        #expect(contains(all, Self.preview) || contains(all, Self.letters))
    }

    static let wanted = TIFFBuilder(
        primary: [
            .text(0x010E, "A boat"), .text(0x010F, "Maker"), .text(0x0110, "Model 1"), .short(0x0112, 6),
            .fraction(0x011A, 300, 1), .fraction(0x011B, 200, 1), .short(0x0128, 2), .text(0x0131, "Editor"),
            .text(0x0132, "2026:01:02 03:04:05"), .text(0x013B, "Ann"), .text(0x8298, "(c) Ann"),
        ],
        exif: [
            .fraction(0x829A, 1, 250), .fraction(0x829D, 28, 10), .short(0x8827, 400),
            .bytes(0x9000, Array("0232".utf8)),
            .text(0x9003, "2026:01:02 03:04:05"), .fraction(0x9204, 0xFFFF_FFFF, 3, type: 10),
            .fraction(0x920A, 50, 1), .long(0xA002, 45), .long(0xA003, 35), .text(0xA434, "Lens 50"),
            .text(0xA431, "serial 12345"), .text(0xA430, "An Owner"),
        ],
        further: [(0x8825, [.bytes(0x0001, Array("N\0".utf8), type: 2)])])

    @Test(arguments: ImageFormat.bothWays) func whatIsWantedTravels(format: ImageFormat) throws {
        let plain = try Fixture.bytes("rgb-420.jpg")
        let image = try RasterImage(decoding: JPEGEditor.inserting(exif: Self.wanted.bytes(), into: plain))
        let file = try image.encoded(as: format)
        #expect(file.warnings.isEmpty)
        let exif = try #require(RasterImage(decoding: file.bytes).exif)
        let block = try #require(ExifTests.block(exif))
        let primary = block.entries(of: .primary)
        let sub = block.entries(of: .exif)
        #expect(
            Set(primary.keys) == [
                0x010E, 0x010F, 0x0110, 0x0112, 0x011A, 0x011B, 0x0128, 0x0132, 0x013B, 0x8298, 0x8769,
            ])
        #expect(
            Set(sub.keys) == [0x829A, 0x829D, 0x8827, 0x9000, 0x9003, 0x9204, 0x920A, 0xA002, 0xA003, 0xA434])
        func value(_ entries: [Int: ExifBlock.Entry], _ tag: Int) -> [UInt8]? { entries[tag].flatMap(block.value) }
        #expect(value(primary, 0x010E) == Array("A boat\0".utf8))
        #expect(value(primary, 0x8298) == Array("(c) Ann\0".utf8))
        #expect(value(primary, 0x0112) == [1, 0])
        #expect(value(sub, 0x829A) == TIFFBuilder.long(1) + TIFFBuilder.long(250))
        #expect(value(sub, 0x9204) == TIFFBuilder.long(0xFFFF_FFFF) + TIFFBuilder.long(3))
        #expect(value(sub, 0x9000) == Array("0232".utf8))
        // Of the upright picture: the fixture is 45 by 35.
        #expect(value(sub, 0xA002) == TIFFBuilder.long(35) && value(sub, 0xA003) == TIFFBuilder.long(45))
        #expect(value(primary, 0x011A) == TIFFBuilder.long(200) + TIFFBuilder.long(1))
        // Reading and writing it again changes nothing.
        let again = try RasterImage(decoding: file.bytes).encoded(as: format)
        #expect(try RasterImage(decoding: again.bytes).exif == exif)
    }

    /// Blocks of the other byte order.
    @Test func bigEndianStaysBigEndian() throws {
        let builder = ExifBuilder(isBigEndian: true, entries: [(0x0112, 3, 6)], exifEntries: [(0x8827, 3, 400)])
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.exif = builder.bytes()
        let exif = try #require(RasterImage(decoding: image.encoded(as: .png).bytes).exif)
        let expected = ExifBuilder(
            isBigEndian: true, entries: [(0x0112, 3, 1)],
            exifEntries: [(0x8827, 3, 400), (0xA002, 4, 4), (0xA003, 4, 3)])
        #expect(exif == expected.bytes())
    }

    /// A block that says nothing wanted is not written.
    @Test func anEmptyBlockIsNotWritten() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.exif = ExifBuilder.oriented(1).bytes()
        for format in ImageFormat.bothWays {
            let file = try image.encoded(as: format)
            #expect(try RasterImage(decoding: file.bytes).exif == nil)
            #expect(file.warnings.isEmpty)
        }
    }

    // MARK: XMP, IPTC, texts

    static let xmp = Array("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".utf8)
    static let iptc = Array("8BIM".utf8) + [4, 4, 0, 0, 0, 0, 0, 5, 0x1C, 2, 5, 0, 0, 0]

    static func jpeg() throws -> [UInt8] {
        var file = try Fixture.bytes("rgb-420.jpg")
        file = JPEGEditor.inserting(0xFE, Array("made by hand".utf8), into: file)
        file = JPEGEditor.inserting(0xED, Array("Photoshop 3.0\0".utf8) + iptc, into: file)
        return JPEGEditor.inserting(0xE1, Array("http://ns.adobe.com/xap/1.0/\0".utf8) + xmp, into: file)
    }

    static func png(isCompressed: Bool) -> PNGBuilder {
        var file = PNGBuilder.plain()
        func body(_ text: [UInt8]) -> [UInt8] { isCompressed ? PNGBuilder.zlibStored(text) : text }
        let flag: UInt8 = isCompressed ? 1 : 0
        file.leading = [
            ("iTXt", Array("XML:com.adobe.xmp".utf8) + [0, flag, 0, 0, 0] + body(xmp)),
            (
                isCompressed ? "zTXt" : "tEXt",
                Array("Author".utf8) + (isCompressed ? [0, 0] : [0]) + body([0x41, 0x6E, 0xE9])
            ),
            ("iTXt", Array("Description".utf8) + [0, flag, 0] + Array("fr\0mot\0".utf8) + body(Array("un été".utf8))),
            ("tEXt", Array("parameters\0secret prompt".utf8)),
        ]
        return file
    }

    @Test func whatJPEGSaysSurvivesOrIsSaid() throws {
        let image = try RasterImage(decoding: Self.jpeg())
        #expect(image.warnings.isEmpty)
        let safe = try image.encoded(as: .jpeg)
        #expect(
            safe.warnings == [.metadataLeftOut(kinds: ["XMP", "IPTC and Photoshop's data", "texts (Comment)"])])
        let leftOut = try RasterImage(decoding: safe.bytes).metadata
        #expect(leftOut == ImageMetadata())
        let whole = try image.encoded(as: .jpeg, options: ExifTests.whole)
        #expect(whole.warnings.isEmpty)
        #expect(try RasterImage(decoding: whole.bytes).metadata == image.metadata)
        #expect(image.metadata.xmp == Self.xmp && image.metadata.photoshop == Self.iptc)
        let png = try image.encoded(as: .png, options: ExifTests.whole)
        #expect(png.warnings == [.metadataNotRepresentable(kind: "IPTC and Photoshop's data", format: .png)])
        let read = try RasterImage(decoding: png.bytes).metadata
        #expect(read.xmp == Self.xmp && read.texts == [.init(keyword: "Comment", text: "made by hand")])
        let none = try image.encoded(as: .png, options: EncodingOptions(metadata: .none))
        #expect(try RasterImage(decoding: none.bytes).metadata == ImageMetadata() && none.warnings.isEmpty)
    }

    @Test(arguments: [false, true]) func whatPNGSaysSurvivesOrIsSaid(isCompressed: Bool) throws {
        let image = try RasterImage(decoding: Self.png(isCompressed: isCompressed).bytes())
        #expect(image.warnings.isEmpty)
        #expect(image.metadata.xmp == Self.xmp)
        let known = [ImageMetadata.Text(keyword: "Author", text: "Ané"), .init(keyword: "Description", text: "un été")]
        #expect(image.metadata.texts == known + [.init(keyword: "parameters", text: "secret prompt")])
        let safe = try image.encoded(as: .png)
        #expect(safe.warnings == [.metadataLeftOut(kinds: ["XMP", "texts (parameters)"])])
        let read = try RasterImage(decoding: safe.bytes).metadata
        #expect(read.texts == known && read.xmp == nil)
        let whole = try image.encoded(as: .png, options: ExifTests.whole)
        #expect(try RasterImage(decoding: whole.bytes).metadata == image.metadata && whole.warnings.isEmpty)
    }

    /// JPEG has no keywords; EXIF has fields for those that are wanted.
    @Test func textsOfPNGBecomeFieldsOfEXIF() throws {
        let image = try RasterImage(decoding: Self.png(isCompressed: false).bytes())
        let exif = try #require(RasterImage(decoding: image.encoded(as: .jpeg).bytes).exif)
        let block = try #require(ExifTests.block(exif))
        let primary = block.entries(of: .primary)
        #expect(primary[0x013B].flatMap(block.value) == Array("Ané\0".utf8))
        #expect(primary[0x010E].flatMap(block.value) == Array("un été\0".utf8))
        let whole = try image.encoded(as: .jpeg, options: ExifTests.whole)
        let texts = try RasterImage(decoding: whole.bytes).metadata.texts.map(\.text)
        #expect(texts == ["Author: Ané", "Description: un été", "parameters: secret prompt"])
    }

    @Test func anAuthorOfEXIFGoesBeforeThatOfATextOfAnotherHand() throws {
        var file = Self.png(isCompressed: false)
        file.leading.append(("eXIf", TIFFBuilder(primary: [.text(0x013B, "Bob")]).bytes()))
        let image = try RasterImage(decoding: file.bytes())
        let exif = try #require(RasterImage(decoding: image.encoded(as: .jpeg).bytes).exif)
        let block = try #require(ExifTests.block(exif))
        #expect(block.entries(of: .primary)[0x013B].flatMap(block.value) == Array("Bob\0".utf8))
    }

    /// In texts enough of one keyword a whole photograph would find room.
    @Test func ofSeveralTextsOfAKeywordTheFirstTravels() throws {
        var file = PNGBuilder.plain()
        file.leading = ["Description\0first", "Author\0Ann", "Description\0second", "Description\0third"].map {
            ("tEXt", Array($0.utf8))
        }
        let image = try RasterImage(decoding: file.bytes())
        let safe = try image.encoded(as: .png)
        #expect(try RasterImage(decoding: safe.bytes).metadata.texts.map(\.text) == ["first", "Ann"])
        #expect(safe.warnings == [.metadataLeftOut(kinds: ["texts (Description)"])])
        let whole = try image.encoded(as: .png, options: ExifTests.whole)
        #expect(try RasterImage(decoding: whole.bytes).metadata.texts == image.metadata.texts)
    }

    /// A text that is none does not travel under a keyword that is wanted.
    @Test func filesInDisguiseAreLeftOut() throws {
        var file = PNGBuilder.plain()
        let long = Array(repeatElement(Self.letters, count: 30).joined())
        file.leading = [
            ("tEXt", Array("Description\0".utf8) + Self.preview.filter { $0 != 0 }),
            ("tEXt", Array("Copyright\0".utf8) + long), ("tEXt", Array("Raw profile type exif\0".utf8) + Self.letters),
        ]
        let image = try RasterImage(decoding: file.bytes())
        for format in ImageFormat.bothWays {
            let safe = try image.encoded(as: format)
            #expect(!contains(safe, Self.preview) && !contains(safe, Self.letters))
            #expect(
                safe.warnings
                    == [.metadataLeftOut(kinds: ["texts (Description, Copyright, Raw profile type exif)"])])
        }
    }

    @Test func manyAndLongTextsAreSaid() throws {
        var file = PNGBuilder.plain()
        file.leading = (0..<150).map { ("tEXt", Array("Key \($0)\0text".utf8)) }
        #expect(
            try RasterImage(decoding: file.bytes()).warnings
                == [.metadataDropped(reason: "there are more than 100 texts")])
        file.leading = [("tEXt", Array("Key\0".utf8) + [UInt8](repeating: 65, count: 65_537))]
        #expect(
            try RasterImage(decoding: file.bytes()).warnings
                == [.metadataDropped(reason: "a text is longer than 65536 bytes")])
        file.leading = [("tEXt", Array("Key\0".utf8) + [UInt8](repeating: 65, count: 65_536))]
        let image = try RasterImage(decoding: file.bytes())
        #expect(image.warnings.isEmpty && image.metadata.texts.first?.text.utf8.count == 65_536)
        #expect(
            try image.encoded(as: .jpeg, options: ExifTests.whole).warnings
                == [.metadataNotRepresentable(kind: "text (Key)", format: .jpeg)])
    }

    @Test func longXMPIsSaid() throws {
        var image = try RasterImage.noise(width: 4, height: 3, colorModel: .rgb)
        image.metadata.xmp = [UInt8](repeating: 32, count: 65_504)
        #expect(try image.encoded(as: .jpeg, options: ExifTests.whole).warnings.isEmpty)
        image.metadata.xmp?.append(32)
        #expect(
            try image.encoded(as: .jpeg, options: ExifTests.whole).warnings
                == [.metadataNotRepresentable(kind: "XMP", format: .jpeg)])
        #expect(try image.encoded(as: .png, options: ExifTests.whole).warnings.isEmpty)
        let extended = JPEGEditor.inserting(
            0xE1, Array("http://ns.adobe.com/xmp/extension/\0".utf8), into: try Fixture.bytes("rgb-420.jpg"))
        #expect(
            try RasterImage(decoding: extended).warnings
                == [.metadataDropped(reason: "XMP beyond its first segment")])
    }

    /// What is not read is said; what tells how pixels were coded is no loss.
    @Test(
        arguments: [
            (0xEB, "JP\0\u{1}", "content credentials or other boxes, APP11"), (0xE2, "FPXR\0", "FlashPix data, APP2"),
            (0xE5, "SEFT", "a program's own data, APP5"), (0xEF, "x", "a program's own data, APP15"), (0xEF, "", nil),
            (0xEC, "Picture Info", "a program's own data, APP12"), (0xEC, "Ducky\0", nil), (0xEE, "Adobf", nil),
        ] as [(UInt8, String, String?)])
    func otherSegmentsAreSaid(marker: UInt8, data: String, reason: String?) throws {
        let file = JPEGEditor.inserting(marker, Array(data.utf8), into: try Fixture.bytes("rgb-420.jpg"))
        #expect(try RasterImage(decoding: file).warnings == (reason.map { [.metadataDropped(reason: $0)] } ?? []))
    }

    @Test func credentialsOfAPNGAreSaid() throws {
        var file = PNGBuilder.plain()
        file.leading = [("caBX", [1, 2, 3])]
        #expect(
            try RasterImage(decoding: file.bytes()).warnings == [.metadataDropped(reason: "content credentials, caBX")])
    }
}
