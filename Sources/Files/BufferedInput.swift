#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Bytes of a file, pipe or array, read piece by piece with a small buffer.
package struct BufferedInput: ~Copyable, Sendable {
    private let descriptor: Int32?
    private let isOwned: Bool
    private var buffer: [UInt8]
    /// What of the buffer is not yet read.
    private var rest: Range<Int>

    package init(path: BytePath) throws(FileFailure) {
        guard !path.containsNUL else { throw FileFailure("the path contains a NUL") }
        let descriptor = path.open(O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileFailure.system }
        self.init(descriptor: descriptor, isOwned: true)
    }

    /// What is left to read from an open descriptor, which stays open afterwards.
    package init(fileDescriptor: Int32) { self.init(descriptor: fileDescriptor, isOwned: false) }

    private init(descriptor: Int32, isOwned: Bool) {
        self.descriptor = descriptor
        self.isOwned = isOwned
        buffer = [UInt8](repeating: 0, count: 1 << 16)
        rest = 0..<0
    }

    package init(bytes: [UInt8]) {
        descriptor = nil
        isOwned = false
        buffer = bytes
        rest = 0..<bytes.count
    }

    deinit { if isOwned, let descriptor { close(descriptor) } }

    /// Bytes that are left, where that is known: of a file or an array.
    package var remainingCount: Int? {
        guard let descriptor else { return rest.count }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        let place = lseek(descriptor, 0, SEEK_CUR)
        guard place >= 0 else { return nil }
        return max(Int(status.st_size) - Int(place), 0) + rest.count
    }

    /// Fills the empty buffer; false at the end of the input.
    private mutating func refill() throws(FileFailure) -> Bool {
        guard let descriptor else { return false }
        let count = buffer.withUnsafeMutableBytes { bytes in
            bytes.baseAddress.map { readSome(descriptor, into: $0, count: bytes.count) } ?? 0
        }
        guard count >= 0 else { throw FileFailure.system }
        rest = 0..<count
        return count > 0
    }

    /// How a line ended.
    package enum LineEnd { case newline, endOfInput, limit }

    /// The bytes up to a newline, which is read too, to the end of the input, or to `limit`.
    package mutating func readLine(limit: Int) throws(FileFailure) -> (bytes: [UInt8], end: LineEnd) {
        var line: [UInt8] = []
        while line.count <= limit {
            if rest.isEmpty, try !refill() { return (line, .endOfInput) }
            if let newline = buffer[rest].firstIndex(of: UInt8(ascii: "\n")) {
                line += buffer[rest.lowerBound..<newline]
                rest = newline + 1..<rest.upperBound
                return (line, line.count > limit ? .limit : .newline)
            }
            line += buffer[rest]
            rest = rest.upperBound..<rest.upperBound
        }
        return (line, .limit)
    }

    /// Fills `target`, or as much of it as there is; returns how much that was.
    package mutating func read(into target: UnsafeMutableRawBufferPointer) throws(FileFailure) -> Int {
        guard let base = target.baseAddress else { return 0 }
        let buffered = min(rest.count, target.count)
        buffer.withUnsafeBytes { bytes in
            target.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[rest.prefix(buffered)]))
        }
        rest = rest.lowerBound + buffered..<rest.upperBound
        var count = buffered
        while count < target.count, let descriptor {
            let step = readSome(descriptor, into: base + count, count: target.count - count)
            guard step >= 0 else { throw FileFailure.system }
            if step == 0 { break }
            count += step
        }
        return count
    }
}
