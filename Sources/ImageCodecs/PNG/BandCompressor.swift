import CZ
import Raster

/// Compresses bands of one picture, one after the other, with the memory that takes; each thread has its own.
final class BandCompressor {
    /// A zlib stream's first bytes: deflate, looking back 32 KB.
    private static let header: [UInt8] = [0x78, 0x01]

    private let rows: FilteredRows
    private let compressors: [Deflater]
    /// Whether repeats are looked for, which may lie in the band before.
    private let looksBack: Bool

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(_ image: RasterImage, _ effort: PNGEffort) throws(ImageCodecError) {
        self.rows = try FilteredRows(of: image, filter: effort.filter)
        var compressors: [Deflater] = []
        for search in effort.searches {
            compressors.append(try Deflater(level: search.level, strategy: search.strategy))
        }
        self.compressors = compressors
        self.looksBack = effort.searches.contains { !$0.isForRuns }
    }

    /// A band as a piece of the deflate stream, which ends with it if `isLast`.
    ///
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    func compress(_ band: Range<Int>, isLast: Bool) throws(ImageCodecError) -> CompressedBand {
        let past = GrowingBytes()
        if looksBack { try readPast(of: band.lowerBound, to: past) }
        let outputs = compressors.map { _ in GrowingBytes() }
        if band.lowerBound == 0 {
            for output in outputs { try output.append(Self.header) }
        }
        for compressor in compressors {
            compressor.begin(after: UnsafeRawBufferPointer(rebasing: past.bytes.suffix(Deflater.reach)))
        }
        var checksum = adler32_z(0, nil, 0)
        rows.seek(to: band.lowerBound)
        for number in band {
            let row = rows.read()
            checksum = adler32_z(checksum, row.bindMemory(to: UInt8.self).baseAddress, row.count)
            let ending: PieceEnding? = number < band.upperBound - 1 ? nil : isLast ? .closed : .open
            for (compressor, output) in zip(compressors, outputs) {
                try compressor.append(row, ending: ending, to: output)
            }
        }
        var best = outputs[0]
        for output in outputs where output.count < best.count { best = output }
        return CompressedBand(output: best, checksum: checksum, byteCount: band.count * rows.byteCount)
    }

    /// The filtered rows above a band, as far as zlib looks back: made again, so that no thread waits for another.
    private func readPast(of start: Int, to past: GrowingBytes) throws(ImageCodecError) {
        let rowCount = min((Deflater.reach - 1) / rows.byteCount + 1, start)
        rows.seek(to: start - rowCount)
        for _ in 0..<rowCount {
            let row = rows.read()
            try past.append(room: row.count) { room in
                room.copyMemory(from: row)
                return row.count
            }
        }
    }
}

/// A band, compressed.
struct CompressedBand: @unchecked Sendable {
    // Unchecked: handed from the thread that made it to the one that writes it, under a lock.
    let output: GrowingBytes
    /// Adler-32 of the bytes before compression.
    let checksum: UInt
    /// How many those were.
    let byteCount: Int
}
