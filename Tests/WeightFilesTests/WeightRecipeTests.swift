import Testing

@testable import WeightFiles

@Suite("Weight file recipe")
struct WeightRecipeTests {
    private let fallback = InputRecipe(rule: .fit, width: 320, height: 320, multiple: 32)

    private func error(_ metadata: [String: String], _ fallback: InputRecipe? = nil) -> WeightError? {
        do throws(WeightError) {
            _ = try InputRecipe(metadata: metadata, default: fallback ?? self.fallback, file: "test")
            return nil
        } catch {
            return error
        }
    }

    @Test("Every key is read")
    func allKeys() throws {
        let recipe = try InputRecipe(
            metadata: [
                "architecture": "u2net", "input": "as the paper says", "input.rule": "stretch",
                "input.size": "512x384", "input.multiple": "64", "input.base_side": "256",
                "input.cell_order": "columns",
                "input.channels": "BGR",
                "input.mean": "0.485, 0.456,0.406", "input.std": "0.229,0.224,0.225", "input.divide_by_max": "true",
                "input.closer_look": "0.6", "input.larger_look": "900", "output.activation": "sigmoid",
                "output.channel": "1,3", "output.rescale": "minmax",
            ], default: fallback)
        #expect(
            recipe
                == InputRecipe(
                    rule: .stretch, width: 512, height: 384, multiple: 64, baseSide: 256, cellOrder: .columns,
                    closerLook: 0.6, largerLook: 900, channels: .bgr,
                    mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225], dividesByMaximum: true,
                    activation: .sigmoid, outputChannels: [1, 3], rescale: .minmax))
        #expect(try InputRecipe(metadata: recipe.metadata, default: fallback) == recipe)
    }

    @Test("What metadata leaves out is the paper's", arguments: InputRecipe.SizeRule.allCases)
    func fallsBack(rule: InputRecipe.SizeRule) throws {
        let paper = InputRecipe(
            rule: rule, width: 64, height: 64, multiple: 8, baseSide: 7, cellOrder: .rows, channels: .bgr,
            mean: [1, 2, 3],
            std: [4, 5, 6],
            dividesByMaximum: true, activation: .sigmoid, outputChannels: [2], rescale: .minmax)
        #expect(try InputRecipe(metadata: [:], default: paper) == paper)
        #expect(try InputRecipe(metadata: ["architecture": "x", "sha256": "y"], default: paper) == paper)
        guard rule != .native else {
            #expect(throws: WeightError.self) { try InputRecipe(metadata: ["input.size": "128"], default: paper) }
            return
        }
        #expect(try InputRecipe(metadata: ["input.size": "128"], default: paper).width == 128)
        #expect(try InputRecipe(metadata: paper.metadata, default: fallback) == paper)
    }

    @Test(
        "badMetadata names key, value and what is expected",
        arguments: [
            ("input.rule", ["", "Fit", "crop", "shortSide"]),
            ("output.channel", ["", "x", "-1", "256", "1,", "1,1", "1;2", "1, 2"]),
            ("input.size", ["", "0", "-1", "+320", "320x", "x320", "320x320x3", "16385", "3.5", "320 x 320", "９"]),
            ("input.multiple", ["", "0", "1025", "-32", "99999999999999999999"]),
            ("input.base_side", ["", "0", "16385", "-1", "512x512"]),
            ("input.cell_order", ["", "row", "Rows", "columns,rows"]),
            ("input.larger_look", ["", "-1", "16385", "1.5", "true"]),
            ("input.closer_look", ["", "-0.1", "1.1", "nan", "true", "0,5"]),
            ("input.channels", ["", "rgb", "RGBA"]),
            ("input.mean", ["", "0", "0,0", "0,0,0,0", "0,,0", "a,b,c", "0;0;0", "0,0,0,", ",0,0,0"]),
            ("input.mean", ["nan,0,0", "0,inf,0", "0,0,1e9", "0,0,-1e9"]),
            ("input.std", ["0,1,1", "-1,1,1", "1,1,nan", "1,1,1e-9", "1 1 1"]),
            ("input.divide_by_max", ["", "True", "1", "yes"]),
            ("output.activation", ["", "softmax"]),
            ("output.rescale", ["", "true"]),
            ("input.maen", ["0,0,0"]),
            ("output.size", ["1"]),
        ])
    func badMetadata(key: String, values: [String]) {
        for value in values {
            guard case .badMetadata("test", key, value, let expected) = error([key: value]) else {
                Issue.record("\(key) = \(value): \(String(describing: error([key: value])))")
                continue
            }
            #expect(!expected.isEmpty)
        }
    }

    @Test("A rule that needs a size must have one")
    func missingSize() {
        let native = InputRecipe(rule: .native)
        guard case .badMetadata(_, "input.size", "", _) = error(["input.rule": "fit"], native) else {
            Issue.record("no error")
            return
        }
        #expect(error(["input.rule": "fit", "input.size": "320"], native) == nil)
        #expect(error(["input.rule": "native"]) == nil)
    }

    @Test("A closer look is for rules that enlarge a part of a picture")
    func closerLook() throws {
        let close = InputRecipe(rule: .fit, width: 320, height: 320, closerLook: 0.5)
        for rule in ["native", "short-side"] {
            guard
                case .badMetadata(_, "input.closer_look", "0.5", _) = error(
                    ["input.rule": rule, "input.closer_look": "0.5"])
            else {
                Issue.record("no error for \(rule)")
                continue
            }
            #expect(error(["input.rule": rule, "input.closer_look": "0"]) == nil)
            #expect(try InputRecipe(metadata: ["input.rule": rule], default: close).closerLook == 0)
        }
        #expect(try InputRecipe(metadata: ["input.rule": "stretch"], default: close).closerLook == 0.5)
        #expect(try InputRecipe(metadata: ["input.closer_look": "0"], default: close).closerLook == 0)
        #expect(fallback.closerLook == 0 && close.metadata["input.closer_look"] == "0.5")
    }

    @Test("A larger look is for the same rules, and of constant area")
    func largerLook() throws {
        for rule in ["native", "short-side"] {
            guard
                case .badMetadata(_, "input.larger_look", "768", _) = error(
                    ["input.rule": rule, "input.larger_look": "768"])
            else {
                Issue.record("no error for \(rule)")
                continue
            }
        }
        let recipe = try InputRecipe(metadata: ["input.larger_look": "768"], default: fallback)
        #expect(recipe.metadata["input.larger_look"] == "768" && recipe.looksAgain)
        let larger = try #require(recipe.larger)
        #expect(larger.inputSize(forImageWidth: 1200, height: 800) == (928, 640))
        #expect(fallback.larger == nil && !fallback.looksAgain)
    }

    @Test("A stretched input must suit its multiple")
    func stretchMultiple() {
        guard case .badMetadata(_, "input.size", _, _) = error(["input.rule": "stretch", "input.size": "320x100"])
        else {
            Issue.record("no error")
            return
        }
        #expect(error(["input.rule": "fit", "input.size": "100"]) == nil)
    }

    /// Whatever a recipe was made of: what its rule does not use is not in its metadata.
    @Test("What is written reads back as the same, after every rule", arguments: InputRecipe.SizeRule.allCases)
    func readsBack(rule: InputRecipe.SizeRule) throws {
        let recipe = InputRecipe(
            rule: rule, width: 96, height: 64, multiple: 32, closerLook: 0.5, largerLook: 128, outputChannels: [1])
        let other = InputRecipe(rule: .area, width: 512, height: 256, closerLook: 0.25, largerLook: 900)
        #expect(try InputRecipe(metadata: recipe.metadata, default: other) == recipe)
        for next in InputRecipe.SizeRule.allCases where rule != .native || next == .native {
            let replaced = try recipe.overridden(by: ["input.rule": next.rawValue])
            #expect(try InputRecipe(metadata: replaced.metadata, default: other) == replaced, "\(next)")
            #expect(next == .native || replaced.width == 96)
        }
    }

    @Test("Who says what does not go with the rest is at fault")
    func blame() {
        let stretched = InputRecipe(rule: .stretch, width: 64, height: 64, multiple: 32)
        func expectBlame(_ key: String, _ values: [String: String], _ recipe: InputRecipe, _ expected: String) {
            let error = WeightError.badOverride(key: key, value: values[key] ?? "", expected: expected)
            #expect(throws: error) { try recipe.overridden(by: values) }
        }
        expectBlame("input.size", ["input.size": "50"], stretched, "sides that are multiples of 32")
        expectBlame("input.multiple", ["input.multiple": "48"], stretched, "a divisor of the size, 64x64")
        let both = ["input.size": "50", "input.multiple": "48"]
        expectBlame("input.multiple", both, stretched, "a divisor of the size, 50x50")
        let odd = InputRecipe(rule: .fit, width: 50, height: 50, multiple: 32)
        expectBlame(
            "input.rule", ["input.rule": "stretch"], odd,
            "a rule that rounds, or a size that is a multiple of 32, not 50x50")
    }

    /// Sizes of the training code's own `fit`, `max(m, m * round(side * (size / max(sides)) / m))` in Python.
    @Test(
        "fit",
        arguments: [
            ((320, 320), (320, 320)), ((640, 480), (320, 256)), ((480, 640), (256, 320)), ((1000, 750), (320, 256)),
            ((4000, 100), (320, 32)), ((1, 1), (320, 320)), ((32768, 1), (320, 32)), ((500, 333), (320, 224)),
            ((100, 35), (320, 128)), ((1920, 1080), (320, 192)), ((100, 45), (320, 128)), ((100, 55), (320, 192)),
        ] as [((Int, Int), (Int, Int))])
    func fit(image: (Int, Int), expected: (Int, Int)) {
        #expect(fallback.inputSize(forImageWidth: image.0, height: image.1) == expected)
    }

    @Test("fit into a box that is not square, and a size that is no multiple")
    func fitBox() {
        let box = InputRecipe(rule: .fit, width: 512, height: 256, multiple: 16)
        #expect(box.inputSize(forImageWidth: 1000, height: 1000) == (256, 256))
        #expect(box.inputSize(forImageWidth: 4000, height: 1000) == (512, 128))
        let odd = InputRecipe(rule: .fit, width: 100, height: 100, multiple: 32)
        #expect(odd.inputSize(forImageWidth: 10, height: 10) == (96, 96))
    }

    /// `m * round(side * sqrt(area / (w * h)) / m)` in Python, and what is left of the area for a strip.
    @Test(
        "area",
        arguments: [
            ((384, 384), (384, 384)), ((1200, 800), (480, 320)), ((800, 1200), (320, 480)), ((1920, 1080), (512, 288)),
            ((2400, 300), (1088, 128)), ((1, 1), (384, 384)), ((32768, 1), (4608, 32)), ((1, 32768), (32, 4608)),
            ((640, 480), (448, 320)), ((352, 264), (448, 320)),
        ] as [((Int, Int), (Int, Int))])
    func area(image: (Int, Int), expected: (Int, Int)) {
        let recipe = InputRecipe(rule: .area, width: 384, height: 384, multiple: 32)
        #expect(recipe.inputSize(forImageWidth: image.0, height: image.1) == expected)
    }

    @Test("stretch ignores the picture")
    func stretch() {
        let recipe = InputRecipe(rule: .stretch, width: 320, height: 256)
        #expect(recipe.inputSize(forImageWidth: 7, height: 9000) == (320, 256))
    }

    /// Sizes of MODNet's own inference code.
    @Test(
        "short-side",
        arguments: [
            ((1024, 768), (672, 512)), ((768, 1024), (512, 672)), ((300, 200), (768, 512)), ((600, 500), (576, 480)),
            ((512, 512), (512, 512)), ((2000, 600), (1696, 512)), ((10, 5000), (32, 4992)), ((1000, 512), (992, 512)),
        ] as [((Int, Int), (Int, Int))])
    func shortSide(image: (Int, Int), expected: (Int, Int)) {
        let recipe = InputRecipe(rule: .shortSide, width: 512, height: 512, multiple: 32)
        #expect(recipe.inputSize(forImageWidth: image.0, height: image.1) == expected)
    }

    @Test("native keeps the picture's size, to the nearest multiple")
    func native() {
        #expect(InputRecipe(rule: .native).inputSize(forImageWidth: 1023, height: 7) == (1023, 7))
        let recipe = InputRecipe(rule: .native, multiple: 16)
        #expect(recipe.inputSize(forImageWidth: 1023, height: 7) == (1024, 16))
        #expect(recipe.inputSize(forImageWidth: 1000, height: 1001) == (992, 1008))
    }

    @Test("No picture gives an empty, endless or trapping input", arguments: InputRecipe.SizeRule.allCases)
    func extremes(rule: InputRecipe.SizeRule) {
        for multiple in [1, 32, 1000, 0, -5] {
            let recipe = InputRecipe(rule: rule, width: 512, height: 512, multiple: multiple)
            for width in [Int.min, -1, 0, 1, 31, 32_768, .max] {
                for height in [Int.min, -1, 0, 1, 31, 32_768, .max] {
                    let size = recipe.inputSize(forImageWidth: width, height: height)
                    #expect((1...32_768).contains(size.width) && (1...32_768).contains(size.height))
                }
            }
        }
    }

    @Test("A weight file tells its recipe and its papers")
    func weightFile() throws {
        var metadata = fallback.metadata
        metadata["architecture"] = "mobilenetv2-unet"
        metadata["license"] = "Apache-2.0"
        metadata["training"] = "composites"
        metadata["source"] = "our own"
        let file = try WeightFile(WeightFileWriter(metadata: metadata).bytes())
        #expect(try file.inputRecipe(default: InputRecipe(rule: .native)) == fallback)
        #expect(file.architecture == "mobilenetv2-unet")
        #expect(file.license == "Apache-2.0")
        #expect(file.training == "composites")
        #expect(file.source == "our own")
        let bare = try WeightFile(header: "{}")
        #expect(bare.architecture == nil)
        #expect(try bare.inputRecipe(default: fallback) == fallback)
    }

    @Test("Overrides replace what they name, and nothing else")
    func overrides() throws {
        var expected = fallback
        (expected.width, expected.height) = (512, 256)
        expected.std = [0.5, 0.5, 0.5]
        #expect(try fallback.overridden(by: ["input.size": "512x256", "input.std": "0.5,0.5,0.5"]) == expected)
        #expect(try fallback.overridden(by: [:]) == fallback)
        #expect(try expected.overridden(by: fallback.metadata) == fallback)
    }

    @Test(
        "An override that makes no sense is told from the file's own values",
        arguments: [
            ("input.size", "abc"), ("input.maen", "0,0,0"), ("architecture", "u2net"), ("output.rescale", ""),
        ])
    func badOverride(key: String, value: String) {
        #expect {
            try fallback.overridden(by: [key: value])
        } throws: { error in
            guard case WeightError.badOverride(key, value, let expected) = error else { return false }
            return !expected.isEmpty
        }
    }

    @Test("Overrides must go together with what stays")
    func overridesTogether() {
        // 320 is a multiple of the recipe's 32, 500 is not, which matters to a size that is not rounded.
        #expect(throws: Never.self) { try fallback.overridden(by: ["input.size": "500"]) }
        #expect(
            throws: WeightError.badOverride(
                key: "input.size", value: "500", expected: "sides that are multiples of 32")
        ) { try fallback.overridden(by: ["input.rule": "stretch", "input.size": "500"]) }
    }
}
