import CZ
import Testing

@testable import ImageCodecs

/// Streams of the run compressor, judged by zlib.
@Suite struct RunDeflaterTests {
    /// Each piece is appended in parts of `step` bytes.
    private func compressed(_ pieces: [[UInt8]], step: Int = .max) throws -> [UInt8] {
        let compressor = try RunDeflater()
        let output = GrowingBytes()
        for (index, piece) in pieces.enumerated() {
            compressor.begin(after: UnsafeRawBufferPointer(start: nil, count: 0))
            let ending: PieceEnding = index == pieces.count - 1 ? .closed : .open
            try piece.withUnsafeBytes { bytes in
                var rest = bytes
                while rest.count > step {
                    try compressor.append(UnsafeRawBufferPointer(rebasing: rest[..<step]), ending: nil, to: output)
                    rest = UnsafeRawBufferPointer(rebasing: rest[step...])
                }
                try compressor.append(rest, ending: ending, to: output)
            }
        }
        return Array(output.bytes)
    }

    private func expectRoundTrip(_ pieces: [[UInt8]], step: Int = .max) throws {
        let stream = try compressed(pieces, step: step)
        #expect(try PNGStream.inflate(stream, windowBits: -15) == pieces.flatMap { $0 })
    }

    @Test func shortStreams() throws {
        for bytes in [[], [0], [255], [0, 0], [1, 1, 1], [1, 1, 1, 1], [5, 6, 6, 6, 6, 7]] as [[UInt8]] {
            try expectRoundTrip([bytes])
            try expectRoundTrip([bytes, bytes])
        }
    }

    /// Every length of a run, between others and at the end, where deflate's longest is 258.
    @Test func runsOfEveryLength() throws {
        for count in Array(1...270) + Array(510...530) + Array(770...780) {
            let run = [UInt8](repeating: 9, count: count)
            try expectRoundTrip([[1, 2] + run])
            try expectRoundTrip([run + [3] + run + [4, 4]])
        }
    }

    @Test(arguments: [-2, -1, 0, 1, 2, 3, 70_000]) func streamsOfSeveralBlocks(excess: Int) throws {
        let count = RunDeflater.blockSize + excess
        var generator = SeededGenerator(seed: 3)
        let flat = [UInt8](repeating: 7, count: count)
        let noise = (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        var mixed = noise.map { $0 % 16 }
        for index in 0..<count where index % 50 < 30 { mixed[index] = UInt8(index / 50 % 3) }
        for bytes in [flat, noise, mixed] {
            try expectRoundTrip([bytes])
            try expectRoundTrip([bytes, bytes, [], bytes], step: 1000)
        }
        for step in [1, 7, 4096] { try expectRoundTrip([mixed], step: step) }
        #expect(try compressed([flat]).count < 40 + count / 500)
        // Noise is stored, with five bytes a block.
        #expect(try compressed([noise]).count <= count + 5 * (count / RunDeflater.blockSize + 1) + 8)
    }

    /// The bytes do not depend on how they come in, nor on what was compressed before.
    @Test func theSameBytesGiveTheSameStream() throws {
        var generator = SeededGenerator(seed: 4)
        let bytes = (0..<70_000).map { _ in UInt8(generator.next() % 5) }
        let expected = try compressed([bytes])
        #expect(try compressed([bytes], step: 333) == expected)
        #expect(try compressed([[8, 8, 8, 8], bytes]).suffix(expected.count) == expected[...])
    }

    @Test func itIsAsSmallAsZlib() throws {
        let image = try RasterImage.waves(width: 500, height: 400, colorModel: .rgb)
        let rows = try FilteredRows(of: image, filter: .always(.mean))
        rows.seek(to: 0)
        let bytes = (0..<400).flatMap { _ in Array(rows.read()) }
        let other = try Deflater(level: 1, strategy: Z_RLE)
        let output = GrowingBytes()
        other.begin(after: UnsafeRawBufferPointer(start: nil, count: 0))
        try bytes.withUnsafeBytes { try other.append($0, ending: .closed, to: output) }
        #expect(try Double(compressed([bytes]).count) < 1.01 * Double(output.count))
    }

    // MARK: Codes

    /// Frequencies that grow like Fibonacci's numbers make Huffman's deepest tree.
    @Test(arguments: [1, 2, 3, 8, 15, 16, 17, 30, 60], [7, 15])
    func codesAreCompleteAndWithinTheLimit(symbolCount: Int, limit: Int) {
        guard symbolCount <= 1 << limit else { return }
        var fibonacci = [1, 1]
        while fibonacci.count < symbolCount { fibonacci.append(fibonacci.suffix(2).reduce(0, +)) }
        for counts in [Array(fibonacci.prefix(symbolCount)), Array(repeating: 5, count: symbolCount)] {
            let code = HuffmanCode(counts: [0] + counts.reversed() + [0, 0], limit: limit)
            let lengths = code.lengths.dropFirst().prefix(symbolCount).map(Int.init)
            #expect(lengths.allSatisfy { (1...limit).contains($0) })
            #expect(code.lengths[0] == 0 && code.lengths.suffix(2) == [0, 0])
            // Kraft's sum: every pattern of bits means something, but for a single symbol.
            let sum = lengths.reduce(0) { $0 + 1 << (limit - $1) }
            #expect(sum == 1 << (symbolCount == 1 ? limit - 1 : limit))
            // More frequent symbols are not longer.
            if counts.first != counts.last { #expect(lengths == lengths.sorted()) }
        }
    }

    @Test func codesAreCanonical() {
        // The example of RFC 1951, 3.2.2, with the first bit lowest.
        let code = HuffmanCode(lengths: [3, 3, 3, 3, 3, 2, 4, 4])
        #expect(code.codes == [0b010, 0b110, 0b001, 0b101, 0b011, 0b00, 0b0111, 0b1111])
    }
}
