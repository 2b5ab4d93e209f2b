import ImageCodecs
import Raster
import Testing
import TestSupport

/// Files that end early or have changed bytes: decoding must throw or succeed, never crash.
@Suite struct DamageTests {
    static let jpegs = ["rgb-420", "progressive", "gray", "cmyk", "restart", "orientation-6"]

    /// Transparency before the palette counts as there and is dropped all the same: rows would be shorter than promised.
    @Test func transparencyInTheWrongPlace() {
        var file = PNGBuilder.plain(width: 50, height: 40)
        file.leading = [("tRNS", [0, 1, 0, 2, 0, 3]), ("PLTE", [1, 2, 3])]
        for lenient in [false, true] {
            #expect(throws: ImageCodecError.self) { try RasterImage(decoding: file.bytes(), lenient: lenient) }
        }
    }

    @Test func lenientKeepsTheRowsOfATruncatedPNG() throws {
        let file = PNGBuilder.plain(width: 50, height: 40)
        let whole = file.bytes()
        var lastRows = 0
        for count in stride(from: 60, to: whole.count, by: 97) {
            guard let image = try? RasterImage(decoding: Array(whole.prefix(count)), lenient: true) else {
                #expect(count < 300, "\(count) bytes hold a row")
                continue
            }
            guard case .truncated(let rows) = image.warnings.first else {
                Issue.record("\(count) bytes: \(image.warnings)")
                continue
            }
            #expect(rows >= lastRows)
            #expect(image.samples.prefix(rows * 150) == file.samples.prefix(rows * 150))
            #expect(image.samples.dropFirst((rows + 1) * 150).allSatisfy { $0 == 0 })
            lastRows = rows
        }
        #expect(lastRows >= 38)
    }

    @Test func lenientKeepsTheRowsOfATruncatedJPEG() throws {
        let whole = try Fixture.bytes("rgb-444.jpg")
        let complete = try RasterImage(decoding: whole)
        let image = try RasterImage(decoding: Array(whole.prefix(whole.count * 3 / 4)), lenient: true)
        guard case .truncated(let rows) = image.warnings.first else {
            Issue.record("\(image.warnings)")
            return
        }
        #expect(rows >= 8 && rows < 35)
        #expect(image.samples.prefix(rows * 45 * 3) == complete.samples.prefix(rows * 45 * 3))
        #expect(image.height == 35)
    }

    @Test func lenientShowsATruncatedProgressiveJPEG() throws {
        let whole = try Fixture.bytes("progressive.jpg")
        let image = try RasterImage(decoding: Array(whole.prefix(whole.count * 3 / 4)), lenient: true)
        #expect(image.warnings == [.truncated(rowsDecoded: 0)])
        #expect(Set(image.samples).count > 20)
    }

    @Test func damageInsideAScanIsAnErrorAndLenientStatesIt() throws {
        var bytes = try Fixture.bytes("restart.jpg")
        let marker = try #require(bytes.firstRange(of: [0xFF, 0xD2])).lowerBound
        bytes.removeSubrange(marker..<marker + 2)
        guard case .malformed(.jpeg, _, nil) = DecodingErrorTests.error(bytes) else {
            Issue.record("\(String(describing: DecodingErrorTests.error(bytes)))")
            return
        }
        let image = try RasterImage(decoding: bytes, lenient: true)
        guard case .damaged = image.warnings.first else {
            Issue.record("\(image.warnings)")
            return
        }
    }

