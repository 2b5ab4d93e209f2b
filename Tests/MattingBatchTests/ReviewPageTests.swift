import Files
import Foundation
import Matting
import Testing

@testable import ImageCodecs
@testable import MattingBatch

/// What a review page holds: order, names, texts that must stay texts.
@Suite struct ReviewPageTests {
    private static func image(_ side: Int = 8, _ model: RasterImage.ColorModel = .rgb) throws -> RasterImage {
        var image = try RasterImage(width: side, height: side, colorModel: model)
        try image.withMutablePixels8 { samples in
            for index in samples.indices { samples[index] = UInt8(truncatingIfNeeded: index &* 37) }
        }
        return image
    }

    private static func previews(_ side: Int = 8) throws -> ReviewPreviews {
        ReviewPreviews(
            original: .image(try image(side)), cutout: .image(try image(side, .rgba)),
            doubt: .image(try image(side, .gray)))
    }

    private static func text(_ page: ReviewPage) -> String { String(decoding: page.html, as: UTF8.self) }

    /// The data of a page as a browser's parser gets it: what lies between the element's tags, as JSON.
    private static func items(_ page: ReviewPage) throws -> [[Any]] {
        let html = text(page)
        let start = try #require(html.range(of: "id=\"data\">"))
        let end = try #require(html.range(of: "</script>", range: start.upperBound..<html.endIndex))
        let json = Data(html[start.upperBound..<end.lowerBound].utf8)
        let object = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
        return try #require(object["items"] as? [[Any]])
    }

    @Test func pageAndPreviewsAreWritten() throws {
        try TemporaryFolder.with { folder in
            let path = folder("a/review")
            var page = try ReviewPage(folder: path, batch: "b1", title: "Shoes")
            try page.add(ReviewItem(id: "x1", name: "x1.jpg", lane: "check"), previews: Self.previews(2000))
            try page.finish()
            let names = try path.appending("previews").namesInFolder().map(\.description).sorted()
            #expect(names == ["p-x1-cutout.png", "p-x1-doubt.png", "p-x1-original.jpg"])
            let original = try RasterImage(contentsOf: path.appending("previews/p-x1-original.jpg"))
            #expect(original.width == 1024 && original.height == 1024)
            let cutout = try RasterImage(contentsOf: path.appending("previews/p-x1-cutout.png"))
            #expect(cutout.width == 1024 && cutout.colorModel == .rgba)
            let index = try RasterImage.whole(path.appending("index.html"))
            #expect(index == page.html)
        }
    }

