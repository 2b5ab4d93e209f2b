import Files
import Foundation
import Raster
import TestSupport
import Testing

@testable import ImageCodecs

@Suite struct WholeFileTests {
    let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test(arguments: [0, 1, 65_536, 200_000]) func filesAreReadWhole(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 3) }
        try AtomicFile.write(bytes, to: folder.path("file"))
        #expect(try WholeFile.readAll(path: folder.path("file")).withBytes { Array($0) } == bytes)
    }

    @Test func pipesAreReadToTheEnd() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        let (input, output) = (ends[0], ends[1])
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let writer = Thread.detached { () -> Bool in
            let isWritten = (try? AtomicFile.write(bytes, to: "/dev/fd/\(output)")) != nil
            close(output)
            return isWritten
        }
        let read = try WholeFile.readAll(fileDescriptor: input)
        close(input)
        #expect(writer.value() == true)
        #expect(read.withBytes { Array($0) } == bytes)
    }

    @Test func aPictureComesThroughAPipe() throws {
        let file = PNGBuilder.plain()
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        try AtomicFile.write(file.bytes(), to: "/dev/fd/\(ends[1])")
        close(ends[1])
        defer { close(ends[0]) }
        #expect(try RasterImage(decoding: WholeFile.readAll(fileDescriptor: ends[0])).samples == file.samples)
    }

    @Test func theLimitHoldsForFilesAndStreams() throws {
        let path = folder.path("file")
        try AtomicFile.write([UInt8](repeating: 1, count: 100_000), to: path)
        #expect(try WholeFile.readAll(path: path, limit: 100_000).count == 100_000)
        #expect(throws: ImageCodecError.fileTooLarge(limit: 99_999, path: path)) {
            try WholeFile.readAll(path: path, limit: 99_999)
        }
        #if os(Linux)
        #expect(throws: ImageCodecError.fileTooLarge(limit: 1_000_000, path: "/dev/zero")) {
            try WholeFile.readAll(path: "/dev/zero", limit: 1_000_000)
        }
        #endif
    }

    /// What is no picture is refused by its first bytes, not after a gigabyte of it.
    @Test(.timeLimit(.minutes(1))) func streamsWithoutAnEndAreRefusedAtOnce() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        defer { ends.forEach { close($0) } }
        // As much as a pipe takes without a reader; its other end stays open, so that no end of it is ever seen.
        try AtomicFile.write([UInt8](repeating: 0, count: 65_536), to: "/dev/fd/\(ends[1])")
        let error = ImageCodecError.unrecognizedFormat(leadingBytes: [UInt8](repeating: 0, count: 64))
        #expect(throws: error) {
            try WholeFile.readAll(fileDescriptor: ends[0]) { (start) throws(ImageCodecError) in
                #expect(start.count == 65_536)
                _ = try ImageFormat.required(of: start)
            }
        }
        #if os(Linux)
        #expect(throws: error.about(path: "/dev/zero")) { try RasterImage(contentsOf: "/dev/zero") }
        #endif
    }

    /// The first bytes are looked at once, whatever the size.
    @Test(arguments: [0, 1, 4_096, 65_535, 65_536, 65_537, 200_000]) func firstBytesAreChecked(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 / 3) }
        try AtomicFile.write(bytes, to: folder.path("file"))
        var pieces: [[UInt8]] = []
        let file = try WholeFile.readAll(path: BytePath(folder.path("file"))) { (start) throws(ImageCodecError) in
            pieces.append(Array(start))
        }
        #expect(pieces == [Array(bytes.prefix(65_536))] && file.count == count)
    }

    /// Files of the system that claim a size of 0.
    @Test func filesWithoutASizeAreRead() throws {
        #if os(Linux)
        #expect(try WholeFile.readAll(path: "/proc/self/status").count > 100)
        #endif
    }

    @Test func aClosedDescriptorIsAnError() {
        #expect(throws: ImageCodecError.unreadableFile(path: nil, reason: "Bad file descriptor")) {
            try WholeFile.readAll(fileDescriptor: 9999)
        }
    }

    @Test func aPathWithANULIsAnError() {
        #expect(throws: ImageCodecError.unreadableFile(path: "a\0b", reason: "the path contains a NUL")) {
            try WholeFile.readAll(path: "a\0b")
        }
    }

    /// Both ends are set not to block, and are waited for instead of failing.
    @Test func pipesThatDoNotBlockAreWaitedFor() throws {
        var ends: [Int32] = [0, 0]
        #expect(pipe(&ends) == 0)
        for end in ends { #expect(fcntl(end, F_SETFL, O_NONBLOCK) == 0) }
        let (input, output) = (ends[0], ends[1])
        let bytes = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 / 3) }
        let reader = Thread.detached { try? WholeFile.readAll(fileDescriptor: input).withBytes { Array($0) } }
        usleep(20_000)
        try AtomicFile.write(bytes, to: "/dev/fd/\(output)")
        close(output)
        #expect(reader.value() == bytes)
        close(input)
    }
}
