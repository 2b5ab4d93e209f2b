import Foundation
import PictureTestSupport
import Testing
import TestSupport
import WeightFiles

@testable import Matting

/// Reports and messages that a redirection sends into a file that is named.
@Suite struct StandardStreamTests {
    private static func withFiles(_ body: (TemporaryFolder, _ picture: [UInt8], _ weights: [UInt8]) throws -> Void)
        throws
    {
        try TemporaryFolder.with { folder in
            let picture = try RasterImage.ball().encoded(as: .png).withBytes { Array($0) }
            var writer = WeightFileWriter(metadata: ["note": "of a test"])
            try writer.add("layer.weight", shape: [2], values: [1, 2])
            let weights = try writer.bytes()
            try folder.write(picture, "in.png")
            try folder.write(weights, "w.safetensors")
            try body(folder, picture, weights)
        }
    }

    /// A shell's `>>` and `<>` open a file without emptying it.
    @Test(arguments: [
        #"exec "$@" weights inspect w.safetensors >>w.safetensors"#,
        #"exec "$@" weights check w.safetensors 1<>w.safetensors"#,
        #"exec "$@" weights diff w.safetensors in.png --json >>w.safetensors"#,
        #"exec "$@" benchmark in.png --runs 1 >>in.png"#,
        #"exec "$@" benchmark --weights=w.safetensors --runs 1 1<>w.safetensors"#,
        #"exec "$@" benchmark - --runs 1 <in.png >>in.png"#,
        #"ln in.png also.png; exec "$@" in.png --help >>also.png"#,
        #"exec "$@" missing.png in.png -o out/ 2>>in.png"#, #"exec "$@" in.png --nonsense 2<>in.png"#,
        #"exec "$@" in.png -o out.nonsense 2>>in.png"#, #"exec "$@" - --nonsense <in.png 2>>in.png"#,
        #"exec "$@" weights check w.safetensors 2>>w.safetensors"#,
        #"exec "$@" other.png --background=in.png -o out.png 2>>in.png"#,
    ])
    func streamsIntoFilesThatAreNamed(script: String) throws {
        try Self.withFiles { folder, picture, weights in
            let outcome = try Command.run([], in: folder, through: script)
            expectStatus(64, outcome)
            if !script.contains("2>>") && !script.contains("2<>") {
                #expect(outcome.messages.contains("never overwritten"))
            }
            #expect(try folder.bytes("in.png") == picture)
            #expect(try folder.bytes("w.safetensors") == weights)
            #expect(!folder.exists("out") && !folder.exists("out.png"))
        }
    }

    /// What is empty loses nothing, and no word means the file that it happens to be called like.
    @Test(arguments: [
        #"exec "$@" weights list >weights"#, #"exec "$@" weights list >>log 2>>log"#,
        #"exec "$@" in.png -o /dev/stdout >out"#, #"echo >>log; exec "$@" weights check missing 2>>log || exit 0"#,
        #"echo >>out; exec "$@" in.png -o /dev/stdout >>out"#,
    ])
    func streamsElsewhere(script: String) throws {
        try Self.withFiles { folder, picture, _ in
            let outcome = try Command.run([], in: folder, through: script)
            #expect(outcome.status == 0 || outcome.status == 1, "\(outcome.messages)")
            #expect(try folder.bytes("in.png") == picture)
        }
    }
}
