#if os(Linux)
import Foundation
import PictureTestSupport
import Raster
import TestSupport
import Testing

/// Under limits of addresses, processes and descriptors the command works with what it gets, or says what it was refused:
/// it never hangs, and no signal ends it.
@Suite struct ResourceLimitTests {
    /// Addresses in kilobytes: from what the loader alone does not get to what is plenty. Below, the program itself has no
    /// room, and the system ends it before its first instruction.
    @Test(arguments: [30_000, 60_000, 100_000, 150_000, 200_000, 300_000, 600_000]) func addresses(limit: Int) throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            for set in ["baseline", "avx512"] {
                let outcome = try Command.run(
                    [input, "-o", folder("out.png"), "--threads", "2"],
                    environment: ["MATTING_INSTRUCTION_SET": set, "SWIFT_BACKTRACE": "enable=no"],
                    through: "ulimit -v \(limit); exec \"$@\"")
                Self.expectAnEnd(outcome, "\(set) within \(limit) kB")
                if limit >= 600_000 { expectStatus(0, outcome) }
            }
        }
    }

    /// What needs no more memory than this is not kept from it by what it does not use.
    @Test func theVersionNeedsLittle() throws {
        expectStatus(0, try Command.run(["--version"], through: "ulimit -v 300000; exec \"$@\""))
    }

    @Test(arguments: 3...9) func descriptors(limit: Int) throws {
        try TemporaryFolder.with { folder in
            let input = try folder.write(.ball(), "in.png")
            let outcome = try Command.run(
                [input, "-o", folder("out.png")], environment: ["SWIFT_BACKTRACE": "enable=no"],
                through: "ulimit -n \(limit); exec \"$@\"")
            Self.expectAnEnd(outcome, "\(limit) descriptors")
            if limit >= 6 { expectStatus(0, outcome) }
        }
    }

    /// With no thread but the first it is slower, nothing else. The superuser has no such limit, so it becomes a user that
    /// has no other process.
    @Test(arguments: ["cut", "video"]) func processes(verb: String) throws {
        let picture = try RasterImage.ball().encoded(as: .png).withBytes { Array($0) }
        let film = Array("YUV4MPEG2 W16 H16 F1:1 Cmono\nFRAME\n".utf8) + [UInt8](repeating: 90, count: 256)
        for limit in 0...4 {
            // Users that are known to nobody, one a run: another test's processes must not count.
            let user = 61_000 + Int.random(in: 0..<4_000)
            let become = geteuid() == 0 ? "setpriv --reuid=\(user) --regid=\(user) --clear-groups" : ""
            let outcome = try Command.run(
                [verb, "-", "-o", "-", "--threads", verb == "cut" ? "4" : "1"], input: verb == "cut" ? picture : film,
                environment: ["SWIFT_BACKTRACE": "enable=no"],
                through: "\(become) test -x \"$1\" || exit 99; exec \(become) prlimit --nproc=\(limit): \"$@\"")
            // Where the tests are built in a folder of the superuser's own.
            if outcome.status == 99 { return }
            if verb == "cut" {
                expectStatus(0, outcome)
                #expect(outcome.output.starts(with: [0x89, 0x50]), "a PNG file")
            } else {
                // Beside the first thread a film's reader and its network need one each, or one after the other.
                Self.expectAnEnd(outcome, "\(limit) processes")
                if limit < 2 { expectStatus(1, outcome, says: "thread") }
                if limit > 2 { expectStatus(0, outcome) }
            }
        }
    }

    /// One thread is one thread: none of the runtime's, none of a library's.
    @Test func oneThreadIsOneThread() throws {
        try TemporaryFolder.with { folder in
            let first = try folder.write(.ball(), "first.png")
            try folder.makeFolder("out")
            // The second picture never comes: the command waits for it with all that the first one needed still there.
            let pipe = Pipe()
            let command = try Command(
                [first, "-", "-o", folder("out"), "--threads", "1"], from: pipe.fileHandleForReading)
            try waitUntil { try folder.names("out").contains("first.png") }
            #expect(try command.threadCount == 1)
            try pipe.fileHandleForWriting.close()
            try pipe.fileHandleForReading.close()
            expectStatus(1, try command.outcome())
        }
    }

    private static func expectAnEnd(
        _ outcome: Command.Outcome, _ limit: String, sourceLocation: SourceLocation = #_sourceLocation
    ) {
        // 127 is the loader's, which names the library that it could not map.
        let isSaid = [1, 127].contains(outcome.status) && !outcome.messages.isEmpty
        #expect(
            outcome.status == 0 || isSaid, "\(limit): status \(outcome.status), \(outcome.messages)",
            sourceLocation: sourceLocation)
    }
}
#endif
