import Foundation
import PictureTestSupport
import Testing

@testable import Matting

/// The commands of the article on whole shoots, run on a small one.
@Suite struct BatchDocumentationTests {
    @Test func aShootDayRunsAsItIsWritten() throws {
        let article = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appendingPathComponent("../../../../Sources/Matting/Documentation.docc/Batch.md")
        let text = try String(contentsOf: article, encoding: .utf8)
        let start = try #require(text.range(of: "## A shoot day: 1,200 pictures\n"))
        let section = text[start.upperBound...]
        let day = section[..<(section.range(of: "\n## ")?.lowerBound ?? section.endIndex)]
        let commands = day.components(separatedBy: "```sh\n").dropFirst().compactMap {
            $0.components(separatedBy: "\n```").first
        }
        #expect(commands.count == 6)
        try TemporaryFolder.with { folder in
            try folder.makeFolder("shoot")
            for (name, radius) in [("shoe", 0.3), ("bag", 0.35), ("hat", 0.4)] {
                try folder.write(.ball(radius: radius), "shoot/\(name).jpg")
            }
            let table =
                "path,sku,category,priority,deadline,brief\nshoe.jpg,S-1,shoes,high,2026-11-30,\nbag.jpg,S-2,,,,\n"
            try folder.write(Array((table + "hat.jpg,S-3,hats,,2026-12-01,\"the brim, too\"\n").utf8), "shoot/jobs.csv")
            for command in commands {
                if command.contains("--apply") {
                    // What the page saves where nobody has pressed a key.
                    let page = String(decoding: try folder.bytes("out/review/index.html"), as: UTF8.self)
                    let mark = try #require(page.range(of: "{\"batch\":\""))
                    let name = page[mark.upperBound...].prefix { $0 != "\"" }
                    try folder.write(Array("{\"batch\":\"\(name)\",\"decisions\":[]}".utf8), "decisions.json")
                }
                // The command is the shell's `matte`.
                let script = "matte() { \"$executable\" \"$@\"; }; executable=$1; \(command)"
                let outcome = try Command.run([], in: folder, through: script)
                expectStatus(0, outcome)
            }
            #expect(folder.exists("out/manifest.jsonl") && folder.exists("rules.yaml"))
        }
    }
}
