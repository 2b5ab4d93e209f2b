import ImageCodecs
import Raster
import TestSupport
import Testing

/// Files that end early: what is missing is either pixels, which is an error with the number of rows that are there, or
/// only what stands behind them, which is a warning.
@Suite struct EndMarkTests {
    /// Offset of the first row's filter byte: behind signature, header, the chunk's name and the stored block's head.
    private static let rowStart = 8 + 25 + 8 + 7

    @Test(arguments: [false, true]) func everyTruncationOfAPNG(isInterlaced: Bool) throws {
        for (width, height) in [(5, 4), (1, 1), (9, 7), (2, 9)] {
            var file = PNGBuilder.plain(width: width, height: height)
            file.isInterlaced = isInterlaced
            let whole = file.bytes()
            // Adler-32, the chunk's checksum, the end chunk.
            let pixelEnd = whole.count - 4 - 4 - 12
            for count in 8..<whole.count {
                let bytes = Array(whole.prefix(count))
                if count >= pixelEnd {
                    let image = try RasterImage(decoding: bytes)
                    #expect(image.samples == file.samples && image.warnings == [.endMarkMissing], "\(count) bytes")
                } else {
                    let rows = isInterlaced ? nil : max(count - Self.rowStart, 0) / (width * 3 + 1)
                    expectTruncated(bytes, .png, rows: rows, height: height)
                }
            }
        }
    }

    /// Compressed rows, of which libpng reads thousands of bytes at once.
    @Test(arguments: [PNGCompression.fast, .smallest]) func rowsOfATruncatedPNGAreCounted(
        compression: PNGCompression
    ) throws {
        let image = try RasterImage.waves(width: 200, height: 120, colorModel: .rgb)
        let whole = try image.encoded(as: .png, options: EncodingOptions(compression: compression)).array
        for count in stride(from: 100, to: whole.count, by: whole.count / 50) {
            let bytes = Array(whole.prefix(count))
            guard case .truncated(.png, let rows, 120, nil) = DecodingErrorTests.error(bytes) else {
                Issue.record("\(count) bytes: \(String(describing: DecodingErrorTests.error(bytes)))")
                continue
            }
            guard let partial = try? RasterImage(decoding: bytes, lenient: true) else {
                #expect(rows == 0)
                continue
            }
            #expect(partial.warnings == [.truncated(rowsDecoded: rows)])
            #expect(partial.samples.prefix(rows * 600) == image.samples.prefix(rows * 600))
            #expect(partial.samples.dropFirst(rows * 600).allSatisfy { $0 == 0 })
        }
    }

    @Test func whatFollowsThePixelsMayBeLost() throws {
        var file = PNGBuilder.plain()
        file.trailing = [("eXIf", ExifBuilder.oriented(3).bytes()), ("tEXt", Array("Title\0Boat".utf8))]
        let whole = file.bytes()
        let exifEnd = try #require(whole.firstRange(of: Array("tEXt".utf8))).lowerBound - 4
        for count in whole.count - 80..<whole.count {
            let image = try RasterImage(decoding: Array(whole.prefix(count)))
            #expect(image.warnings == [.endMarkMissing])
            #expect((image.exif != nil) == (count >= exifEnd))
        }
    }

    @Test(arguments: DamageTests.jpegs + ["rgb-444", "rgb-422", "progressive-gray"])
    func everyTruncationOfAJPEG(name: String) throws {
        let whole = try Fixture.bytes("\(name).jpg")
        let complete = try RasterImage(decoding: whole)
        for count in whole.indices.dropFirst(3) {
            let bytes = Array(whole.prefix(count))
            guard let image = try? RasterImage(decoding: bytes) else {
                #expect(count < whole.count - 2, "\(count) bytes lack the end mark alone")
                expectTruncated(bytes, .jpeg, rows: nil, height: nil)
                continue
            }
            // A byte more may be missing where the last one holds nothing but filling.
            #expect(count >= whole.count - 3)
            #expect(image.samples == complete.samples)
            #expect(image.warnings.filter { $0 != .cmykConvertedWithoutProfile } == [.endMarkMissing])
        }
    }

