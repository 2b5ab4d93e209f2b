import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

@testable import Files
@testable import MattingBatch

@Suite struct BatchRulesTests {
    private static let start = "exports:\n  cutout: {format: png}\notherwise: publish\nrules:\n"

    private func rules(_ rules: String) throws -> BatchRules { try BatchRules(yaml: Self.start + rules) }

    @Test func theDefaultsAreRules() {
        let rules = BatchRules.default
        func lane(_ overlap: Double?, isEmpty: Bool = false) -> BatchLane {
            let facts = PictureFacts(values: overlap.map { [.expectedOverlap: $0] } ?? [:], isEmpty: isEmpty)
            return rules.decision(on: BatchJob(input: "a.jpg"), facts).lane
        }
        #expect(
            lane(0.99) == .publish && lane(0.3) == .manual && lane(nil) == .check && lane(nil, isEmpty: true) == .manual
        )
        #expect(rules.decision(on: BatchJob(input: "a"), PictureFacts(isEmpty: true)).reasons.count == 1)
    }

    @Test func theFirstThatHoldsDecides() throws {
        let rules = try rules(
            """
              - name: bags
                when: {category: [bags, purses], touches: bottom}
                lane: check
                reason: stands on the border
              - name: rough
                when: {folder: "rough/**", contrast: below 0.1}
                lane: manual
              - name: shoes
                when: {category: shoes, file: "*.jpg", megapixels: 1 to 50}
                lane: publish
            """)
        let facts = PictureFacts(values: [.contrast: 0.05, .megapixels: 24], touchedSides: [.bottom])
        func decision(_ name: BatchPath, _ category: String?) -> BatchRules.Decision {
            rules.decision(on: BatchJob(input: name, name: name, category: category), facts)
        }
        let bag = decision("rough/a/b.jpg", "bags")
        #expect(bag.lane == .check && bag.rule == "bags" && bag.judgements.count == 1)
        #expect(bag.reasons == ["stands on the border (category 'bags': bags or purses, the subject touches bottom)"])
        let rough = decision("rough/a/b.jpg", "shoes")
        #expect(rough.lane == .manual && rough.judgements.map(\.holds) == [false, true])
        #expect(decision("a.jpg", "shoes").lane == .publish)
        // What no rule knows is stated and goes to a person.
        let hat = decision("a.jpg", "hats")
        #expect(hat.lane == .check && hat.rule == nil && hat.reasons == ["no rule names the category 'hats'"])
        #expect(decision("a.jpg", nil).reasons == ["it has no category, and rules go by it"])
    }

    @Test func aRuleForAllPublishesNoUnknownCategory() throws {
        let rules = try rules(
            """
              - {name: shoes, when: {category: shoes}, lane: check}
              - {name: sure, when: {coverage: above 0.1}, lane: publish}
            """)
        let facts = PictureFacts(values: [.coverage: 0.4])
        let decision = rules.decision(on: BatchJob(input: "a", category: "hats"), facts)
        #expect(decision.lane == .check && decision.reasons == ["no rule names the category 'hats'"])
    }

    @Test func whatIsWrongHasItsLineAndColumn() {
        let cases: [(String, Int, Int, String)] = [
            ("  - {name: a, when: {colour: red}, lane: check}\n", 5, 22, "no 'colour'"),
            ("  - {name: a, when: {coverage: below 0}, lane: check}\n", 5, 33, "no value is below 0"),
            ("  - {name: a, when: {subjects: 5 to 2}, lane: check}\n", 5, 33, "no value is 5 to 2"),
            ("  - {name: a, when: {confidence: above 1.5}, lane: check}\n", 5, 35, "no value is above 1.5"),
            ("  - {name: a, when: {width: wide}, lane: check}\n", 5, 30, "'width' is below"),
            ("  - {name: a, when: {empty: maybe}, lane: check}\n", 5, 30, "true or false"),
            ("  - {name: a, when: {touches: above}, lane: check}\n", 5, 32, "'touches' is any"),
            ("  - {name: a, when: {file: \"[\"}, lane: check}\n", 5, 29, "no pattern"),
            ("  - {name: a, when: {empty: true}, lane: trash}\n", 5, 43, "publish, check, manual"),
            ("  - {name: a, when: {empty: true}}\n", 5, 5, "'lane' is missing"),
            ("  - {name: a, when: {}, lane: check}\n", 5, 22, "'when' is empty"),
            ("  - {name: a, when: {empty: true}, lane: check, exports: [shop]}\n", 5, 60, "no export 'shop'"),
            ("  - name: a\n    when: [\n", 7, 1, "no YAML"), ("  - {name: a, name: b}\n", 5, 5, "occurs twice"),
        ]
        for (text, line, column, part) in cases {
            let error = #expect(throws: BatchRulesError.self, "\(text)") { try rules(text) }
            guard let problem = error?.problems.first(where: { $0.reason.contains(part) }) else {
                Issue.record("\(text): \(error.map { "\($0)" } ?? "")")
                continue
            }
            #expect(problem.line == line && abs(problem.column - column) <= 2, "\(text): \(problem)")
        }
    }

    @Test func exportsAreChecked() {
        let cases: [(String, String)] = [
            ("{}", "'format' is missing"), ("{format: gif}", "png, jpeg"), ("{format: jpeg}", "no transparency"),
            ("{format: png, background: nowhere.jpg}", "neither a colour"), ("{format: png, canvas: big}", "2000x1500"),
            ("{format: png, canvas: 2000, fill: 2}", "a share"),
            ("{format: png, aspect: wide}", "'4:5'"), ("{format: png, canvas: 9, align: up}", "two shares"),
            ("{format: png, canvas: 9, margin: 1 2 3 4 5}", "one to four lengths"),
            ("{format: png, background: linear-gradient(white)}", "write linear-gradient"),
            ("{format: png, background: blur(much)}", "write blur(3%)"),
            ("{format: jpeg, background: \"#fff8\"}", "no transparency"),
            ("{format: png, blending: soft}", "linear, encoded"), ("{format: png, match-colors: 2}", "0 to 1"),
            ("{format: png, subject: 0}", "1 to"), ("{format: png, compression: 12}", "0 to 9"),
            ("{format: png, canvas: 900000x900000}", "'canvas' is 900000×900000; use 1 to"),
            ("{format: png, background: blur, shadow: keep}", "'shadow' is kept; use none, drop or contact"),
            ("{format: png, background: blur(2000%)}", "'background': radius is 2000%; use 0% to 100%"),
            ("{format: png, shadow: long}", "none, keep"), ("{format: png, shadow: \"drop:hue=3\"}", "details of drop"),
            ("{format: png, name: \"{stem}.jpg\"}", "no name for PNG"),
            ("{format: png, name: \"{color}.png\"}", "no {color}"), ("{format: png, quality: 0}", "1 to 100"),
            ("{format: png, preset: market}", "amazon"), ("{format: png, canvas: 9, cut-sides: free}", "flush, margin"),
            ("{format: png, mask-work: [melt: 1]}", "no step 'melt'"), ("{format: png, metadata: some}", "all, safe"),
        ]
        for (export, part) in cases {
            let error = #expect(throws: BatchRulesError.self, "\(export)") {
                try BatchRules(yaml: "exports:\n  shop: \(export)\notherwise: check\n")
            }
            #expect(
                error?.problems.contains { $0.reason.contains(part) } == true,
                "\(export): \(error.map { "\($0)" } ?? "")")
        }
        for text in ["", "a: b", "- 1", "exports: {a: {format: png}}", "otherwise: check", "x"] {
            #expect(throws: BatchRulesError.self, "\(text)") { try BatchRules(yaml: text) }
        }
    }

    /// Keys that need another, or contradict one, are refused where they stand: never ignored.
    @Test(arguments: [
        ("background-fit: tile", "'background-fit' is for a picture; name one with 'background'"),
        ("background: red, background-fit: cover", "is for a picture"),
        ("preset: amazon, background-position: top", "'background-position' is for a picture"),
        ("match-colors: 0.5", "add 'background'"),
        ("background: transparent, match-colors: 0.5", "transparent, name one that is seen"),
        ("blending: encoded", "'blending' is for what lies over a background"),
        ("canvas: 9, keep-hidden: true", "leave 'keep-hidden' or 'canvas' out"),
        ("background: white, keep-hidden: true", "hides no colours"), ("preset: etsy, keep-hidden: yes", "hides no"),
        ("mask: true, background: white", "leave 'mask' or 'background' out"),
        ("mask: true, shadow: drop", "leave 'mask' or 'shadow' out"), ("mask: true, decontaminate: true", "'decontam"),
        ("mask: true, blending: linear", "'blending'"), ("mask: true, match-colors: 1", "'match-colors'"),
        ("mask: true, keep-hidden: true", "'keep-hidden'"), ("mask: true, background-fit: tile", "'background-fit'"),
        ("fill: 0.5", "'fill' is for a frame; add 'crop'"), ("margin: 5%", "for a frame"),
        ("align: top", "for a frame"),
        ("cut-sides: flush", "for a frame"), ("max-enlargement: 2", "for a frame"),
        ("crop: true, fill: 0.5", "'margin'"),
        ("aspect: '4:5', max-enlargement: 2", "'max-enlargement' is for 'canvas' or 'preset'"),
        ("canvas: 9, margin: 5%, fill: 0.5", "leave one of them out"),
        ("crop: true, canvas: 9", "'crop', 'aspect' and 'canvas' each"),
        ("quality: 90", "'quality' is for JPEG and WebP; for PNG leave it out"),
        ("compression: lzw", "'compression' lzw is for TIFF; for PNG leave it out"),
    ])
    func whatNeedsAnotherKey(keys: String, part: String) throws {
        let error = #expect(throws: BatchRulesError.self) {
            try BatchRules(yaml: "exports:\n  shop: {format: png, \(keys)}\notherwise: check\n")
        }
        let problem = try #require(error?.problems.first { $0.reason.contains(part) }, "\(error.map { "\($0)" } ?? "")")
        // Behind the braces and the format: at the value of a key.
        #expect(problem.line == 2 && problem.column > 22)
        #expect(error?.problems.count == 1)
    }

    @Test func qualitiesAndEfforts() throws {
        for (format, keys, part) in [
            ("tiff", "quality: 90", "for TIFF leave it out"), ("psd", "quality: 90", "for PSD leave it out"),
            ("jpeg", "background: white, compression: fast", "fast is for PNG and WebP; for JPEG leave it out"),
            ("psd", "compression: 9", "for PSD leave it out"), ("tiff", "compression: 9", "deflate, lzw or none"),
        ] {
            let error = #expect(throws: BatchRulesError.self) {
                try BatchRules(yaml: "exports: {shop: {format: \(format), \(keys)}}\notherwise: check\n")
            }
            #expect(error?.problems.count == 1 && error?.problems.first?.reason.contains(part) == true, "\(keys)")
        }
        let words = EncodingWords(compression: CompressionWord("fast"), quality: 90)
        #expect(words.problem(for: .webp, { $0 })?.option == "compression")
        #expect(EncodingWords(compression: nil, quality: 90).problem(for: .webp, { $0 }) == nil)
        #expect(EncodingWords(compression: nil, quality: 90).problem(for: .jpeg, { $0 }) == nil)
    }

    @Test func unknownCategoriesNeedCategories() throws {
        let end = "unknown-category: manual\n"
        let error = #expect(throws: BatchRulesError.self) {
            try rules("  - {name: a, when: {empty: true}, lane: check}\n" + end)
        }
        #expect(error?.problems.first?.line == 6 && error?.problems.count == 1)
        let lane = try rules("  - {name: a, when: {category: shoes}, lane: check}\n" + end).unknownCategory
        #expect(lane == .manual)
    }

    /// Comments, quotes, blanks and the order of keys mean nothing; a word does, and the order of a list.
    @Test func theDigestIsOfWhatIsMeant() throws {
        let text = BatchRules.defaultText
        let digest = BatchRules.default.digest
        for other in [
            text + "\n", "\u{FEFF}" + text, "# mine\n\n" + text, text.replacing("\n", with: "\r\n"),
            text.replacing("publish: [cutout]", with: "publish:\n    - 'cutout' # one"),
            text.replacing("otherwise: publish", with: "").replacing("exports:", with: "otherwise: publish\nexports:"),
            text.replacing("    lane: check\n    reason: a", with: "    reason: &r a").replacing(
                "part of the matte is doubtful", with: "part of the matte is doubtful\n    lane: check"),
        ] {
            #expect(try BatchRules(yaml: other).digest == digest, "\(other)")
            #expect(other != text)
        }
        for other in [
            text.replacing("0.92", with: "0.93"), text.replacing("part of", with: "piece of"),
            text.replacing("manual: [layers]", with: "manual: [layers, cutout]"),
        ] { #expect(try BatchRules(yaml: other).digest != digest) }
        let lanes = ["manual: [layers, cutout]", "manual: [cutout, layers]"].map {
            text.replacing("manual: [layers]", with: $0)
        }
        #expect(try BatchRules(yaml: lanes[0]).digest != BatchRules(yaml: lanes[1]).digest)
    }

    @Test func aliasesStandForWhatIsWritten() throws {
        let written =
            "exports:\n  a: {format: png, shadow: drop}\n  b: {format: psd, shadow: drop}\notherwise: check\n"
        let aliased = written.replacing("png, shadow: drop", with: "png, shadow: &s drop").replacing(
            "psd, shadow: drop", with: "psd, shadow: *s")
        #expect(try BatchRules(yaml: aliased).digest == BatchRules(yaml: written).digest)
        // Globs look like aliases, and are none in quotes.
        #expect(
            try BatchRules(
                yaml: aliased
                    + "rules: [{name: \"a & b\", when: {file: [\"*a\", \"x *b\", '*c']}, lane: check}] # *d: &e\n"
            ).rules.count == 1)
    }

    /// Few bytes that would mean more than any machine can hold, or compare.
    @Test func aliasesOfAliasesAreRefused() {
        func nested(_ count: Int, _ use: (Int) -> String) -> String {
            "a0: &a0 [x]\n" + (1...count).map { "a\($0): &a\($0) \(use($0 - 1))\n" }.joined()
        }
        let cases: [(String, Int, Int, String)] = [
            (nested(40) { "{[*a\($0), *a\($0)]: 1}" }, 2, 12, "an alias (*name) is no key"),
            (nested(40) { "{? *a\($0) : 1, ? [*a\($0)] : 2}" }, 2, 12, "an alias (*name) is no key"),
            (nested(40) { "{*a\($0) : 1}" }, 2, 10, "an alias (*name) is no key"),
            (nested(40) { "{ {k: *a\($0)}: 1}" }, 2, 14, "an alias (*name) is no key"),
            (nested(12) { "[*a\($0), *a\($0), *a\($0)]" }, -1, 0, "is repeated by aliases (*name) too often"),
            (
                nested(12) { "[*a\($0), *a\($0), *a\($0)]" }.replacing("\n", with: "\r"), -1, 0,
                "is repeated by aliases"
            ),
            (nested(40) { "[*a\($0), *a\($0)]" }, -1, 0, "nested too deeply"),
            (nested(201) { "[*a\($0)]" }, 202, 12, "more than 200 aliases"),
            (String(repeating: "[", count: 40) + String(repeating: "]", count: 40), 1, 18, "nested too deeply"),
            ("a: *b\n", 1, 4, "undefined alias"), ("a: &b x\nc: *d\n", 2, 4, "undefined alias"),
        ]
        for (text, line, column, part) in cases {
            let error = #expect(throws: BatchRulesError.self) { try BatchRules(yaml: text) }
            guard let problem = error?.problems.first else { continue }
            #expect(
                problem.reason.contains(part)
                    && (line < 0 ? problem.line > 0 : problem.line == line && abs(problem.column - column) <= 2),
                "\(text.prefix(60)): \(problem)")
        }
    }

    /// By the names and in the words of `matte cut`.
    @Test func finishes() throws {
        let export = try #require(
            try BatchRules(
                yaml: """
                    exports:
                      shop:
                        format: jpeg
                        background: linear-gradient(90deg, white, rgb(204 204 204) 40%, black)
                        shadow: drop:opacity=0.3,blur=5%,down=10px,color=navy
                        canvas: 1600x1200
                        margin: 5% 10px
                        align: 50%,90%
                        cut-sides: margin
                        max-enlargement: 2
                        blending: encoded
                        match-colors: 0.4
                        subject: 2
                        mask-work: [shrink: 0.5, smooth: 3, invert]
                        quality: 70
                    otherwise: check
                    """
            ).export("shop"))
        let finish = export.finish
        guard case .gradient(let gradient) = finish.background else {
            Issue.record("\(finish.background)")
            return
        }
        #expect(gradient.stops.map(\.location) == [0, 0.4, 1])
        #expect(
            finish.shadow
                == .drop(
                    across: .share(0), down: .pixels(10), blur: .share(0.05), opacity: 0.3,
                    color: try RasterColor("navy")))
        var framing = Framing.product(width: 1600, height: 1200)
        framing.margins = .init(top: .share(0.05), left: .pixels(10), bottom: .share(0.05), right: .pixels(10))
        framing.alignment = CanvasPosition(x: 0.5, y: 0.9)
        framing.cutSides = .margin
        framing.largestScale = 2
        #expect(finish.framing == framing && finish.blending == .encoded && finish.matching?.strength == 0.4)
        guard case .number(2) = finish.subjects else {
            Issue.record("\(finish.subjects)")
            return
        }
        #expect(finish.maskWork == [.shrink(0.5), .smooth(radius: 3, tolerance: 0.2), .invert])
        #expect(export.encoding.jpegQuality == 70)
    }

    /// A picture behind the subject lies beside the rules, and is a part of them.
    @Test func pictures() throws {
        try TemporaryFolder.with { folder in
            func write(_ bytes: [UInt8], _ name: BytePath) throws {
                try bytes.withBytes { (bytes) throws in try AtomicFile.write(bytes, to: folder(name)) }
            }
            func wall(_ side: Int) throws -> [UInt8] {
                try RasterImage(width: side, height: side, colorModel: .rgb).encoded(as: .png).withBytes { Array($0) }
            }
            func rules() throws -> BatchRules { try BatchRules(contentsOf: BatchPath(folder("rules.yaml"))) }
            let text =
                "exports:\n  shop: {format: jpeg, background: wall.png, background-fit: tile(0.5)}\notherwise: check\n"
            try write(Array(text.utf8), "rules.yaml")
            #expect(throws: BatchRulesError.self) { try rules() }
            try write(wall(8), "wall.png")
            let first = try rules()
            guard case .backdrop(let backdrop)? = first.export("shop")?.finish.background else {
                Issue.record("no backdrop")
                return
            }
            #expect(backdrop.scaling == .tile(0.5))
            #expect(try rules().digest == first.digest)
            try write(wall(9), "wall.png")
            #expect(try rules().digest != first.digest)
        }
    }

    @Test func names() throws {
        let job = BatchJob(id: "7/8", input: "in/a/left.JPG", name: "a/left.JPG", sku: "S/1")
        func path(_ template: String) throws -> BytePath {
            try NameTemplate(template).path(of: job, channel: "shop", format: .jpeg)
        }
        #expect(try path("{folder}/{stem}.{ext}") == "a/left.jpg")
        #expect(try path("{sku}_{channel}.{ext}") == "S-1_shop.jpg")
        #expect(try path("/../{id}.{ext}") == "7-8.jpg")
        #expect(throws: NameTemplate.Problem.self) { try path("{category}.{ext}") }
        #expect(throws: NameTemplate.Problem.self) { try path("{folder}/") }
        for text in ["", "{", "a}", "{x}"] { #expect(throws: NameTemplate.Problem.self) { try NameTemplate(text) } }
    }

    @Test func ranges() throws {
        #expect(RuleRange("20% to 30%") == .between(0.2, 0.3))
        #expect(RuleRange("at least 3")?.contains(3) == true && RuleRange("at most 3")?.contains(3.5) == false)
        #expect(RuleRange("unknown")?.contains(nil) == true && RuleRange("below 1")?.contains(nil) == false)
        for text in ["", "under 3", "at 3", "1 - 2", "below", "nan", "inf"] {
            #expect(RuleRange(text) == nil, "\(text)")
        }
    }
}
