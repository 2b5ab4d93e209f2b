import Files
import Testing

@testable import MattingBatch

@Suite struct PictureSequenceTests {
    @Test func naturalOrder() {
        let names: [BytePath] = ["a10.png", "a2.png", "a1.png", "b1.png", "a2b.png", "a02.png", "2", "10", "1", "a"]
        #expect(
            names.sorted(by: PictureSequence.isNaturallyBefore) == [
                "1", "2", "10", "a", "a1.png", "a02.png", "a2.png", "a2b.png", "a10.png", "b1.png",
            ])
        // Numbers longer than any integer.
        let long: [BytePath] = ["x99999999999999999999999", "x100000000000000000000000"]
        #expect(long.reversed().sorted(by: PictureSequence.isNaturallyBefore) == long)
    }

    @Test func patterns() throws {
        let name = try #require(FrameName("film/f_%03d.png"))
        #expect(name.folder == "film/")
        #expect(name.path(7) == "film/f_007.png" && name.path(1234) == "film/f_1234.png")
        #expect(name.number(of: "film/f_007.png") == 7 && name.number(of: "film/f_1234.png") == 1234)
        for other: BytePath in [
            "film/f_7.png", "film/f_0007.png", "film/f_.png", "film/f_-07.png", "f_007.png", "film/f_007.jpg",
        ] {
            #expect(name.number(of: other) == nil, "\(other)")
        }
        #expect(try #require(FrameName("%d.png")).number(of: "12.png") == 12)
        // Names are bytes, and what stands around the number may be any.
        let latin = try #require(FrameName(BytePath(bytes: [0xE9]) + "%02d.png"))
        #expect(latin.path(3).bytes == [0xE9] + Array("03.png".utf8))
        #expect(latin.number(of: latin.path(3)) == 3 && latin.number(of: "\\xE903.png") == nil)
        for none: BytePath in ["film.y4m", "100%.png", "a%s.png", "%d%d.png", "%03d/a.png", "%123d.png"] {
            #expect(FrameName(none) == nil, "\(none)")
        }
    }
}
