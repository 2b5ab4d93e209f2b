import MattingNetworks
import PictureTestSupport
import Raster
import TensorCore
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// The network's input against the recipe, step by step in double precision.
@Suite struct NetworkInputTests {
    private static let mean = SIMD3<Float>(0.485, 0.456, 0.406)
    private static let std = SIMD3<Float>(0.229, 0.224, 0.225)

    static let recipes: [InputRecipe] = [
        InputRecipe(rule: .stretch, width: 24, height: 16, mean: mean, std: std),
        InputRecipe(rule: .stretch, width: 24, height: 16, channels: .bgr, mean: mean, std: std),
        InputRecipe(rule: .stretch, width: 16, height: 24, mean: mean, std: std, dividesByMaximum: true),
        InputRecipe(rule: .fit, width: 32, height: 32, multiple: 8, mean: SIMD3(repeating: 0.5)),
        InputRecipe(rule: .shortSide, width: 16, height: 16, multiple: 4),
        InputRecipe(rule: .native, multiple: 4, channels: .bgr, dividesByMaximum: true),
    ]
    /// Larger and smaller than the input, in one direction or both.
    static let sizes = [(50, 40), (5, 3), (60, 7), (7, 60), (1, 1), (1, 100), (24, 16)]

    @Test(arguments: recipes.indices, sizes) func everyKind(recipe index: Int, size: (Int, Int)) throws {
        let recipe = Self.recipes[index]
        for kind in PixelKind.all {
            let image = try kind.noise(width: size.0, height: size.1, seed: 41)
            try expectInput(of: image, recipe, "\(kind.testDescription), \(size), recipe \(index)")
        }
    }

    @Test(arguments: [(1, 1), (1, 500), (500, 1), (3, 2), (383, 384), (385, 384)])
    func defaultRecipeOnExtremeSizes(width: Int, height: Int) throws {
        let recipe = Architecture.mobileNetV2UNet.defaultRecipe
        let image = try RasterImage.noise(width: width, height: height, seed: 42)
        try expectInput(of: image, recipe, "\(width)×\(height)")
        let input = try NetworkInput(image, recipe: recipe, pool: Pools.all[1]).tensor
        #expect(input.shape.width % 32 == 0 && input.shape.height % 32 == 0)
        #expect(max(input.shape.width, input.shape.height) == recipe.width)
    }

    @Test func blackIsNotDividedByItsMaximum() throws {
        let black = try RasterImage.plain(width: 9, height: 9, [0, 0, 0])
        let recipe = InputRecipe(rule: .stretch, width: 4, height: 4, dividesByMaximum: true)
        #expect(try NetworkInput(black, recipe: recipe, pool: Pools.all[0]).tensor.values.allSatisfy { $0 == 0 })
    }

    @Test func maximumIsOfTheWholePicture() throws {
        let image = try RasterImage.plain(width: 4, height: 4, [51, 102, 204])
        let recipe = InputRecipe(rule: .stretch, width: 4, height: 4, dividesByMaximum: true)
        let values = try NetworkInput(image, recipe: recipe, pool: Pools.all[0]).tensor.values
        expectClose(Array(values.prefix(3)), [0.25, 0.5, 1], absolute: 1e-6, relative: 0)
    }

    @Test func transparencyIsMidGrey() throws {
        let clear = try RasterImage.plain(width: 4, height: 4, colorModel: .rgba, [255, 0, 10, 0])
        let recipe = InputRecipe(
            rule: .stretch, width: 4, height: 4, mean: SIMD3(repeating: 0.5), std: SIMD3(repeating: 0.5))
        #expect(try NetworkInput(clear, recipe: recipe, pool: Pools.all[0]).tensor.values.allSatisfy { $0 == 0 })
    }

    private func expectInput(
        of image: RasterImage, _ recipe: InputRecipe, _ context: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let input = try NetworkInput(image, recipe: recipe, pool: Pools.all[1]).tensor
        let (width, height) = recipe.inputSize(forImageWidth: image.width, height: image.height)
        let colors = try ReferenceMap(premultiplied: image).scaled(height: height, width: width)
            .colors(image.colorModel, over: 0.5)
        let largest = colors.values.max() ?? 0
        let maximum = recipe.dividesByMaximum && largest > 0 ? largest : 1
        let reference = colors.mapped(channels: 3) { pixel, c in
            let value = pixel[recipe.channels == .bgr ? 2 - c : c] / maximum
            return (value - Double(recipe.mean[c])) / Double(recipe.std[c])
        }
        // Positions up to 500 in floats, divided by standard deviations of 0.2 and small maxima.
        expectClose(
            input, reference, absolute: 2e-4 / maximum, relative: 0, context, sourceLocation: sourceLocation)
    }
}
