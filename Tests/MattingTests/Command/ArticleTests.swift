import Foundation
import ImageCodecs
import PictureTestSupport
import Raster
import Testing

@testable import Matting

/// The commands of the documentation do what it says, on small versions of the pictures that it names.
@Suite struct ArticleTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent()

    /// Lines that begin with `matte ` in the article's blocks of shell commands.
    private static func commands(of article: String) throws -> [String] {
        let path = root.appendingPathComponent("Sources/Matting/Documentation.docc/\(article).md")
        var (commands, isShell) = ([String](), false)
        for line in try String(contentsOf: path, encoding: .utf8).split(separator: "\n") {
            if line.hasPrefix("```") {
                isShell = line == "```sh"
            } else if isShell, line.hasPrefix("matte ") {
                commands.append(String(line))
            }
        }
        return commands
    }

    /// Writes a scene of `Tests/Scenes`, shrunk.
    private func write(_ scene: String, to folder: TemporaryFolder) throws {
        let image = try RasterImage(
            contentsOf: Self.root.appendingPathComponent("Tests/Scenes/\(scene).jpg").path)
        let (width, height) = (image.width / 4, image.height / 4)
        var samples = [Float](repeating: 0, count: width * height * 3)
        try samples.withUnsafeMutableBufferPointer {
            try image.averageAreas(width: width, height: height, into: #require($0.baseAddress), pool: .shared)
        }
        let small = try RasterImage.drawn(width: width, height: height) { x, y in
            (0..<3).map { Double(samples[(y * width + x) * 3 + $0]) }
        }
        try folder.write(small, "\(scene).jpg")
    }

    @Test func productShots() throws {
        let commands = try Self.commands(of: "ProductShots")
        #expect(commands.count >= 18)
        try TemporaryFolder.with { folder in
            for scene in ["shoe", "head", "plush", "room"] { try write(scene, to: folder) }
            let head = try folder.image("head.jpg")
            try folder.write(
                .drawn(width: head.width, height: head.height, colorModel: .rgba) { x, y in
                    let isStroke = abs(x - head.width / 2) < 4 && abs(y - head.height / 2) < 20
                    return isStroke ? [1, 1, 1, 1] : x < 5 && y < 40 ? [0, 0, 0, 1] : [0, 0, 0, 0]
                }, "strokes.png")
            for command in commands {
                // A quarter of the photograph's size: a pixel is a quarter as far.
                let line = command.replacingOccurrences(of: "--at 600,900", with: "--at 150,225")
                let words = try ["sh", "-c", "printf '%s\\n' \(line)"].shellWords()
                let outcome = try Command.run(Array(words.dropFirst()), in: folder)
                #expect(outcome.status == 0, "\(command): \(outcome.messages)")
                let output = try #require(words.firstIndex(of: "-o").map { words[$0 + 1] }, "\(command)")
                let isThere = folder.exists(output) || folder.exists("each-1.png") && output == "each.png"
                #expect(isThere, "\(command) wrote no \(output)")
            }
            let shop = try folder.image("shop.jpg")
            #expect(shop.width == 2000 && shop.height == 2000)
            // White at the corners, and something in the middle.
            #expect(shop.samples.prefix(3) == [255, 255, 255])
            #expect(shop.samples[(1000 * 2000 + 1000) * 3] < 250)
        }
    }
}

extension [String] {
    /// The words that the shell makes of its last argument.
    fileprivate func shellWords() throws -> [String] {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = Array(dropFirst())
        let pipe = Pipe()
        process.standardOutput = pipe
        try process.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").map(String.init)
    }
}
