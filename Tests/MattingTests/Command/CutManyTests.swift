import PictureTestSupport
import Testing
import TestSupport

/// More photographs than anybody writes by hand: `matte shoot/*.jpg`.
@Suite struct CutManyTests {
    /// In their order, around options, and names that begin with a dash after `--`.
    @Test func everyPhotographIsSeenOnce() throws {
        try TemporaryFolder.with { folder in
            let names = (0..<200).map { "missing\($0).jpg" }
            let words =
                ["cut"] + names[..<100] + ["-o", "out/"] + names[100..<195] + ["--json", names[195], "--quiet", "--"]
                + ["-dash.jpg"] + names[196...]
            let outcome = try Command.run(words, in: folder)
            expectStatus(1, outcome)
            let seen = try outcome.objects().compactMap { $0["input"] as? String }
            #expect(seen == names[..<196] + ["-dash.jpg"] + names[196...])
        }
    }

    /// The parser's time grows with the square of the words that it sees.
    @Test(.timeLimit(.minutes(1))) func twentyThousandTakeNoTime() throws {
        let words = (0..<20_000).map { "\($0).jpg" } + ["sub/19999.jpg"]
        let outcome = try Command.run(words + ["-o", "out/"])
        expectStatus(64, outcome, says: "'19999.jpg' and 'sub/19999.jpg' would both become")
        expectStatus(64, try Command.run(["ctu"] + words), says: "matte cut")
    }
}
