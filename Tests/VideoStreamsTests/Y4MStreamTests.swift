import Foundation
import ImageCodecs
import TestSupport
import Testing
import VideoStreams

@Suite struct Y4MStreamTests {
    /// Frames of three bytes of chroma-less 3 × 1 pixels.
    private static func stream(_ frames: [String]) -> [UInt8] {
        Array(("YUV4MPEG2 W3 H1 Cmono\n" + frames.joined()).utf8)
    }

    private static func frames(_ bytes: [UInt8]) throws -> [[UInt8]] {
        var reader = try Y4MReader(decoding: bytes)
        var frames: [[UInt8]] = []
        while let frame = try reader.nextFrame() { frames.append(frame.withBytes { Array($0) }) }
        #expect(reader.frameCount == frames.count)
        return frames
    }

    // MARK: Reading

    @Test func framesInOrder() throws {
        let bytes = Self.stream(["FRAME\nabc", "FRAME Ippp XANY=1\n\n\n\n", "FRAME\nxyz"])
        #expect(try Self.frames(bytes).map { String(decoding: $0, as: UTF8.self) } == ["abc", "\n\n\n", "xyz"])
        #expect(try Self.frames(Self.stream([])) == [])
    }

    @Test func framesLargerThanTheBuffer() throws {
        let (width, height) = (300, 400)
        let header = try Y4MHeader(line: "YUV4MPEG2 W\(width) H\(height) C444")
        let plane = (0..<width * height * 3).map { UInt8(truncatingIfNeeded: $0 &* 7 / 3) }
        let bytes = Array("\(header.line)\n".utf8) + (0..<2).flatMap { _ in Array("FRAME\n".utf8) + plane }
        #expect(try Self.frames(bytes) == [plane, plane])
        let folder = try TemporaryFolder()
        let path = folder.path("film.y4m")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var reader = try Y4MReader(path: path)
        #expect(reader.expectedFrameCount == 2)
        for _ in 0..<2 { #expect(try reader.nextFrame()?.withBytes { Array($0) } == plane) }
        let end = try reader.nextFrame()
        #expect(end?.format == nil)
    }

    @Test func whatIsNoVideo() throws {
        #expect(throws: VideoStreamError.notVideo(leadingBytes: [])) { try Self.frames([]) }
        #expect(throws: VideoStreamError.notVideo(leadingBytes: [0x89, 0x50])) { try Self.frames([0x89, 0x50]) }
        #expect(throws: VideoStreamError.notVideo(leadingBytes: Array("YUV4MPEG3 W2 H2".utf8))) {
            try Self.frames(Array("YUV4MPEG3 W2 H2\n".utf8))
        }
        #expect(throws: VideoStreamError.truncatedHeader) { try Self.frames(Array("YUV4MPEG2 W2 H2".utf8)) }
        let long = Array("YUV4MPEG2 W2 H2 X".utf8) + [UInt8](repeating: 0x41, count: 5000)
        #expect(throws: VideoStreamError.lineTooLong(frame: 0, limit: 4096)) { try Self.frames(long + [10]) }
        // Endless garbage is not read to its end.
        #expect(throws: VideoStreamError.notVideo(leadingBytes: [UInt8](repeating: 7, count: 16))) {
            try Self.frames([UInt8](repeating: 7, count: 1_000_000))
        }
    }

    @Test func streamsThatEndTooEarly() {
        for (tail, count) in [("FRAME\n", 0), ("FRAME\na", 1), ("FRAME\nab", 2), ("FRA", 0), ("FRAME", 0)] {
            #expect(throws: VideoStreamError.truncated(frame: 2, byteCount: count, expected: 3)) {
                try Self.frames(Self.stream(["FRAME\nabc", tail]))
            }
        }
    }

    @Test func damagedFrames() {
        for tail in ["frame\nabc", "FRAMES\nabc", "\nFRAME\nabc", "x"] {
            #expect(throws: VideoStreamError.notAFrame(frame: 2)) {
                try Self.frames(Self.stream(["FRAME\nabc", tail]))
            }
        }
        let long = "FRAME " + String(repeating: "x", count: 5000) + "\nabc"
        #expect(throws: VideoStreamError.lineTooLong(frame: 1, limit: 4096)) { try Self.frames(Self.stream([long])) }
    }

    @Test func filesThatAreNotThere() throws {
        #expect(throws: VideoStreamError.unreadable(frame: 0, reason: "No such file or directory")) {
            _ = try Y4MReader(path: "/nowhere/film.y4m")
        }
        let folder = try TemporaryFolder()
        #expect(throws: VideoStreamError.unreadable(frame: 0, reason: "Is a directory")) {
            _ = try Y4MReader(path: folder.root)
        }
    }

    @Test func mutatedStreamsAreReadOrRefused() {
        let good = Array("YUV4MPEG2 W3 H1 F25:1 Ip A1:1 Cmono XCOLORRANGE=FULL\nFRAME Ip\nabcFRAME\nxyz".utf8)
        var random = SeededGenerator(seed: 2_026)
        var counts = (read: 0, refused: 0)
        for _ in 0..<2000 {
            var bytes = good
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: bytes.indices, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes[place] = UInt8.random(in: 48...57, using: &random)
                case 2: bytes.remove(at: place)
                default: bytes.insert(contentsOf: good[place % good.count..<good.count].prefix(7), at: place)
                }
            }
            do {
                _ = try Self.frames(bytes)
                counts.read += 1
            } catch {
                counts.refused += 1
                if !(error is VideoStreamError) { Issue.record("\(error) of \(bytes)") }
            }
        }
        #expect(counts.read > 0 && counts.refused > 0)
    }

    // MARK: Writing

    @Test func whatIsWrittenIsReadAgain() throws {
        let folder = try TemporaryFolder()
        for sampling in PlanarFormat.Sampling.allCases {
            // Deep 4:2:0 has one name for all its sitings, which means the left one.
            for depth in [.quarterCentered, .quarterTopLeft].contains(sampling) ? [8] : [8, 10] {
                let format = try PlanarFormat(width: 5, height: 3, sampling: sampling, bitDepth: depth)
                var frame = try PlanarFrame(format)
                try frame.withMutableBytes { for index in $0.indices { $0[index] = UInt8(index % 4) } }
                let header = Y4MHeader(format: format, frameRate: .init(24, 1), isFullRange: true)
                let path = folder.path("film.y4m")
                var writer = try Y4MWriter(header, to: path)
                for _ in 0..<3 { try writer.write(frame) }
                try writer.finish()
                var reader = try Y4MReader(path: path)
                #expect(reader.header == header)
                #expect(reader.expectedFrameCount == 3)
                let expected = frame.withBytes { Array($0) }
                for _ in 0..<3 { #expect(try reader.nextFrame()?.withBytes { Array($0) } == expected) }
            }
        }
    }

    @Test func filesAppearWholeOrNotAtAll() throws {
        let folder = try TemporaryFolder()
        let format = try PlanarFormat(width: 3, height: 1, sampling: .gray)
        let path = folder.path("film.y4m")
        func begin() throws -> Y4MWriter {
            var writer = try Y4MWriter(Y4MHeader(format: format), to: path)
            try writer.write(try PlanarFrame(format))
            return writer
        }
        do {
            let writer = try begin()
            let name = writer.temporaryPath?.text
            let temporary = try #require(name)
            #expect(FileManager.default.fileExists(atPath: temporary))
            #expect(!FileManager.default.fileExists(atPath: path))
            _ = consume writer
        }
        #expect(folder.names == [])
        var writer = try begin()
        try writer.finish()
        #expect(folder.names == ["film.y4m"])
    }

    @Test func otherFramesAreRefused() throws {
        let folder = try TemporaryFolder()
        let format = try PlanarFormat(width: 3, height: 1, sampling: .gray)
        var writer = try Y4MWriter(Y4MHeader(format: format), to: folder.path("film.y4m"))
        try writer.write(try PlanarFrame(format))
        let other = try PlanarFrame(format.with(bitDepth: 10))
        #expect(throws: VideoStreamError.differentFormat(frame: 2)) { try writer.write(other) }
    }

    @Test func whatCannotBeWritten() throws {
        let header = Y4MHeader(format: try PlanarFormat(width: 3, height: 1, sampling: .gray))
        #expect(throws: VideoStreamError.cannotWrite(frame: 0, reason: "No such file or directory")) {
            _ = try Y4MWriter(header, to: "/nowhere/film.y4m")
        }
        #expect(throws: VideoStreamError.cannotWrite(frame: 0, reason: "No space left on device")) {
            _ = try Y4MWriter(header, to: "/dev/full")
        }
    }

    @Test func framesAreValues() throws {
        let format = try PlanarFormat(width: 3, height: 1, sampling: .gray)
        let first = try PlanarFrame(format)
        var second = first
        try second.withMutableBytes { $0[0] = 9 }
        #expect(first.withBytes { $0[0] } == 0)
        #expect(second.withBytes { $0[0] } == 9)
    }
}
