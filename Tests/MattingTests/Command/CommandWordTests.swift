import Matting
import MattingBatch
import Testing

@testable import matte

/// Words of the command line that are more than a number.
@Suite struct CommandWordTests {
    @Test func orderOfOptions() {
        let names: Set = ["--grow", "--shrink", "--invert"]
        func order(_ arguments: String...) -> [String] { CommandArguments.order(of: names, in: arguments) }
        #expect(
            order("a.jpg", "--shrink", "2", "--grow=1", "--invert", "--shrink", "3")
                == ["--shrink", "--grow", "--invert", "--shrink"])
        // Values of --suffix may look like options, and what stands behind -- is a name.
        #expect(order("--suffix", "--grow", "--invert", "--", "--shrink") == ["--invert"])
        #expect(order("--suffix=x", "--grow", "1") == ["--grow"])
        #expect(order("--grown", "-o", "grow") == [])
    }

    @Test func functionCalls() throws {
        let call = try #require(FunctionCall("linear-gradient(45deg, rgb(1, 2, 3) 10%,white)"))
        #expect(call.name == "linear-gradient")
        #expect(call.arguments == ["45deg", "rgb(1, 2, 3) 10%", "white"])
        for text in ["", "name", "(", ")", "a(b", "a(b))", "a)b(", "a(b)c"] {
            #expect(FunctionCall(text) == nil, "\(text)")
        }
        #expect(FunctionCall("blur()")?.arguments == [""])
    }

    /// Of words the parser would see the letters, among them that of the help.
    @Test func namesThatLookLikeOptions() {
        for (words, name) in [
            (["-shoe.png"], "-shoe.png"), (["a.png", "-h.png", "-o", "b.png"], "-h.png"), (["-help"], "-help"),
            (["-o", "-out.png"], "-out.png"), (["weights", "inspect", "-x.onnx"], "-x.onnx"), (["-é.png"], "-é.png"),
            (["--suffix", "-cut", "-a.png"], "-a.png"),
        ] { #expect(CommandArguments.nameLikeOption(in: words) == name, "\(words)") }
        for words in [
            ["-", "-o", "-"], ["-h"], ["--", "-shoe.png"], ["./-shoe.png"], ["--suffix", "-cut"], ["--grow", "-1"],
            ["--margin", "-.5px"], ["-o=out.png"], ["--mask"], [],
        ] { #expect(CommandArguments.nameLikeOption(in: words) == nil, "\(words)") }
    }

    @Test func valuesBelowZero() {
        func joined(_ arguments: String...) -> [String] { CommandArguments.withNegativeValues(arguments) }
        #expect(joined("a.png", "--grow", "-1", "--margin", "-.5px") == ["a.png", "--grow=-1", "--margin=-.5px"])
        #expect(joined("--margin", "-5%", "--threads", "-2e1") == ["--margin=-5%", "--threads=-2e1"])
        for words in [
            ["-1"], ["a.png", "-1"], ["-o", "-1"], ["--grow=2", "-1"], ["--mask", "-1.png"], ["--", "-1"],
            ["--mask", "-"], ["--", "--grow", "-1"], ["--infinite", "-infinity.png"],
        ] { #expect(CommandArguments.withNegativeValues(words) == words, "\(words)") }
    }

    /// Advice is a value that the option takes.
    @Test func megapixelsThatAreEnough() {
        for (width, height, megapixels) in [
            (2001, 1000, 3), (10, 10, 1), (1_000_000, 100_000, 100_000), (1_000_001, 1, nil),
            (1_000_000, 100_001, nil), (Int.max, Int.max, nil),
        ] as [(Int, Int, Int?)] {
            #expect(InputArguments.megapixels(forWidth: width, height: height) == megapixels, "\(width) × \(height)")
        }
    }

    @Test func lengths() {
        #expect(RelativeLength("20px") == .pixels(20))
        #expect(RelativeLength("2.5") == .pixels(2.5))
        #expect(RelativeLength("5%") == .share(0.05))
        for text in ["", "px", "%", "nan", "inf", "5em", "1e999%"] {
            #expect(RelativeLength(text) == nil, "\(text)")
        }
    }

    /// Details that are not given are the library's own.
    @Test func shadowsHaveTheLibrarysDefaults() {
        for (word, shadow) in [
            ("none", Shadow.none), ("keep", .kept), ("drop", .drop), ("contact", .contact), ("keep:strength=1", .kept),
            ("drop:opacity=35%", .drop), ("contact:color=black", .contact),
        ] { #expect(ShadowWord(word)?.value == shadow, "\(word)") }
    }

    @Test func gradients() throws {
        func gradient(_ text: String) -> Background.Gradient? { FunctionCall(text).flatMap { Background.Gradient($0) } }
        #expect(gradient("linear-gradient(white, black)") == .linear(.white, .black))
        #expect(gradient("linear-gradient(90deg, white, black)") == .linear(.white, .black, angle: 90))
        #expect(gradient("radial-gradient(white, black)") == .radial(.white, .black))
        // Colours without a place stand evenly between those that have one.
        let stops = try #require(gradient("linear-gradient(white, black, white 60%, black)")?.stops)
        #expect(stops.map(\.location) == [0, 0.3, 0.6, 1])
        for text in [
            "linear-gradient(white)", "linear-gradient()", "linear-gradient(white, blak)",
            "linear-gradient(white 60%, black 20%)", "linear-gradient(white, black 120%)",
            "radial-gradient(90deg, white)",
            "linear-gradient(xdeg, white, black)",
        ] { #expect(gradient(text) == nil, "\(text)") }
    }
}
