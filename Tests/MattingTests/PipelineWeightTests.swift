import Foundation
import ImageCodecs
import MattingNetworks
import PictureTestSupport
import Raster
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// Weight files that are not what they should be: each a typed error that names the file.
@Suite struct PipelineWeightTests {
    @Test func embeddedWeightsAreTheFileOfTheRepository() throws {
        let embedded = try MattingPipeline.defaultWeights()
        let file = try WeightFile(contentsOf: Self.repositoryFile())
        #expect(embedded.dataSHA256 == file.dataSHA256)
        #expect(embedded.metadata == file.metadata)
        let pipeline = try SharedPipeline.standard.get()
        #expect(pipeline.architecture.name == embedded.architecture)
    }

    @Test func ownFileGivesTheSameMatte() throws {
        let image = try RasterImage.ball()
        let options = MattingOptions(subjectThreshold: 0)
        let own = try MattingPipeline(weights: Self.repositoryFile(), options: options)
        #expect(try own.matte(image).alpha.bits == SharedPipeline.certain.get().matte(image).alpha.bits)
    }

    @Test func missingFile() throws {
        try TemporaryFolder.with { folder in
            let path = folder("none.safetensors")
            expectError(at: path) { if case .unreadable(path, ENOENT) = $0 { true } else { false } }
            expectError(at: folder.path) { if case .notRegularFile(folder.path) = $0 { true } else { false } }
        }
    }

    @Test func emptyFile() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write([], "empty.safetensors")
            expectError(at: path) { if case .fileTooSmall(path, 0) = $0 { true } else { false } }
        }
    }

    @Test func picture() throws {
        try TemporaryFolder.with { folder in
            let path = try folder.write(.ball(), "picture.png")
            expectError(at: path) { $0 == .foreign(file: path, format: .picture) }
        }
    }

    @Test func truncatedFile() throws {
        let bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.repositoryFile())))
        try TemporaryFolder.with { folder in
            let inData = try folder.write(Array(bytes.prefix(bytes.count / 2)), "half.safetensors")
            expectError(at: inData) { error in
                if case .dataSizeMismatch(inData, _, let actual) = error { actual < bytes.count / 2 } else { false }
            }
            let almost = try folder.write(Array(bytes.dropLast()), "almost.safetensors")
            expectError(at: almost) { if case .dataSizeMismatch(almost, _, _) = $0 { true } else { false } }
            let inHeader = try folder.write(Array(bytes.prefix(1000)), "header.safetensors")
            expectError(at: inHeader) { if case .headerTruncated(inHeader, _, 992) = $0 { true } else { false } }
        }
    }

    @Test func damagedFile() throws {
        var bytes = try [UInt8](Data(contentsOf: URL(fileURLWithPath: Self.repositoryFile())))
        bytes[bytes.count - 1000] ^= 1
        try TemporaryFolder.with { folder in
            let path = try folder.write(bytes, "damaged.safetensors")
            expectError(at: path) { if case .checksumMismatch(path, _, _) = $0 { true } else { false } }
        }
    }

    @Test func unknownArchitecture() throws {
        try TemporaryFolder.with { folder in
            var named = WeightFileWriter(metadata: ["architecture": "mystery"])
            try named.add("conv.weight", shape: [2], values: [1, 2])
            let stated = folder("mystery.safetensors")
            try named.write(to: stated)
            expectError(at: stated) { error in
                if case .unknownArchitecture(stated, "mystery", let known) = error {
                    known == Architecture.allCases.map(\.name)
                } else {
                    false
                }
            }
            var bare = WeightFileWriter()
            try bare.add("conv.weight", shape: [2], values: [1, 2])
            let path = folder("bare.safetensors")
            try bare.write(to: path)
            expectError(at: path) { if case .unknownArchitecture(path, nil, _) = $0 { true } else { false } }
        }
    }

    @Test func tensorsOfAnotherNetwork() throws {
        try TemporaryFolder.with { folder in
            var writer = WeightFileWriter(metadata: ["architecture": "u2netp"])
            try writer.add("conv.weight", shape: [2], values: [1, 2])
            let path = folder("other.safetensors")
            try writer.write(to: path)
            expectError(at: path) { error in
                guard case .unusable(path, let problems) = error else { return false }
                return problems.unused == ["conv.weight"] && problems.missing.count > 100
            }
        }
    }

    /// A variance below zero has no root, and a gain far too large for its variance no float.
    @Test(arguments: [("running_var", Float(-1)), ("weight", 3e38)])
    func batchNormsThatCannotBeFolded(tensor: String, value: Float) throws {
        try TemporaryFolder.with { folder in
            let writer = try PlainUNet.rewritten { name, values in
                var values = values
                if name == "inc.double_conv.1.\(tensor)" { values[2] = value }
                if value > 0, name == "inc.double_conv.1.running_var" { values[2] = 0 }
                return values
            }
            let path = try folder.write(writer.bytes(), "norm.safetensors")
            expectError(at: path) { error in
                guard case .unusable(path, let problems) = error else { return false }
                return problems.unfoldable.map(\.name) == ["inc.double_conv.1.running_var"]
                    && problems.unfoldable[0].firstIndex == 2 && problems.nonFinite.isEmpty
                    && error.description.contains("batch norms")
            }
        }
    }

    /// Empty mattes of pictures that have a subject would be a lie.
    @Test func outputThatIsNotFinite() throws {
        let pipeline = try MattingPipeline(weightFile: PlainUNet.overflowing(name: "too large"))
        #expect(throws: MattingError.weights(.nonFiniteOutput(file: "too large"))) { try pipeline.matte(.ball()) }
    }

    /// Expects loading to fail with an error about weights that `isExpected`, and whose text names the file.
    private func expectError(
        at path: String, sourceLocation: SourceLocation = #_sourceLocation, _ isExpected: (WeightError) -> Bool
    ) {
        #expect(sourceLocation: sourceLocation) {
            _ = try MattingPipeline(weights: path)
        } throws: { error in
            guard case .weights(let error) = error as? MattingError else { return false }
            return isExpected(error) && error.description.contains(path)
        }
    }

    /// The weight file that is embedded.
    private static func repositoryFile(source: String = #filePath) throws -> String {
        try Fixtures.path("../../Weights/coarse.safetensors", source: source)
    }
}
