import TensorCore
import Testing
import TestSupport

/// The helpers that other tests lean on.
@Suite struct TestSupportTests {
    struct WeightCase: Sendable {
        let name: String
        let shape: [Int]
        let salt: UInt64
        let gain: Double
        let bits: [UInt32]
    }

    // weight(name, shape, salt, gain).ravel()[:8].view(uint32) of the numpy formula.
    static let weights = [
        WeightCase(
            name: "stage1.rebnconvin.conv_s1.weight", shape: [2, 3, 1, 3], salt: 0, gain: 0.8,
            bits: [
                0xbdc6_48e6, 0x3eef_1e91, 0xbed6_8529, 0x3f13_eeec, 0xbec9_da8f, 0x3e0c_820b, 0x3f15_50ba, 0x3f14_0e2e,
            ]),
        WeightCase(
            name: "backbone.bn1.running_var", shape: [8], salt: 7, gain: 1,
            bits: [
                0x3f31_2650, 0x3fa5_54db, 0x3f97_815d, 0x3f5c_39e5, 0x3f6d_e52a, 0x3fb2_55d7, 0x3fb1_6c7e, 0x3f82_dd29,
            ]),
        WeightCase(
            name: "backbone.bn1.running_mean", shape: [8], salt: 7, gain: 1,
            bits: [
                0xbd21_8886, 0xbcf6_314d, 0xbd96_27d8, 0x3c6a_c266, 0x3d01_21dd, 0x3b89_d733, 0x3d2f_1bc3, 0xbb27_dacd,
            ]),
        WeightCase(
            name: "décodeur.bias", shape: [8], salt: .max, gain: 1,
            bits: [
                0xbd9b_f89a, 0x3d3d_3820, 0xbd9c_5163, 0x3dca_c6dd, 0x3cdd_a766, 0xbd03_479d, 0xbcc7_d79a, 0xbc7a_b833,
            ]),
        WeightCase(
            name: "norm.weight", shape: [8], salt: 3, gain: 2,
            bits: [
                0x3f1a_a098, 0x3f41_b3f8, 0x3f17_5edf, 0x3f34_d832, 0x3f42_ca18, 0x3f17_6e8c, 0x3f46_2a27, 0x3f25_7298,
            ]),
        WeightCase(
            name: "lin.weight", shape: [4, 5], salt: 0, gain: 1,
            bits: [
                0x3f67_6e6c, 0x3b9e_4bcd, 0x3f8a_fa94, 0xbf8a_0eae, 0xbf42_0555, 0x3ef4_7a94, 0x3e26_7531, 0x3e4f_c9b8,
            ]),
    ]

    @Test(arguments: weights) func formulaMakesTheBitsOfNumpy(_ expected: WeightCase) {
        let values = FormulaWeights.weight(
            expected.name, shape: expected.shape, salt: expected.salt, gain: expected.gain)
        #expect(values.count == expected.shape.reduce(1, *))
        #expect(values.prefix(8).map(\.bitPattern) == expected.bits)
    }

    @Test func formulaPictureIsThatOfNumpy() {
        // image("input", (2, 3, 3, 5), 9): the first row, and the last of the second picture.
        let values = FormulaWeights.image("input", batch: 2, channels: 3, height: 3, width: 5, salt: 9)
        #expect(
            values.prefix(5).map(\.bitPattern) == [0x3f26_3acc, 0x3f6f_6ccf, 0x3f08_a563, 0x3eba_46eb, 0x3ea9_5f25])
        #expect(
            values.suffix(5).map(\.bitPattern) == [0x3f28_550e, 0x3e93_e92b, 0x3f31_99e5, 0x3f00_1549, 0x3ef1_3ecd])
    }

    @Test func hashIsFowlerNollVo() {
        #expect(FormulaWeights.fnv1a64("abc") == 0xe71f_a219_0541_574b)
    }

    @Test func comparisonMeasuresAbsoluteAndRelativeErrors() {
        let fine = compare([1, 100], [1.5, 101], absolute: 0.5, relative: 0.01)
        #expect(fine.failureCount == 0 && fine.largestError == 1 && fine.index == 1)
        let off = compare([1, 100, 3], [1.5, 103, 3], absolute: 0.25, relative: 0.01)
        #expect(off.failureCount == 2 && off.worstIndex == 1)
        #expect(compare([1], [-1], absolute: 0.1, relative: 1).failureCount == 1, "relative to the magnitude")
    }

    @Test func comparisonRejectsWhatIsNotFinite() {
        let nan = Double.nan
        for (actual, reference) in [(Float.nan, 0), (0, nan), (.nan, nan), (.infinity, 0), (0, -Double.infinity)] {
            #expect(compare([actual], [reference], absolute: 1e30, relative: 1e30).failureCount == 1)
        }
        #expect(compare([.infinity], [.infinity], absolute: 0, relative: 0).failureCount == 0)
        #expect(compare([.infinity], [-.infinity], absolute: 1, relative: 1).failureCount == 1)
    }

    @Test func goldenFileTurnsChannelsLast() throws {
        let header = #"{"__metadata__":{"k":"v"},"a":{"dtype":"F32","shape":[1,2,1,3],"data_offsets":[0,24]}}"#
        var bytes = withUnsafeBytes(of: UInt64(header.utf8.count).littleEndian) { [UInt8]($0) }
        bytes += header.utf8
        for value: Float in [1, 2, 3, 4, 5, 6] {
            bytes += withUnsafeBytes(of: value.bitPattern.littleEndian) { [UInt8]($0) }
        }
        let golden = try GoldenFile(bytes: bytes, path: "memory")
        let tensor = try golden.tensor("a")
        #expect(tensor.values == [1, 4, 2, 5, 3, 6])
        #expect(tensor.shape.description == "[1, 1, 3, 2]")
        #expect(throws: FixtureError.self) { try golden.tensor("b") }
        #expect(throws: FixtureError.self) { try GoldenFile(bytes: bytes.dropLast(), path: "memory") }
    }

    @Test func generatorIsSplitMix64() {
        // Reference values of the algorithm's authors for seed 1234567.
        var generator = SeededGenerator(seed: 1_234_567)
        #expect(
            (0..<3).map { _ in generator.next() } == [6457827717110365317, 3203168211198807973, 9817491932198370423])
        #expect(generator.values(1000).allSatisfy { $0 >= -1 && $0 < 1 })
    }
}
