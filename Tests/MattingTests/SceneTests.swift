import TestSupport
import Testing

@testable import Matting

/// The embedded weights on rendered scenes, whose alpha is exact.
@Suite struct SceneTests {
    @Test(.enabled(if: exists("plush.jpg"), "the scene is not rendered yet")) func subjectIsFound() throws {
        let picture = try RasterImage(contentsOf: Self.path("plush.jpg"))
        let truth = try RasterImage(contentsOf: Self.path("plush.alpha.png"))
        let result = try SharedPipeline.standard.get().matte(picture)
        #expect(result.hasSubject)
        try #require(truth.width == picture.width && truth.height == picture.height && truth.colorModel == .gray)
        let wanted = truth.samples
        let error = zip(result.alpha.values, wanted).reduce(0.0) {
            $0 + abs(Double($1.0) - Double($1.1) / Double(truth.maximum))
        }
        // A matte of zeros would be off by the subject's share of the picture, some 0.2.
        #expect(error / Double(wanted.count) < 0.06)
    }

    @Test(arguments: ["room", "sweep"].filter { exists("\($0).jpg") }) func sceneWithoutSubject(name: String) throws {
        let result = try SharedPipeline.standard.get().matte(RasterImage(contentsOf: Self.path("\(name).jpg")))
        #expect(!result.hasSubject || result.alpha.coverage < 0.02, "coverage \(result.alpha.coverage)")
    }

    private static func path(_ name: String) throws -> String { try Fixtures.path("../Scenes/\(name)") }

    private static func exists(_ name: String) -> Bool { (try? path(name)) != nil }
}