    @Test func grayDoubtIsColoredAndOtherDoubtIsNot() throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: "b")
            var map = try RasterImage(width: 3, height: 1, colorModel: .gray)
            try map.withMutablePixels8 {
                $0[0] = 0; $0[1] = 64; $0[2] = 255
            }
            try page.add(
                ReviewItem(id: "g", name: "g", lane: "check"),
                previews: ReviewPreviews(
                    original: .image(Self.image()), cutout: .image(Self.image()), doubt: .image(map)))
            let doubt = try RasterImage(contentsOf: folder("previews/p-g-doubt.png"))
            #expect(doubt.colorModel == .rgba)
            try doubt.withPixels8 { samples in
                // Alpha is the root of the doubt: √(64/255) = 0.501.
                #expect([samples[3], samples[7], samples[11]] == [0, 128, 255])
            }
            try page.add(
                ReviewItem(id: "c", name: "c", lane: "check"),
                previews: ReviewPreviews(
                    original: .image(Self.image()), cutout: .image(Self.image()), doubt: .image(Self.image())))
            #expect(try RasterImage(contentsOf: folder("previews/p-c-doubt.png")).colorModel == .rgb)
        }
    }

    @Test func mostUrgentAndLeastSureComeFirstInWhateverOrderTheyAreAdded() throws {
        let items = [
            ReviewItem(id: "low", name: "", lane: "check", priority: -1, uncertainty: 1),
            ReviewItem(id: "b", name: "", lane: "check", priority: 5, uncertainty: 0.2),
            ReviewItem(id: "a", name: "", lane: "manual", priority: 5, uncertainty: 0.2),
            ReviewItem(id: "unsure", name: "", lane: "check", priority: 5, uncertainty: 0.9),
            ReviewItem(id: "first", name: "", lane: "check", priority: 9),
        ]
        var pages: [[UInt8]] = []
        for items in [items, items.reversed()] {
            try TemporaryFolder.with { folder in
                var page = try ReviewPage(folder: folder.path, batch: "b")
                for item in items { try page.add(item, previews: Self.previews()) }
                let ids = page.lines.sorted.map { String(decoding: $0.id, as: UTF8.self) }
                #expect(ids == ["first", "unsure", "a", "b", "low"])
                pages.append(page.html)
            }
        }
        #expect(pages[0] == pages[1])
    }

    @Test(arguments: [
        "</script><script>alert(1)</script>", "<!--", "\"><img src=x onerror=alert(1)>", "a\nb\tc\u{0}d", "&lt;",
        "\\u0041\\",
        "\u{2028}\u{2029}", "' onload='x", "\u{202E}gpj.exe", "👩‍👩‍👧", "e\u{301}", "]]>", "${x}`", "__proto__",
    ])
    func hostileTextsStayTexts(text: String) throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: text, title: text)
            let item = ReviewItem(
                id: text, name: text, lane: text, category: text, priority: 3, uncertainty: 0.25,
                reasons: [text, text], seen: text)
            try page.add(item, previews: Self.previews())
            let html = Self.text(page)
            // The only scripts are the page's own two.
            #expect(html.components(separatedBy: "<script").count == 3)
            #expect(html.components(separatedBy: "</script").count == 3)
            #expect(!html.contains("<!--") && !html.contains("onerror=alert(1)>") && !html.contains("<img src=x"))
            let data = try #require(try Self.items(page).first)
            #expect(data.prefix(4).map { $0 as? String } == [text, text, text, text])
            #expect(data[4] as? Int == 3 && data[5] as? Double == 0.25 && data[6] as? [String] == [text, text])
            #expect(data[10] as? String == text)
            let names = try folder("previews").namesInFolder()
            #expect(names.count == 3)
            let isSafe = names.allSatisfy { name in
                name.bytes.allSatisfy { byte in
                    (97...122).contains(byte) || (48...57).contains(byte) || "-_~.".utf8.contains(byte)
                }
            }
            #expect(isSafe)
        }
    }

    @Test func namesOfPreviewsTellIdsApart() {
        let long = String(repeating: "ä", count: 300)
        let ids = ["a", "A", "a b", "a~20b", "a/b", "..", "con", "é", "e\u{301}", long, long + "x", "~", "~7e", ""]
        let names = ids.map(ReviewName.of)
        #expect(Set(names).count == ids.count)
        #expect(names.allSatisfy { $0.utf8.count <= ReviewName.limit })
        #expect(names[0] == "p-a" && names[1] == "p-~41" && names[4] == "p-a~2fb")
    }

    @Test func pageRefersToNothingButItsPreviews() throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: "b")
            try page.add(ReviewItem(id: "x", name: "x", lane: "check"), previews: Self.previews())
            let html = Self.text(page)
            #expect(!html.contains("http:") && !html.contains("https:") && !html.contains("//cdn"))
            #expect(html.contains("default-src 'none'"))
            // NIST's vector for "abc", in the base64 that policies are written in.
            #expect(
                ReviewPage.base64([]) == "" && ReviewPage.base64([1]) == "AQ==" && ReviewPage.base64([1, 2]) == "AQI=")
            #expect(ReviewPage.base64([0xFB, 0xFF, 0xFE]) == "+//+")
        }
    }

    // MARK: Errors

    @Test func emptyID() throws {
        try Self.expect(.emptyID, ReviewItem(id: "", name: "x", lane: "check"))
    }

    @Test(arguments: [-0.1, 1.1, .nan, .infinity])
    func invalidUncertainty(value: Double) throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: "b")
            #expect {
                try page.add(
                    ReviewItem(id: "x", name: "x", lane: "check", uncertainty: value), previews: try Self.previews())
            } throws: { error in
                if case ReviewError.invalidUncertainty("x", _) = error { true } else { false }
            }
        }
    }

    @Test func sameID() throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: "b")
            try page.add(ReviewItem(id: "x", name: "1", lane: "check"), previews: Self.previews())
            #expect(throws: ReviewError.sameID("x")) {
                try page.add(ReviewItem(id: "x", name: "2", lane: "check"), previews: Self.previews())
            }
            #expect(page.count == 1)
        }
    }

    @Test func notShown() throws {
        let psd = try Self.image().encoded(as: .psd).withBytes { Array($0) }
        for (file, format) in [(psd, ImageFormat.psd), ([1, 2, 3], nil)] {
            try Self.expect(
                .notShown(id: "x", format), ReviewItem(id: "x", name: "x", lane: "check"),
                ReviewPreviews(original: .file(file), cutout: .file(file)))
        }
    }

    @Test func brokenDoubt() throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: "b")
            var previews = try Self.previews()
            previews.doubt = .file([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            #expect {
                try page.add(ReviewItem(id: "x", name: "x", lane: "check"), previews: previews)
            } throws: { error in
                if case ReviewError.image = error { true } else { false }
            }
            #expect(page.count == 0)
        }
    }

    @Test func filesAreShownAsTheyAre() throws {
        try TemporaryFolder.with { folder in
            let file = try Self.image(9, .rgba).encoded(as: .png).withBytes { Array($0) }
            var page = try ReviewPage(folder: folder.path, batch: "b")
            try page.add(
                ReviewItem(id: "x", name: "x", lane: "check"),
                previews: ReviewPreviews(original: .file(file), cutout: .file(file)))
            #expect(try RasterImage.whole(folder("previews/p-x-original.png")) == file)
            #expect(try Self.items(page)[0][9] is NSNull)
        }
    }

    @Test func earlierPreviewsAreKept() throws {
        try TemporaryFolder.with { folder in
            let item = ReviewItem(id: "x", name: "x", lane: "check")
            var first = try ReviewPage(folder: folder.path, batch: "b")
            try first.add(item, previews: Self.previews())
            var second = try ReviewPage(folder: folder.path, batch: "b")
            try second.keep(item)
            #expect(first.html == second.html)
            #expect {
                try second.keep(ReviewItem(id: "y", name: "y", lane: "check"))
            } throws: { error in
                if case ReviewError.missingPreview("y", _) = error { true } else { false }
            }
        }
    }

    @Test func invalidSide() throws {
        try TemporaryFolder.with { folder in
            for side in [0, 63, 4097, .max] {
                #expect(throws: ReviewError.invalidSide(side, allowed: 64...4096)) {
                    try ReviewPage(folder: folder.path, batch: "b", options: .init(previewSide: side))
                }
            }
            #expect(throws: ReviewError.image(.invalidOption(name: "jpegQuality", value: 0, allowed: 1...100))) {
                try ReviewPage(folder: folder.path, batch: "b", options: .init(jpegQuality: 0))
            }
        }
    }

    @Test func folderThatIsAFile() throws {
        try TemporaryFolder.with { folder in
            let file = try folder.make("file")
            #expect {
                try ReviewPage(folder: file, batch: "b")
            } throws: { error in
                if case ReviewError.folder = error { true } else { false }
            }
        }
    }

    private static func expect(
        _ error: ReviewError, _ item: ReviewItem, _ previews: ReviewPreviews? = nil
    ) throws {
        try TemporaryFolder.with { folder in
            var page = try ReviewPage(folder: folder.path, batch: "b")
            #expect(throws: error) { try page.add(item, previews: previews ?? Self.previews()) }
            #expect(page.count == 0)
        }
    }
}

extension RasterImage {
    /// The bytes of a file.
    fileprivate static func whole(_ path: BytePath) throws -> [UInt8] {
        try WholeFile.readAll(path: path).withBytes { Array($0) }
    }
}
