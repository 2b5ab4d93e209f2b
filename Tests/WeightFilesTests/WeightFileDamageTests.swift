import Testing

@testable import WeightFiles

/// Damage of every kind to a small file: each leads to a typed error or a valid file, never to a crash.
@Suite("Weight file damage")
struct WeightFileDamageTests {
    /// A file with every part that a header can have, checksum included.
    private let bytes: [UInt8]
    /// Where its data begins.
    private let dataStart: Int

    init() throws {
        var writer = WeightFileWriter(metadata: ["architecture": "test", "note": "é\n\"😀"])
        try writer.add("a.weight", shape: [2, 3], values: [1, -2, 3, 0.5, 0, 7], as: .f16)
        try writer.add("a.bias", shape: [2], values: [0.25, -1])
        try writer.add("b.weight", shape: [2, 1, 2], values: [1, 2, 3, -4], as: .i8)
        try writer.add("c", shape: [], values: [3], as: .bf16)
        bytes = try writer.bytes()
        dataStart = 8 + Int(bytes[0]) + Int(bytes[1]) << 8
    }

    /// The error of opening `bytes` and reading all that can be read.
    private func error(_ bytes: [UInt8], verifyingChecksum: Bool = true) -> WeightError? {
        do throws(WeightError) {
            let file = try WeightFile(bytes, verifyingChecksum: verifyingChecksum)
            for tensor in file.tensors {
                do throws(WeightError) {
                    _ = try file.tensor(tensor.name, shape: tensor.shape)
                } catch {
                    // Only these remain after a file has been opened.
                    switch error {
                    case .unsupportedType, .missingTensor, .shapeMismatch: continue
                    default: Issue.record(error)
                    }
                }
            }
            return nil
        } catch {
            return error
        }
    }

    @Test("The undamaged file is fine")
    func undamaged() {
        #expect(error(bytes) == nil)
    }

    @Test("Cut off at every length")
    func truncations() {
        for length in 0..<bytes.count {
            #expect(error(Array(bytes[..<length])) != nil, "\(length) bytes")
        }
    }

    @Test("Every bit of the data flipped: the checksum notices")
    func dataBitFlips() {
        for index in dataStart..<bytes.count {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                guard case .checksumMismatch = error(damaged) else {
                    Issue.record("byte \(index), bit \(bit)")
                    continue
                }
                #expect(error(damaged, verifyingChecksum: false) == nil)
            }
        }
    }

    @Test("Every bit of length and header flipped")
    func headerBitFlips() throws {
        let file = try WeightFile(bytes)
        var unnoticed = 0
        for index in 0..<dataStart {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                guard error(damaged) == nil else { continue }
                // Names, metadata and types of the same size may change; the data is still the same.
                let other = try WeightFile(damaged)
                #expect(other.tensors.map(\.byteRange) == file.tensors.map(\.byteRange))
                unnoticed += 1
            }
        }
        #expect(unnoticed > 0 && unnoticed < dataStart * 4)
    }

    @Test("Every bit of the length flipped is an error")
    func lengthBitFlips() {
        for index in 0..<8 {
            for bit in 0..<8 {
                var damaged = bytes
                damaged[index] ^= 1 << bit
                #expect(error(damaged) != nil, "byte \(index), bit \(bit)")
            }
        }
    }

    /// Bytes replaced, removed, inserted and repeated, from a fixed seed.
    @Test("Random mutations", arguments: 0..<4)
    func mutations(seed: UInt64) {
        var random = Mutator(state: seed)
        for _ in 0..<1_000 {
            _ = error(random.mutate(bytes, header: 8..<dataStart))
            _ = error(random.mutate(bytes, header: 8..<dataStart), verifyingChecksum: false)
        }
    }

    /// Makes damaged files whose length still suits the header, so that most get past the first checks.
    private struct Mutator {
        var state: UInt64

        /// A number in `0..<bound`: SplitMix64.
        private mutating func next(_ bound: Int) -> Int {
            state &+= 0x9e37_79b9_7f4a_7c15
            var z = state
            z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
            z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
            return Int((z ^ (z >> 31)) >> 1) % bound
        }

        mutating func mutate(_ bytes: [UInt8], header: Range<Int>) -> [UInt8] {
            let tokens: [String] = [
                "{", "}", "[", "]", ",", ":", "\"", "\\u", "\\ud800", "0", "18446744073709551615", "-1", "1e9", "null",
                "\"I8\"", "\"F64\"", ".scale", "__metadata__", "\"shape\":[]", "\"shape\":[0]", "\u{0}", "é",
            ]
            var json = Array(bytes[header])
            for _ in 0...next(3) {
                guard !json.isEmpty else { break }
                let at = next(json.count)
                switch next(4) {
                case 0: json[at] = UInt8(next(256))
                case 1: json.removeSubrange(at..<min(json.count, at + 1 + next(8)))
                case 2: json.insert(contentsOf: Array(tokens[next(tokens.count)].utf8), at: at)
                default:
                    let from = next(json.count)
                    json.insert(contentsOf: Array(json[from..<min(json.count, from + 1 + next(80))]), at: at)
                }
            }
            return WeightFileBytes.make(headerBytes: json, data: Array(bytes[header.upperBound...]))
        }
    }
}
