import Foundation
import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

/// Ctrl-C ends the command with status 130 and leaves whole files only.
@Suite struct CutInterruptionTests {
    @Test func whileItWaitsForItsInput() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "a.png")
            try #require(mkfifo(folder("b.png"), 0o600) == 0)
            // The first picture is cut; reading the second one, a pipe that nobody writes to, lasts for ever.
            let command = try Command([input, folder("b.png"), "-o", folder("out"), "--quiet"])
            try waitUntil { folder.exists("out/a.png") }
            command.interrupt()
            let outcome = try command.outcome()
            expectStatus(130, outcome)
            #expect(outcome.messages.isEmpty)
            #expect(try folder.names("out") == ["a.png"])
            #expect(try folder.image("out/a.png").width == 96)
        }
    }

    @Test func whileItWorks() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.noise(width: 320, height: 320), "0.png")
            let count = 2000
            let inputs = try (0..<count).map { number in
                if number > 0 { try FileManager.default.linkItem(atPath: input, toPath: folder("\(number).png")) }
                return folder("\(number).png")
            }
            let command = try Command(inputs + ["-o", folder("out"), "--quiet"])
            try waitUntil { folder.exists("out/2.png") }
            command.interrupt()
            expectStatus(130, try command.outcome())
            let names = try folder.names("out")
            #expect(names.count < count)
            // All of them whole, and no temporary among them.
            #expect(names == (0..<names.count).map { "\($0).png" }.sorted())
            let first = try folder.bytes("out/0.png")
            for name in names { #expect(try folder.bytes("out/\(name)") == first) }
        }
    }

    @Test func whileItWrites() throws {
        try TemporaryFolder.with { folder in
            // Noise does not compress: the file is larger than a pipe, so its writer has to wait for its reader.
            let input = try folder.write(.noise(width: 300, height: 300), "in.png")
            let pipe = folder("pipe")
            try #require(mkfifo(pipe, 0o600) == 0)
            let command = try Command([input, "-o", pipe, "--keep-hidden", "--quiet"])
            let reader = try NamedPipe.reader(pipe)
            let first = try #require(try reader.read(upToCount: 1))
            command.interrupt()
            // Time for the signal to be seen before there is room to write on.
            usleep(200_000)
            let rest = try reader.readToEnd() ?? Data()
            expectStatus(130, try command.outcome())
            // What was begun became whole.
            #expect(try RasterImage(decoding: Array(first + rest)).width == 300)
        }
    }
}
