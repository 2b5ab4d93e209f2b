import Raster
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Packs planes row by row, on all threads, in memory that does not grow with them: once to learn how long the rows
/// become, and once more to write them.
final class PSDRows {
    /// Bytes of a plane that a thread packs at a time.
    private static let pieceBytes = 1 << 18
    private static let piecesPerThread = 2

    let pool: ThreadPool
    /// For each thread a row as it is, and for each piece its rows packed.
    private var rows: [UnsafeMutablePointer<UInt8>] = []
    private var pieces: [UnsafeMutablePointer<UInt8>] = []

    /// - Parameter bytesPerRow: of the widest plane.
    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(bytesPerRow: Int, _ pool: ThreadPool) throws(ImageCodecError) {
        self.pool = pool
        for _ in 0..<pool.threadCount { rows.append(try Self.allocate(bytesPerRow)) }
        let pieceBytes = max(Self.pieceBytes, bytesPerRow)
        // Every row may need its own byte more.
        let packed = 2 * pieceBytes + 1_024
        for _ in 0..<pool.threadCount * Self.piecesPerThread { pieces.append(try Self.allocate(packed)) }
    }

    deinit { for memory in rows + pieces { free(memory) } }

    private static func allocate(_ byteCount: Int) throws(ImageCodecError) -> UnsafeMutablePointer<UInt8> {
        guard let memory = malloc(max(byteCount, 1)) else {
            throw .outOfMemory(byteCount: byteCount, purpose: "rows of a layer")
        }
        return memory.bindMemory(to: UInt8.self, capacity: byteCount)
    }

    private func rowsAtOnce(_ plane: PSDPlane) -> Int { max(Self.pieceBytes / plane.bytesPerRow, 1) }

    /// The packed length of each row of a plane, in bytes.
    func lengths(of plane: PSDPlane) -> [Int32] {
        let step = rowsAtOnce(plane)
        return [Int32](unsafeUninitializedCapacity: plane.height) { lengths, count in
            let target = lengths
            target.initialize(repeating: 0)
            let pieceCount = (plane.height + step - 1) / step
            pool.forEach(pieceCount) { piece, slot in
                for row in piece * step..<min((piece + 1) * step, plane.height) {
                    plane.fill(row, rows[slot], slot)
                    let packed = pieces[slot]
                    target[row] = Int32(
                        truncatingIfNeeded: PackBits.pack(rows[slot], count: plane.bytesPerRow, to: packed))
                }
            }
            count = plane.height
        }
    }

    /// Writes the packed rows of a plane, in order.
    func write(
        _ plane: PSDPlane, to sink: (UnsafeRawBufferPointer) throws(ImageCodecError) -> Void
    ) throws(ImageCodecError) {
        let step = rowsAtOnce(plane)
        var filled = [Int](repeating: 0, count: pieces.count)
        for start in stride(from: 0, to: plane.height, by: step * pieces.count) {
            let pieceCount = min((plane.height - start + step - 1) / step, pieces.count)
            filled.withUnsafeMutableBufferPointer { buffer in
                let filled = buffer
                pool.forEach(pieceCount) { piece, slot in
                    let first = start + piece * step
                    var count = 0
                    for row in first..<min(first + step, plane.height) {
                        plane.fill(row, rows[slot], slot)
                        count += PackBits.pack(rows[slot], count: plane.bytesPerRow, to: pieces[piece] + count)
                    }
                    filled[piece] = count
                }
            }
            for piece in 0..<pieceCount {
                try sink(UnsafeRawBufferPointer(start: pieces[piece], count: filled[piece]))
            }
        }
    }
}
