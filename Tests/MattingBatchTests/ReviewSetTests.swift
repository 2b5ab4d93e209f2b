import Files
import Foundation
import Matting
import Testing

@testable import MattingBatch

/// Pages for `Tests/Review/run`, which opens them in a browser, and what it saves there: only where `MATTING_REVIEW_SET`
/// names a folder.
@Suite(.enabled(if: ProcessInfo.processInfo.environment["MATTING_REVIEW_SET"] != nil), .serialized)
struct ReviewSetTests {
    private static let folder = BytePath(ProcessInfo.processInfo.environment["MATTING_REVIEW_SET"] ?? "")
    /// The repository's own.
    private static let scenes = BytePath(#filePath).folder.appending("../Scenes")

    /// Names as customers and attackers have them.
    private static let names = [
        "</script><script>document.body.dataset.ran = 1</script>.jpg",
        "\"><img src=x onerror=\"document.body.dataset.ran = 1\">.jpg", "<!-- .jpg", "line\nbreak\tand tab.jpg",
        "\u{202E}gpj.eliforp.jpg", "café \u{65}\u{301} ☕️.jpg", "a&amp;b & c.jpg", "it's `${1}` \\ fine.jpg",
        BytePath(bytes: [0x62, 0x61, 0x64, 0xE9, 0xFF, 0x2E, 0x6A, 0x70, 0x67]).description, "__proto__",
        String(repeating: "very long name ", count: 30) + ".jpg", "",
    ]
    private static let reasons = [
        "confidence 0.31 is below 0.50", "the subject touches the border", "3 subjects where 1 is expected",
        "12 % of the subject's outline is unsure", "low contrast between subject and ground",
        "category “glass” is for people", "<b>bold</b> & </script>",
    ]

    private static func previews(_ scene: String) throws -> ReviewPreviews {
        let image = try RasterImage(contentsOf: scenes.appending(BytePath("\(scene).jpg")))
        let truth = try RasterImage(contentsOf: scenes.appending(BytePath("\(scene).alpha.png")))
        let result = try MattingResult(image: image, alpha: AlphaMatte(truth))
        // Doubt where the matte is soft, as networks have it.
        let side = 384
        let small = try truth.reduced(toWidth: side, height: side)
        var doubt = try RasterImage(width: small.width, height: small.height, colorModel: .gray)
        try small.withPixels8 { alpha in
            let channels = small.colorModel.channelCount
            try doubt.withMutablePixels8 { target in
                for index in target.indices {
                    let value = Double(alpha[index * channels]) / 255
                    target[index] = UInt8((4 * value * (1 - value) * 200).rounded())
                }
            }
        }
        // Encoded once for all pictures of the scene, as small as the page would make them.
        func file(_ image: RasterImage, _ format: ImageFormat) throws -> ReviewPreviews.Source {
            .file(try image.reduced(toSide: 1024).encoded(as: format).withBytes { Array($0) })
        }
        return ReviewPreviews(
            original: try file(image, .jpeg), cutout: try file(try result.cutout(), .png), doubt: .image(doubt))
    }

    @Test func pages() throws {
        let scenes = ["plush", "bottle", "head", "plant", "shoe"]
        let previews = try scenes.map(Self.previews)
        for (name, count) in [("small", 60), ("large", 2000)] {
            var page = try ReviewPage(
                folder: Self.folder.appending(BytePath(name)), batch: "\(name) </script> 2026-11-29",
                title: name == "small" ? "Autumn shoes & bags <2026>" : "2,000 pictures")
            for index in 0..<count {
                let isHostile = name == "small" && index < Self.names.count
                let item = ReviewItem(
                    id: isHostile ? "\(Self.names[index])#\(index)" : "picture-\(index)",
                    name: isHostile ? Self.names[index] : "IMG_\(4000 + index).jpg",
                    lane: index % 3 == 0 ? "manual" : "check", category: ["shoes", "glass", "", "hair"][index % 4],
                    priority: [0, 0, 5, 0, 10][index % 5], uncertainty: Double((index * 37) % 100) / 100,
                    reasons: (0...index % 3).map { Self.reasons[(index + $0 * 2) % Self.reasons.count] },
                    seen: "seen \(index) </script>")
                var shown = previews[index % previews.count]
                if index % 4 == 1 { shown.doubt = nil }
                try page.add(item, previews: shown)
            }
            try page.finish()
        }
        let empty = try ReviewPage(folder: Self.folder.appending("empty"), batch: "empty")
        #expect(empty.count == 0)
        try empty.finish()
        _ = empty
    }

    /// What the browser saved; the script says how many there must be.
    @Test func decisions() throws {
        guard let count = ProcessInfo.processInfo.environment["MATTING_REVIEW_DECISIONS"].flatMap({ Int($0) }) else {
            return
        }
        let decisions = try Decisions(contentsOf: Self.folder.appending("decisions.json"))
        let ids =
            (0..<60).map { $0 < Self.names.count ? "\(Self.names[$0])#\($0)" : "picture-\($0)" }
        try decisions.check(batch: "small </script> 2026-11-29", ids: ids)
        #expect(decisions.decisions.count == count)
        #expect(decisions.decisions.allSatisfy { $0.seen.hasPrefix("seen ") && $0.seen.hasSuffix(" </script>") })
        #expect(Set(decisions.decisions.map(\.action)) == [.accept, .reject])
        #expect(decisions.decisions.contains { $0.note == "hair </script> \"é\" 😀" })
    }
}
