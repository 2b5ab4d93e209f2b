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
            ("{format: png, background: nowhere}", "a colour"), ("{format: png, canvas: big}", "2000x1500"),
            ("{format: png, canvas: 2000, fill: 2}", "0.01 to 1"), ("{format: png, fill: 0.5}", "add 'canvas'"),
            ("{format: png, shadow: long}", "none, keep"), ("{format: png, name: \"{stem}.jpg\"}", "no name for PNG"),
            ("{format: png, name: \"{color}.png\"}", "no {color}"), ("{format: png, quality: 0}", "1 to 100"),
            ("{format: png, preset: market}", "amazon"), ("{format: png, mask: true, shadow: drop}", "no shadow"),
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
