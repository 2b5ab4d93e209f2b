import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

/// A finish as layers shows what it shows as one picture.
struct FinishLayersTests {
    private func finish(_ background: String, framed: Bool) throws -> Finish {
        let behind: Background =
            switch background {
            case "colour": .color(RasterColor(red: 0.2, green: 0.5, blue: 0.8))
            case "gradient": .gradient(.linear(.white, .black, angle: 90))
            case "blurred": .blurredOriginal(radius: .share(0.05))
            default: .backdrop(Backdrop(try .noise(width: 33, height: 21, seed: 5)))
            }
        return Finish(background: behind, framing: framed ? .product(side: 150) : nil)
    }

    /// Where the subject is not, the picture is the background layer.
    @Test(arguments: ["colour", "gradient", "blurred", "backdrop"], [false, true])
    func theBackgroundLayerIsWhatIsSeenBesideTheSubject(background: String, framed: Bool) throws {
        let scene = try DiscScene()
        let result = try MattingResult(image: scene.image, alpha: scene.truth)
        let finish = try finish(background, framed: framed)
        let picture = try finish.picture(of: result)
        let layers = try finish.layers(of: result).layers
        #expect(layers.map(\.name) == (framed ? [] : ["Original"]) + ["Background", "Subject"])
        let ground = try #require(layers.first { $0.name == "Background" }).image
        let mask = try #require(layers.last?.mask)
        #expect(ground.width == picture.width && ground.height == picture.height)
        let (behind, all, alpha) = (ground.samples, picture.samples, mask.samples)
        var seen = 0
        // Soft pixels below half a level are nothing in the mask, and something in the composite's light.
        let reach = (-4...4).flatMap { y in (-4...4).map { x in y * mask.width + x } }
        for index in alpha.indices
        where reach.allSatisfy({ !alpha.indices.contains(index + $0) || alpha[index + $0] == 0 }) {
            for c in 3 * index..<3 * index + 3 where abs(behind[c] - all[c]) > 1 {
                Issue.record("pixel \(index): \(behind[c]) instead of \(all[c])")
            }
            seen += 1
        }
        #expect(seen > 1000)
        // Behind the subject there is something too.
        let middle = 3 * (ground.height / 2 * ground.width + ground.width / 2)
        #expect(behind[middle..<middle + 3] != all[middle..<middle + 3])
    }
}
