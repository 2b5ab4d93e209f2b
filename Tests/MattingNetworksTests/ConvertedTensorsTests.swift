import TestSupport
import Testing
import WeightFiles

@testable import MattingNetworks

/// Which tensors of a file a converted one has.
@Suite struct ConvertedTensorsTests {
    /// The authors keep indices, second heads and second copies beside what a network reads, in types of their own.
    @Test(arguments: [nil, .f32] as [WeightType?])
    func whatTheNetworkDoesNotReadIsLeftOut(type: WeightType?) throws {
        let manifest = try GoldenManifest(fixture: "Goldens/rvm-mobilenetv3/tensors.json")
        var writer = WeightFileWriter()
        var count = 0
        for (name, shape) in manifest.tensors where !name.hasPrefix("project_seg") {
            try writer.add(name, shape: shape, values: [Float](repeating: 0.5, count: shape.reduce(1, *)))
            count += 1
        }
        try writer.add("project_seg.index", shape: [2], type: .i64, bytes: [UInt8](repeating: 1, count: 16))
        let name = "aspp.aspp1.1.num_batches_tracked"
        try writer.add(name, shape: [], type: .i64, bytes: [UInt8](repeating: 1, count: 8))
        let file = try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "rvm") }
        let conversion = try WeightConversion(file, as: type)
        #expect(conversion.architecture == "rvm-mobilenetv3")
        #expect(conversion.leftOut == ["project_seg.index"])
        #expect(conversion.source.tensors.count == count)
        let written = try conversion.writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "written") }
        #expect(written.tensors.count == count && written.info("project_seg.index") == nil)
    }
}