    /// Checksums guard every byte of a PNG, so no change goes unnoticed. A changed length or name of one of the last chunks
    /// looks as if the end were missing, and costs no pixel.
    @Test(arguments: [false, true]) func everyChangedByteOfAPNGIsRefused(isInterlaced: Bool) throws {
        var file = PNGBuilder.plain(width: 6, height: 5)
        file.isInterlaced = isInterlaced
        file.leading = [
            PNGBuilder.profileChunk(ProfileBuilder.profile(byteCount: 160)), ("tRNS", [0, 0, 0, 7, 0, 14]),
        ]
        file.trailing = [("eXIf", ExifBuilder.oriented(6).bytes()), ("tEXt", [65, 0, 66])]
        let whole = file.bytes()
        let complete = try RasterImage(decoding: whole)
        file.trailing = []
        let stored = try RasterImage(decoding: file.bytes())
        for index in whole.indices {
            for mask: UInt8 in [0x01, 0x20, 0x80, 0xFF] {
                var changed = whole
                changed[index] ^= mask
                if let image = try? RasterImage(decoding: changed) {
                    #expect(image.warnings.contains(.endMarkMissing), "byte \(index) ^ \(mask)")
                    // Not turned, if the chunk that says so is beyond reach.
                    #expect(image.samples == complete.samples || image.samples == stored.samples)
                }
                _ = try? RasterImage(decoding: changed, lenient: true)
            }
        }
    }

    @Test(arguments: jpegs) func everyChangedByteOfAJPEG(name: String) throws {
        let whole = try Fixture.bytes("\(name).jpg")
        var limits = DecodingLimits()
        limits.maxPixels = 1_000_000  // A changed size must not make the test slow.
        for index in whole.indices {
            for mask: UInt8 in [0x01, 0xFF] {
                var changed = whole
                changed[index] ^= mask
                _ = try? RasterImage(decoding: changed, limits: limits)
                _ = try? RasterImage(decoding: changed, limits: limits, lenient: true)
            }
        }
    }

    #if DEBUG
    static let mutationCount = 3_000
    #else
    static let mutationCount = 40_000
    #endif

    /// Seeded mutations: bytes set, ranges deleted, doubled and taken from other files.
    @Test func mutatedFiles() throws {
        var seeds = try (Self.jpegs + ["profile"]).map { try Fixture.bytes("\($0).jpg") }
        for layout in PNGReadingTests.Layout.all {
            var file = layout.noise(width: 9, height: 7)
            if layout.colorType == .palette {
                file.leading = [PNGReadingTests.paletteChunk(PNGReadingTests.palette(count: 1 << layout.bitDepth))]
            }
            file.trailing = [("eXIf", ExifBuilder.oriented(5).bytes())]
            seeds.append(file.bytes())
        }
        var limits = DecodingLimits()
        limits.maxPixels = 1_000_000
        var generator = SeededGenerator(seed: 2_026)
        var decoded = 0
        for _ in 0..<Self.mutationCount {
            var bytes = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 1...4, using: &generator) { Self.mutate(&bytes, seeds, &generator) }
            let lenient = Bool.random(using: &generator)
            if let image = try? RasterImage(decoding: bytes, limits: limits, lenient: lenient) {
                decoded += 1
                // Whatever was decoded can be written.
                if decoded.isMultiple(of: 16) { _ = try image.encoded(as: .png) }
            }
        }
        #expect(decoded > Self.mutationCount / 20)
    }

    private static func mutate(_ bytes: inout [UInt8], _ seeds: [[UInt8]], _ generator: inout SeededGenerator) {
        guard bytes.count > 8 else { return }
        let start = Int.random(in: 4..<bytes.count, using: &generator)
        let end = min(bytes.count, start + Int.random(in: 1...40, using: &generator))
        switch Int.random(in: 0..<6, using: &generator) {
        case 0: bytes[start] = UInt8.random(in: .min ... .max, using: &generator)
        case 1: bytes[start] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
        case 2: bytes[start] = [0, 1, 0x7F, 0x80, 0xFE, 0xFF].randomElement(using: &generator) ?? 0
        case 3: bytes.removeSubrange(start..<end)
        case 4: bytes.insert(contentsOf: bytes[start..<end], at: start)
        default:
            let other = seeds.randomElement(using: &generator) ?? []
            bytes.replaceSubrange(start..<end, with: other.dropFirst(start).prefix(end - start))
        }
    }
}
