import TestSupport
import WeightFiles

@testable import Matting

/// A small weight file without metadata: the plain U-Net, four channels wide, with weights by formula.
enum PlainUNet {
    /// The bytes of the file.
    static func bytes() throws -> [UInt8] {
        try GoldenManifest(fixture: "Goldens/unet/tensors.json").weightFileBytes()
    }

    /// The file's tensors, to be written again with changes: `change` gives the values to write, nil leaves a tensor out.
    static func rewritten(
        metadata: [String: String] = [:], as type: WeightType = .f32,
        _ change: (_ name: String, _ values: [Float]) -> [Float]? = { $1 }
    ) throws -> WeightFileWriter {
        let file = try bytes().withUnsafeBytes { try WeightFile(copying: $0, name: "plain U-Net") }
        var writer = WeightFileWriter(metadata: metadata)
        for tensor in file.tensors {
            guard let values = change(tensor.name, try file.floats(tensor.name)) else { continue }
            try writer.add(tensor.name, shape: tensor.shape, values: values, as: type)
        }
        return writer
    }

    /// A file whose values are all finite and whose network computes infinities, and NaNs of them.
    static func overflowing(name: String) throws -> WeightFile {
        let writer = try rewritten { name, values in
            guard name.hasSuffix("conv.0.weight") || name == "outc.conv.weight" else { return values }
            return values.indices.map { $0.isMultiple(of: 2) ? 1e30 : -1e30 }
        }
        return try writer.bytes().withUnsafeBytes { try WeightFile(copying: $0, name: name) }
    }
}
