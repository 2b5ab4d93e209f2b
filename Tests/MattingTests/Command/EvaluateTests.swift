import Foundation
import ImageCodecs
import MatteEvaluation
import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// `matte evaluate`: where it finds pictures and truths, and what it says of them.
@Suite struct EvaluateTests {
    // MARK: Where things lie

    @Test func foldersOfAllParts() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "images/round/b.png", alpha: "alphas/round/b.png")
            try Self.write(folder, image: "images/round/a.PNG", alpha: "alphas/round/a.png")
            try Self.write(folder, image: "images/flat/deep/c.png", alpha: "alphas/flat/deep/c.png", shift: 5)
            // Neither hidden files nor other kinds count.
            try folder.write([1], "images/.hidden.png")
            try folder.write([1], "images/notes.txt")
            let outcome = try Command.run(["evaluate", folder.path, "--json"])
            expectStatus(0, outcome)
            let objects = try outcome.objects()
            try #require(objects.count == 4)
            #expect(
                objects.prefix(3).map { $0["image"] as? String } == [
                    folder("images/flat/deep/c.png"), folder("images/round/a.PNG"), folder("images/round/b.png"),
                ])
            #expect(objects.prefix(3).map { $0["category"] as? String } == ["flat/deep", "round", "round"])

            let result = try SharedPipeline.standard.get().matte(RasterImage.ball())
            try Self.expect(objects[1], result.metrics(against: Self.truth()))
            try Self.expect(objects[0], result.metrics(against: Self.truth(shift: 5)))

            let all = try #require(objects[3]["all"] as? [String: Any])
            #expect(all["pictures"] as? Int == 3 && all["subjects"] as? Int == 3)
            let categories = try #require(objects[3]["categories"] as? [String: [String: Any]])
            #expect(categories.keys.sorted() == ["flat/deep", "round"])
            #expect(categories["round"]?["pictures"] as? Int == 2)
            #expect(categories["round"]?["mae"] as? Double == objects[1]["mae"] as? Double)
            #expect(objects[3]["failed"] as? Int == 0 && objects[3]["trimaps"] as? Int == 0)
        }
    }

    @Test(arguments: [("im", "gt"), ("image", "matte"), ("original", "mask")])
    func namesOfPublicSets(images: String, alphas: String) throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "\(images)/a.png", alpha: "\(alphas)/a.png")
            let objects = try Self.objects([folder.path + "/"])
            #expect(objects.count == 2 && objects[0]["image"] as? String == folder("\(images)/a.png"))
        }
    }

    @Test func namesWithTabsAndTemporariesOfAKilledRun() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "set/image/a\tb.png", alpha: "set/mask/a\tb.png")
            try folder.makeFolder("out")
            try folder.write([1], "out/.rows.tsv.1abc-7.matte-partial")
            expectStatus(0, try Command.run(["evaluate", folder("set"), "--tsv", folder("out/rows.tsv")]))
            #expect(try folder.names("out") == ["rows.tsv"])
            let rows = try String(decoding: folder.bytes("out/rows.tsv"), as: UTF8.self).split(separator: "\n")
            let columns = rows.map { $0.split(separator: "\t", omittingEmptySubsequences: false).count }
            #expect(rows.count == 2 && columns[0] == columns[1])
            #expect(rows[1].contains("a\\tb.png"))
        }
    }

    @Test func sideBySide() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "a.png", alpha: "a.alpha.png")
            try Self.write(folder, image: "sub/b.png", alpha: "sub/b.alpha.png")
            let objects = try Self.objects([folder.path])
            #expect(objects.prefix(2).map { $0["category"] as? String } == ["", "sub"])
            #expect(objects.prefix(2).map { $0["area"] as? String } == ["picture", "picture"])
        }
    }

    @Test func trimapsLimitTheSums() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "a.png", alpha: "a.alpha.png", shift: 9)
            let trimap = try RasterImage.noise(width: 96, height: 80, colorModel: .gray)
            try folder.write(trimap, "a.trimap.png")
            let metrics = try SharedPipeline.standard.get().matte(RasterImage.ball()).metrics(
                against: Self.truth(shift: 9), trimap: trimap)
            let objects = try Self.objects([folder.path])
            #expect(objects[0]["area"] as? String == "unknown" && objects[1]["trimaps"] as? Int == 1)
            try Self.expect(objects[0], metrics)
            let whole = try Self.objects([folder.path, "--ignore-trimaps"])
            #expect(whole[0]["area"] as? String == "picture")
            #expect(try #require(whole[0]["sad"] as? Double) > metrics.sumOfAbsoluteDifferences)

            let text = try Command.run(["evaluate", folder.path]).text
            #expect(text.contains("unknown area of the trimaps"))
        }
    }

    @Test func listOfFiles() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "in/a.png", alpha: "true/x.png")
            let other = try folder.write(.plain(width: 64, height: 48, [90, 90, 90]), "elsewhere.png")
            // As editors of other systems write it: a mark of byte order, and lines that end in two characters.
            let lines = [
                "\u{FEFF}category\timage\tnote\talpha\ttrimap", "round\tin/a.png\tfirst\ttrue/x.png\t",
                "none\t\(other)\t\t-\t-", "", "\tin/a.png\t\t\(folder("true/x.png"))\t-",
            ]
            try folder.write(Array(lines.joined(separator: "\r\n").utf8), "set.tsv")
            let objects = try Self.objects(["--list", folder("set.tsv")])
            try #require(objects.count == 4)
            #expect(objects.prefix(3).map { $0["category"] as? String } == ["round", "none", ""])
            #expect(objects[0]["image"] as? String == folder("in/a.png") && objects[1]["image"] as? String == other)
            // No subject, and none found: nothing to overlap.
            #expect(objects[1]["trueSubject"] as? Bool == false && objects[1]["foundSubject"] as? Bool == false)
            #expect(objects[1]["mae"] as? Double == 0 && objects[1]["iou"] == nil && objects[1]["maxF"] == nil)
            let all = try #require(objects[3]["all"] as? [String: Any])
            #expect(all["pictures"] as? Int == 3 && all["subjects"] as? Int == 2 && all["keptEmpty"] as? Int == 1)
            #expect(all["iou"] as? Double == objects[0]["iou"] as? Double)

            let inFolder = try Command.run(["evaluate", "--list", "set.tsv", "--limit", "1", "--json"], in: folder)
            expectStatus(0, inFolder)
            #expect(try inFolder.objects()[0]["image"] as? String == "in/a.png")
        }
    }

    @Test func truthBelongsToTheUprightPicture() throws {
        try TemporaryFolder.with { folder in
            let source = try Fixtures.path("../ImageCodecsTests/Fixtures/orientation-6.jpg")
            let upright = try RasterImage(contentsOf: source)
            try #require(upright.width != upright.height)
            try FileManager.default.copyItem(atPath: source, toPath: folder("a.jpg"))
            try folder.write(
                RasterImage(width: upright.width, height: upright.height, colorModel: .gray), "a.alpha.png")
            let objects = try Self.objects([folder.path])
            #expect(objects[0]["width"] as? Int == upright.width && objects[0]["height"] as? Int == upright.height)
            // As it lies in the file it does not fit.
            try folder.write(
                RasterImage(width: upright.height, height: upright.width, colorModel: .gray), "a.alpha.png")
            expectStatus(
                1, try Command.run(["evaluate", folder.path]), says: "\(upright.height)×\(upright.width)", "upright")
        }
    }

    // MARK: What it prints and writes

    @Test func tableForPeople() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "b/a.png", alpha: "b/a.alpha.png")
            try folder.write(.plain(width: 64, height: 48, [90, 90, 90]), "b.png")
            let outcome = try Command.run(["evaluate", folder.path, "--missing-is-empty", "--threads", "1"])
            expectStatus(0, outcome)
            #expect(outcome.messages.isEmpty)
            let lines = outcome.text.split(separator: "\n").map(String.init)
            for name in ["pictures", "MAE", "MSE", "SAD", "Grad", "Conn", "IoU", "max F", "bound. IoU", "ms"] {
                #expect(lines[0].contains(name), "\(name)")
            }
            // Without a category first, then in order, then all.
            #expect(lines[2].hasPrefix("–  ") && lines[3].hasPrefix("b  ") && lines[5].hasPrefix("all"))
            #expect(outcome.text.contains("over whole pictures"))
            #expect(outcome.text.contains("of 1 without, 1 came out empty"))
            #expect(lines.allSatisfy { $0.last != " " })
        }
    }

    @Test func oneCategoryHasNoRowOfItsOwn() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "b/a.png", alpha: "b/a.alpha.png")
            let lines = try Command.run(["evaluate", folder.path]).text.split(separator: "\n")
            #expect(lines[2].hasPrefix("all "))
        }
    }

    @Test func sheetAndRows() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "a.png", alpha: "a.alpha.png")
            try Self.write(folder, image: "b.png", alpha: "b.alpha.png", shift: 20)
            try Self.write(folder, image: "c.png", alpha: "c.alpha.png", shift: 10)
            let outcome = try Command.run([
                "evaluate", folder.path, "--sheet", folder("sheet.png"), "--worst", "2", "--tsv", folder("rows.tsv"),
            ])
            expectStatus(0, outcome)
            // Two rows of 80 pixels and five cells, the worst first.
            let sheet = try folder.image("sheet.png")
            #expect(sheet.width == 5 * 260 + 4 && sheet.height == 2 * 84 + 4)
            let messages = outcome.messages.split(separator: "\n")
            try #require(messages.count == 3)
            #expect(messages[0].contains("worst first") && messages[0].contains("difference"))
            #expect(messages[1].hasSuffix(folder("b.png")) && messages[2].hasSuffix(folder("c.png")))

            // Cells in order: the middle of each is the ball; the truth of the second cell is shifted to the right.
            let truth = try Self.truth(shift: 20)
            for (x, y) in [(48, 40), (10, 40), (80, 40), (60, 20)] {
                let pixel = ((4 + y) * sheet.width + 4 + 260 + 80 + x) * 3
                #expect(sheet.samples[pixel] == Int((try #require(truth[x, y]) * 255).rounded()), "\(x), \(y)")
                #expect(sheet.samples[pixel - 260 * 3] == (try RasterImage.ball().samples[(y * 96 + x) * 3]))
            }

            let rows = try String(decoding: folder.bytes("rows.tsv"), as: UTF8.self).split(separator: "\n")
            try #require(rows.count == 4)
            let names = rows[0].split(separator: "\t")
            #expect(names.prefix(3) == ["image", "category", "width"] && names.last == "milliseconds")
            for row in rows.dropFirst() {
                let cells = row.split(separator: "\t", omittingEmptySubsequences: false)
                #expect(cells.count == names.count && cells[2] == "96")
            }
            #expect(rows[1].hasPrefix(folder("a.png") + "\t"))
        }
    }

    @Test func sameForEveryNumberOfThreads() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "a.png", alpha: "a.alpha.png", shift: 3)
            let all = try ["1", "3"].map { threads in
                var object = try Self.objects([folder.path, "--threads", threads])[0]
                object.removeValue(forKey: "milliseconds")
                return object as NSDictionary
            }
            #expect(all[0] == all[1])
        }
    }

    @Test func optionsOfThePipeline() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "a.png", alpha: "a.alpha.png")
            let objects = try Self.objects([folder.path, "--refinement", "bilinear", "--small-memory"])
            let pipeline = try MattingPipeline(options: MattingOptions(refinement: .bilinear, memoryUse: .small))
            try Self.expect(objects[0], pipeline.matte(RasterImage.ball()).metrics(against: Self.truth()))
        }
    }

    @Test func truthsOfAnotherSizeOnDemand() throws {
        try TemporaryFolder.with { folder in
            try Self.write(folder, image: "a.png", alpha: "a.alpha.png")
            try folder.write(Self.truth().resized(width: 192, height: 160).image(), "a.alpha.png")
            try folder.write(.plain(width: 48, height: 40, colorModel: .gray, [128]), "a.trimap.png")
            let objects = try Self.objects([folder.path, "--resize-alphas"])
            let expected = try SharedPipeline.standard.get().matte(RasterImage.ball()).metrics(against: Self.truth())
            // There and back again through 8 bits blurs the outline a little.
            #expect(abs(try #require(objects[0]["mae"] as? Double) - expected.meanAbsoluteError) < 0.01)
            #expect(objects[0]["area"] as? String == "unknown")
        }
    }

    @Test func help() throws {
        let outcome = try Command.run(["evaluate", "--help"])
        expectStatus(0, outcome)
        for option in [
            "--list", "--weights", "--threads", "--refinement", "--small-memory", "--resize-alphas",
            "--missing-is-empty", "--ignore-trimaps", "--limit", "--sheet", "--worst", "--tsv", "--lenient", "--json",
        ] {
            #expect(outcome.text.contains(option), "\(option)")
        }
        #expect(outcome.text.contains("  DIR/alphas/portrait/a.png     DIR/portrait/a.alpha.png\n"))
        #expect(try Command.run(["--help"]).text.contains("  evaluate "))
    }

    // MARK: Sets

    /// The subject of `RasterImage.ball()`, or one that is some pixels to the right of it.
    static func truth(shift: Double = 0) throws -> AlphaMatte {
        let radius = 80 * 0.32
        return try AlphaMatte(
            width: 96, height: 80,
            values: (0..<96 * 80).map { index in
                let (dx, dy) = (Double(index % 96) + 0.5 - 48 - shift, Double(index / 96) + 0.5 - 40)
                return dx * dx + dy * dy < radius * radius ? 1 : 0
            })
    }

    /// A ball and its truth.
    static func write(_ folder: TemporaryFolder, image: String, alpha: String, shift: Double = 0) throws {
        for path in [image, alpha] {
            if let slash = path.lastIndex(of: "/") { try folder.makeFolder(String(path[..<slash])) }
        }
        try folder.write(.ball(), image)
        try folder.write(truth(shift: shift).image(), alpha)
    }

    /// What a run without failures prints.
    static func objects(_ arguments: [String]) throws -> [[String: Any]] {
        let outcome = try Command.run(["evaluate", "--json"] + arguments)
        expectStatus(0, outcome)
        return try outcome.objects()
    }

    private static func expect(
        _ object: [String: Any], _ metrics: MatteMetrics, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        for (key, value) in [
            ("mae", metrics.meanAbsoluteError), ("mse", metrics.meanSquaredError),
            ("sad", metrics.sumOfAbsoluteDifferences), ("gradient", metrics.gradientError),
            ("connectivity", metrics.connectivityError), ("iou", metrics.intersectionOverUnion),
            ("maxF", metrics.maximumFMeasure), ("boundaryIoU", metrics.boundaryIntersectionOverUnion),
        ] {
            let printed = try #require(object[key] as? Double, "\(key)", sourceLocation: sourceLocation)
            #expect(abs(printed - (value ?? .nan)) < 1e-12, "\(key)", sourceLocation: sourceLocation)
        }
        #expect(try #require(object["milliseconds"] as? Double) > 0, sourceLocation: sourceLocation)
    }
}
