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
        // The web's green, and the studio's.
        ("green", 0x008000), ("chroma-green", 0x00b140), ("RebeccaPurple", 0x663399),
        ("lightgoldenrodyellow", 0xfafad2),
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
        "", " ", "#", "#1", "#12", "#12345", "#1234567", "#123456789", "#ggg", "#12 456", "# 12345", "#-12345",
        "#+123", "##123", "123456", "fff", "0x123456", "white ", " white", "whit", "#é12", "photo.jpg",
        "rgb(1,2)", "rgb(1,2,3,4,5)", "rgb()", "rgb(,,)", "rgb(256,0,0)", "rgb(-1,0,0)", "rgb(1 2 3", "rgb 1 2 3",
        "rgb(1,2,3", "rgb(1,2,3)x", "rgb(101%,0,0)", "rgb(1 2 3 4)", "rgb(1 2 3 / 2)", "rgb(1 2 3 / 1 / 1)",
        "rgb(nan,0,0)", "rgb(0x1,0,0)", "rgb(1e1,0,0)", "hsl(0,0,0)", "rgb(.,0,0)",
    ])
    func everythingElseIsRefused(text: String) {
        #expect(throws: RasterError.unreadableColor(text: text)) { try RasterColor(text) }
    }

    @Test(arguments: [
        ("rgb(255, 128, 0)", [255, 128, 0, 255]), ("RGB(255 128 0)", [255, 128, 0, 255]),
        ("rgba(255,128,0,1)", [255, 128, 0, 255]), ("rgb(255 128 0 / 20%)", [255, 128, 0, 51]),
        ("rgb(100% 0% 20%)", [255, 0, 51, 255]), ("rgba( 0 , 0 , 51.0 , .2 )", [0, 0, 51, 51]),
        ("#f80", [255, 136, 0, 255]),
        ("#f803", [255, 136, 0, 51]), ("#ff880033", [255, 136, 0, 51]), ("transparent", [0, 0, 0, 0]),
        ("Transparent", [0, 0, 0, 0]),
    ])
    func partsAndAlpha(text: String, parts: [Double]) throws {
        let color = try RasterColor(text)
        let found = [color.red, color.green, color.blue, color.alpha].map { $0 * 255 }
        #expect(zip(found, parts).allSatisfy { abs($0 - $1) < 1e-9 }, "\(found)")
    }

    @Test func refusalSaysWhatToWrite() {
        let text = RasterError.unreadableColor(text: "wite").description
        #expect(text.contains("wite") && text.contains("#rrggbb"))
    }

    @Test func partsAreClamped() {
        let color = RasterColor(red: -1, green: 2, blue: .nan)
        #expect(color == RasterColor(red: 0, green: 1, blue: 0, alpha: 7))
    }

    @Test func constantsAreTheNamedColours() throws {
        #expect(try RasterColor("white") == .white)
        #expect(try RasterColor("black") == .black)
        #expect(try RasterColor("chroma-green") == .chromaGreen)
    }
}
