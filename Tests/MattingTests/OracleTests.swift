import Foundation
import ImageCodecs
import MattingNetworks
import Raster
import TensorCore
import Testing
import TestSupport
import Threads
import WeightFiles

@testable import Matting

/// The published U²-Net-p on a photograph against onnxruntime, preprocessing included.
///
/// The weights are not part of the repository: name the file in `MATTING_U2NETP_WEIGHTS`. The oracle's matte is, with
/// the script that made it (`Tests/Fixtures/Oracle`).
@Suite struct OracleTests {
    private static let weights = ProcessInfo.processInfo.environment["MATTING_U2NETP_WEIGHTS"]

    @Test(.enabled(if: weights != nil, "MATTING_U2NETP_WEIGHTS names no file"))
    func publishedWeightsAgreeWithOnnxruntime() throws {
        let pool = ThreadPool(threadCount: 2)
        let model = try NetworkModel(WeightFile(contentsOf: try #require(Self.weights)))
        let photograph = try RasterImage(contentsOf: Fixtures.path("../Scenes/shoe.jpg"))
        let input = try NetworkInput(photograph, recipe: model.recipe, pool: pool)
        let matte = try model.predict(input.tensor, pool: pool)[0].values

        let oracle = try RasterImage(contentsOf: Fixtures.path("Oracle/u2netp-shoe.png"))
        try #require(oracle.bitDepth == .sixteen && oracle.width * oracle.height == matte.count)
        let difference = oracle.withSamples16 { oracle in
            zip(matte, oracle).reduce(0.0) { $0 + abs(Double($1.0) - Double($1.1) / 65535) } / Double(matte.count)
        }
        // Measured: 4e-6, with 16 bits a value. JPEG decoders of another version may round differently.
        #expect(difference <= 1e-4)
        print("U²-Net-p against onnxruntime: mean absolute difference \(difference)")
    }
}
