import Foundation
import ImageCodecs
import MatteEvaluation
import PictureTestSupport
import Raster
import Testing
import TestSupport

@testable import Matting

/// `matte evaluate` where truths separate subjects.
@Suite struct EvaluateSubjectTests {
    /// Labels that are 1 where the ball is.
    private static func labels() throws -> RasterImage {
        let truth = try EvaluateTests.truth()
        return try RasterImage.drawn(width: truth.width, height: truth.height, colorModel: .gray) { x, y in
            [truth[x, y] ?? 0 >= 0.5 ? 0.2 : 0]
        }
    }

    /// A mask of the ball.
    private static func masked() throws -> RasterImage { try EvaluateTests.truth().image() }

    /// A mask of something that is not there.
    private static func corner() throws -> RasterImage {
        let truth = try EvaluateTests.truth()
        return try RasterImage.drawn(width: truth.width, height: truth.height, colorModel: .gray) { x, y in
            [x < 8 && y < 8 ? 1 : 0]
        }
    }

    private static func expectThree(_ objects: [[String: Any]]) throws {
        try #require(objects.count == 4)
        // One of one is found; one of two; and of the third nothing is known.
        #expect(objects[0]["trueSubjects"] as? Int == 1 && objects[0]["foundSubjects"] as? Int == 1)
        #expect(objects[0]["ap50"] as? Double == 1)
        #expect(objects[1]["trueSubjects"] as? Int == 2 && objects[1]["foundSubjects"] as? Int == 1)
        #expect(abs((objects[1]["ap50"] as? Double ?? 0) - 51 / 101.0) < 1e-12)
        #expect(objects[2]["trueSubjects"] == nil && objects[2]["ap"] == nil)
        let all = try #require(objects[3]["all"] as? [String: Any])
        #expect(all["pictures"] as? Int == 3 && all["separated"] as? Int == 2)
        #expect(all["trueSubjects"] as? Int == 3 && all["foundSubjects"] as? Int == 2)
        #expect(abs((all["ap50"] as? Double ?? 0) - 67 / 101.0) < 1e-12)
        #expect(all["ap"] as? Double ?? 2 <= 67 / 101.0 + 1e-12)
    }

    @Test func inAFolderOfTheirOwn() throws {
        try TemporaryFolder.with { folder in
            for name in ["a", "b", "c"] {
                try EvaluateTests.write(folder, image: "images/x/\(name).png", alpha: "alphas/x/\(name).png")
            }
            try folder.makeFolder("instances/x/b")
            try folder.write(try Self.labels(), "instances/x/a.png")
            try folder.write(try Self.masked(), "instances/x/b/1.png")
            try folder.write(try Self.corner(), "instances/x/b/2.png")
            try Self.expectThree(EvaluateTests.objects([folder.path]))
        }
    }

    @Test func sideBySide() throws {
        try TemporaryFolder.with { folder in
            for name in ["a", "b", "c"] {
                try EvaluateTests.write(folder, image: "\(name).png", alpha: "\(name).alpha.png")
            }
            try folder.write(try Self.labels(), "a.subjects.png")
            try folder.write(try Self.masked(), "b.subject-1.png")
            try folder.write(try Self.corner(), "b.subject-corner.png")
            try Self.expectThree(EvaluateTests.objects([folder.path]))
            // For people: a line below the table.
            let outcome = try Command.run(["evaluate", folder.path])
            #expect(outcome.text.contains("2 found, 3 true ones in 2 pictures; 1 whose truths"))
            #expect(outcome.text.contains("AP50 0.6634"))
        }
    }

    @Test func byAList() throws {
        try TemporaryFolder.with { folder in
            for name in ["a", "b", "c"] {
                try EvaluateTests.write(folder, image: "\(name).png", alpha: "\(name).t.png")
            }
            try folder.makeFolder("parts")
            try folder.makeFolder("none")
            try folder.write(try Self.labels(), "labels.png")
            try folder.write(try Self.masked(), "parts/1.png")
            try folder.write(try Self.corner(), "parts/2.png")
            func list(_ second: String) -> String {
                "image\talpha\tsubjects\na.png\ta.t.png\tlabels.png\nb.png\tb.t.png\t\(second)\nc.png\tc.t.png\t-\n"
            }
            try folder.write(Array(list("parts/").utf8), "set.tsv")
            try Self.expectThree(EvaluateTests.objects(["--list", folder("set.tsv")]))
            try folder.write(Array(list("none/").utf8), "none.tsv")
            let outcome = try Command.run(["evaluate", "--list", folder("none.tsv")])
            #expect(
                outcome.status == 1 && outcome.messages.contains("none.tsv:3: ")
                    && outcome.messages.contains("no pictures"))
        }
    }

    @Test func whatIsWrongIsNamed() throws {
        try TemporaryFolder.with { folder in
            for name in ["a", "b", "c"] {
                try EvaluateTests.write(folder, image: "\(name).png", alpha: "\(name).alpha.png")
            }
            // Smooth labels, another size, two truths, and one without a picture.
            let smooth = try RasterImage.drawn(width: 96, height: 80) { x, y in [Double(x) / 96, Double(y) / 80, 1] }
            try folder.write(smooth, "a.subjects.png")
            let small = try RasterImage.drawn(width: 7, height: 5, colorModel: .gray) { _, _ in [1] }
            try folder.write(small, "b.subjects.png")
            try folder.write(try Self.labels(), "c.subjects.png")
            try folder.write(try Self.corner(), "c.subject-1.png")
            try folder.write(try Self.labels(), "d.subjects.png")
            let outcome = try Command.run(["evaluate", folder.path])
            #expect(outcome.status == 1)
            #expect(outcome.messages.contains("a.subjects.png: more than 255 true subjects"))
            #expect(outcome.messages.contains("b.subjects.png: the picture of subjects has 7×5 pixels"))
            #expect(outcome.messages.contains("more than one picture of subjects: "))
            #expect(outcome.messages.contains("d.jpg is not there"))
        }
    }
}
