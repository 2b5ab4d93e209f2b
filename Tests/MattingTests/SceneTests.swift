import TestSupport
import Testing

@testable import Matting

/// The embedded weights on rendered scenes, whose alpha is exact.
@Suite struct SceneTests {
    @Test(arguments: ["plush", "shoe"].filter { exists("\($0).jpg") }) func subjectIsFound(name: String) throws {
        let picture = try RasterImage(contentsOf: Self.path("\(name).jpg"))
        let truth = try RasterImage(contentsOf: Self.path("\(name).alpha.png"))
        let result = try SharedPipeline.standard.get().matte(picture)
        #expect(result.hasSubject)
        try #require(truth.width == picture.width && truth.height == picture.height && truth.colorModel == .gray)
        let scale = 1 / Double(truth.maximum)
        let (total, share) = zip(result.alpha.values, truth.samples).reduce(into: (0.0, 0.0)) { sums, pixel in
            sums.0 += abs(Double(pixel.0) - Double(pixel.1) * scale)
            sums.1 += Double(pixel.1) * scale
        }
        let count = Double(truth.sampleCount)
        // An empty matte would be off by the subject's share.
        #expect(share / count > 0.1)
        #expect(total / count < 0.06, "mean absolute error of alpha")
    }

    @Test(.enabled(if: !rooms.isEmpty, "the scenes are not rendered yet"), arguments: rooms)
    func noSubjectIsFound(name: String) throws {
        let result = try SharedPipeline.standard.get().matte(RasterImage(contentsOf: Self.path("\(name).jpg")))
        #expect(!result.hasSubject || result.alpha.coverage < 0.02, "coverage \(result.alpha.coverage)")
    }

    private static let rooms = ["room", "sweep"].filter { exists("\($0).jpg") }

    private static func path(_ name: String) throws -> String { try Fixtures.path("../Scenes/\(name)") }

    private static func exists(_ name: String) -> Bool { (try? path(name)) != nil }
}
