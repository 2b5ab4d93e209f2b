import Raster
import Testing

/// Colours from text.
@Suite struct RasterColorTests {
    private func color(_ rgb: Int) -> RasterColor {
        RasterColor(red: Double(rgb >> 16) / 255, green: Double(rgb >> 8 & 255) / 255, blue: Double(rgb & 255) / 255)
    }

    @Test(arguments: [
        ("white", 0xffffff), ("black", 0), ("gray", 0x808080), ("grey", 0x808080), ("red", 0xff0000),
        ("blue", 0x0000ff), ("orange", 0xffa500), ("ivory", 0xfffff0), ("White", 0xffffff), ("NAVY", 0x000080),
        // The studio's green, not that of the web.
        ("green", 0x00b140),
    ])
    func names(text: String, rgb: Int) throws {
        #expect(try RasterColor(text) == color(rgb))
    }

    @Test(arguments: [
        ("#000", 0), ("#fff", 0xffffff), ("#1a9", 0x11aa99), ("#F0c", 0xff00cc), ("#000000", 0), ("#123456", 0x123456),
        ("#aBcDeF", 0xabcdef), ("#FFFFFF", 0xffffff),
    ])
    func hexadecimalDigits(text: String, rgb: Int) throws {
        #expect(try RasterColor(text) == color(rgb))
    }

    @Test(arguments: [
        "", " ", "#", "#1", "#12", "#1234", "#12345", "#1234567", "#12345678", "#ggg", "#12 456", "# 12345", "#-12345",
        "#+123", "##123", "123456", "fff", "0x123456", "white ", " white", "whit", "rgb(1,2,3)", "#é12",
        "photo.jpg", "transparent",
    ])
    func everythingElseIsRefused(text: String) {
        #expect(throws: RasterError.unreadableColor(text: text)) { try RasterColor(text) }
    }

    @Test func refusalSaysWhatToWrite() {
        let text = RasterError.unreadableColor(text: "wite").description
        #expect(text.contains("wite") && text.contains("#rrggbb"))
    }

    @Test func partsAreClamped() {
        let color = RasterColor(red: -1, green: 2, blue: .nan)
        #expect(color == RasterColor(red: 0, green: 1, blue: 0))
    }

    @Test func constantsAreTheNamedColours() throws {
        #expect(try RasterColor("white") == .white)
        #expect(try RasterColor("black") == .black)
        #expect(try RasterColor("green") == .green)
    }
}
