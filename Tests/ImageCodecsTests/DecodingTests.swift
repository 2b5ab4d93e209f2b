import ImageCodecs
import Raster
import Testing

@Suite struct DecodingTests {
    @Test func manyCallersDecodeAtOnce() async throws {
        let bytes = try Fixture.bytes("progressive.jpg")
        let expected = try await RasterImage(decoding: bytes)
        let results = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<16 {
                group.addTask { (try? await RasterImage(decoding: bytes).samples == expected.samples) ?? false }
            }
            return await group.reduce(into: []) { $0.append($1) }
        }
        #expect(results == [Bool](repeating: true, count: 16))
    }

    @Test func formatsAreDetectedByBytesAndMeantByExtensions() {
        #expect(ImageFormat.detect(PNGBuilder.signature) == .png)
        #expect(ImageFormat.detect([0xFF, 0xD8, 0xFF, 0xE0]) == .jpeg)
        #expect(ImageFormat.detect([0x89, 0x50]) == nil)
        #expect(ImageFormat.detect([]) == nil)
        #expect(ImageFormat(pathExtension: "PNG") == .png)
        #expect(ImageFormat(pathExtension: "jpeg") == .jpeg)
        #expect(ImageFormat(pathExtension: "") == nil)
        #expect(ImageFormat(path: "/a.b/c") == nil)
        #expect(ImageFormat(path: "/a.b/c.d.jpg") == .jpeg)
    }
}
