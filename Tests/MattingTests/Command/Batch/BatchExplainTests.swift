import Foundation
import Testing

@testable import Matting

/// `matte batch --explain`: with the batch's own words a photograph is the job that it is there.
@Suite struct BatchExplainTests {
    private static let rules = """
        exports: {cutout: {format: png}}
        rules:
          - {name: of the folder, when: {folder: sub}, lane: check}
          - {name: shoes, when: {category: shoes}, lane: manual}
        otherwise: publish
        unknown-category: publish
        """

    @Test func aJobIsExplained() throws {
        try BatchFolder.with { batch in
            try batch.folder.write(Array(Self.rules.utf8), "rules.yaml")
            try batch.folder.write(Array("path,id,category\na.png,17,shoes\na.png,18,bags\n".utf8), "in/jobs.csv")
            // Names of a batch are relative to <in>.
            let inside = try batch.run(["in", "--explain", "in/sub/b.png"])
            expectStatus(0, inside)
            #expect(
                inside.text.contains("in/sub/b.png: check\n") && inside.text.contains("✓ of the folder: folder 'sub'"))
            #expect(!inside.text.contains("not known"))
            let run = try batch.results(batch.run(["in", "out", "--json"]))
            #expect(run["sub/b.png"]?["rule"] as? String == "of the folder")
            // A list knows categories; a photograph may be two jobs; under another name it is the same.
            try batch.folder.link("linked.png", to: batch.folder("in/a.png"))
            let listed = try batch.run(["in/jobs.csv", "out", "--explain", "linked.png"])
            expectStatus(0, listed)
            #expect(
                listed.text.contains("linked.png (17): manual\n") && listed.text.contains("linked.png (18): publish\n"))
            // Without <in> it says what it does not know.
            let alone = try batch.run(["--explain", "in/sub/b.png"])
            expectStatus(0, alone)
            #expect(alone.text.contains("not known without <in>, and rules ask for it: category, folder"))
            expectStatus(
                64, try batch.run(["in/sub", "--explain", "in/a.png"]), says: "none of the pictures that 'in/sub'")
            expectStatus(
                64, try batch.run(["--explain", "in"]), says: "is a folder", "matte batch in/ --explain in/photo.jpg")
            expectStatus(1, try batch.run(["in", "--explain", "in/none.png"]), says: "in/none.png: cannot be read")
        }
    }
}
