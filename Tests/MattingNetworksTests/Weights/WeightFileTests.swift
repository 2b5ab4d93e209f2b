import Testing

@testable import MattingNetworks

@Suite("Weight file")
struct WeightFileTests {
    private typealias Bytes = WeightFileBytes

    @Test("Names, metadata, shapes and values are read")
    func readsSmallFile() throws {
        let header = """
            {"__metadata__":{"architecture":"test","note":"a\\u00e9\\ud83d\\ude00\\n\\/"}, \
            "b.weight":{"data_offsets":[8,16],"shape":[2,1],"dtype":"F32"},\
            "a":{"dtype":"F16","shape":[],"data_offsets":[6,8]},\
            "c":{"dtype":"BF16","shape":[3],"data_offsets":[0,6]}}   
            """
        let data =
            Bytes.bytes([0x3f80, 0xc000, 0x0000] as [UInt16]) + Bytes.bytes([0x3c00] as [UInt16])
            + Bytes.bytes([1.5, -2.25] as [Float])
        let file = try WeightFile(header: header, data: data)
        #expect(file.name == "test")
        #expect(file.metadata == ["architecture": "test", "note": "aé😀\n/"])
        #expect(file.tensors.map(\.name) == ["c", "a", "b.weight"])
        #expect(file.tensors.map(\.type) == [.bf16, .f16, .f32])
        #expect(file.info("b.weight") == TensorInfo(name: "b.weight", type: .f32, shape: [2, 1], byteRange: 8..<16))
        #expect(try file.floats("c") == [1, -2, 0])
        #expect(try file.floats("a", shape: []) == [1])
        #expect(try file.floats("b.weight", shape: [2, 1]) == [1.5, -2.25])
        #expect(file.parameterCount == 6)
        #expect(file.dataByteCount == 16)
    }

    @Test("A file without tensors is one")
    func readsEmptyFile() throws {
        let file = try WeightFile(header: "{}")
        #expect(file.tensors.isEmpty)
        #expect(file.metadata.isEmpty)
        #expect(file.dataSHA256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
    }
}