    /// The rows that the error counts are those that lenient decoding gets right, up to a row of blocks.
    @Test(arguments: ["rgb-420", "rgb-444", "rgb-422", "gray"]) func rowsOfATruncatedJPEGAreCounted(
        name: String
    ) throws {
        let whole = try Fixture.bytes("\(name).jpg")
        let complete = try RasterImage(decoding: whole)
        let blockHeight = name == "rgb-420" ? 16 : 8
        let (samples, bytesPerRow) = (complete.samples, complete.bytesPerRow)
        var counts: Set<Int> = []
        for count in whole.indices.dropFirst(3) {
            let bytes = Array(whole.prefix(count))
            guard case .truncated(.jpeg, let rows, let height, nil) = DecodingErrorTests.error(bytes), height > 0 else {
                continue
            }
            counts.insert(rows)
            guard let partial = try? RasterImage(decoding: bytes, lenient: true) else {
                #expect(rows == 0)
                continue
            }
            #expect(partial.warnings == [.truncated(rowsDecoded: rows)])
            let right = zip(samples, partial.samples).prefix { $0 == $1 }.count / bytesPerRow
            #expect(rows <= right && right <= rows + blockHeight, "\(rows) of \(right) rows, \(count) bytes")
        }
        // Where colours are shared between rows, the last of a row of blocks needs the next.
        let isShared = blockHeight == 16
        #expect(counts == Set(stride(from: 0, to: 35, by: blockHeight).map { $0 > 0 && isShared ? $0 - 1 : $0 }))
    }

    /// A progressive file that lacks whole scans ends where another mark could stand.
    @Test func scansThatAreMissingAreNoEndMark() throws {
        let whole = try Fixture.bytes("progressive.jpg")
        let complete = try RasterImage(decoding: whole)
        let scans = JPEGEditor.positions(of: 0xDA, in: whole)
        #expect(scans.count > 3)
        for scan in scans.dropFirst() {
            // A scan's Huffman table comes before it.
            let table = JPEGEditor.positions(of: 0xC4, in: whole).last { $0 < scan && scan - $0 < 200 }
            let bytes = Array(whole.prefix(table ?? scan))
            expectTruncated(bytes, .jpeg, rows: 0, height: 35)
            let partial = try RasterImage(decoding: bytes, lenient: true)
            #expect(partial.warnings == [.truncated(rowsDecoded: 0)])
            #expect(partial.samples != complete.samples)
        }
    }

    /// Header, and data that ends before one row of blocks is complete: an empty picture would help nobody.
    @Test(arguments: [false, true]) func nothingOfAJPEGIsReadable(hasEnd: Bool) throws {
        var bytes = try Fixture.bytes("rgb-420.jpg")
        let frame = try #require(JPEGEditor.positions(of: 0xC0, in: bytes).first)
        // As many blocks as before are one row of 8,000 pixels and no more.
        bytes.replaceSubrange(frame + 5..<frame + 9, with: bigEndian(8_000 << 16 | 8_000))
        if !hasEnd { bytes.removeLast(2) }
        guard case .nothingReadable(.jpeg, _, nil) = DecodingErrorTests.error(bytes, lenient: true) else {
            Issue.record("\(String(describing: DecodingErrorTests.error(bytes, lenient: true)))")
            return
        }
        #expect(DecodingErrorTests.error(bytes, lenient: true)?.description.contains("lenient") == false)
    }

    @Test func nothingOfAPNGIsReadable() {
        let bytes = Array(PNGBuilder.plain(width: 50, height: 40).bytes().prefix(100))
        guard case .nothingReadable(.png, _, nil) = DecodingErrorTests.error(bytes, lenient: true) else {
            Issue.record("\(String(describing: DecodingErrorTests.error(bytes, lenient: true)))")
            return
        }
    }

    private func expectTruncated(_ bytes: [UInt8], _ format: ImageFormat, rows: Int?, height: Int?) {
        let error = DecodingErrorTests.error(bytes)
        guard case .truncated(format, let foundRows, let foundHeight, nil) = error else {
            Issue.record("\(bytes.count) bytes: \(String(describing: error))")
            return
        }
        #expect(rows == nil || rows == foundRows, "\(bytes.count) bytes: \(foundRows) rows")
        #expect(height == nil || foundHeight == 0 || height == foundHeight)
    }
}
