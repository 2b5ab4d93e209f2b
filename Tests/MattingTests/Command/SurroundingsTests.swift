import Foundation
import Matting
import PictureTestSupport
import Testing
import TestSupport

/// What a shell or a service manager hands to a process beside its arguments.
@Suite struct SurroundingsTests {
    /// Its number must not become that of the next thing that is opened.
    @Test func aClosedStandardOutputIsAnError() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            for options in [["-o", "-"], ["-o", folder("out.png"), "--json"]] {
                let outcome = try Command.run([input] + options, through: "exec \"$@\" >&-")
                expectStatus(1, outcome, says: "Bad file descriptor")
            }
        }
    }

    /// A limit of file sizes is an error of writing like any other, not a signal that ends the run.
    @Test func aLimitOfFileSizesIsSaid() throws {
        try TemporaryFolder.with { folder in
            let large = try folder.write(.noise(width: 100, height: 100, seed: 1), "large.png")
            let small = try folder.write(.plain(width: 9, height: 9, [1, 2, 3]), "small.png")
            try folder.makeFolder("out")
            let outcome = try Command.run(
                [large, small, "-o", folder("out"), "--keep-hidden"], through: "ulimit -f 1; exec \"$@\"")
            expectStatus(1, outcome, says: "large.png", "File too large")
            #expect(try folder.names("out") == ["small.png"])
        }
    }
}
