import Foundation
import Testing

@testable import Matting

/// What `matte batch` refuses before any work, and what it survives.
@Suite struct BatchSafetyTests {
    @Test func whatCannotWorkIsRefusedBeforeAnyWork() throws {
        try BatchFolder.with { batch in
            try batch.folder.write(Array("path,id\na.png,1\nc.png,1\n".utf8), "in/same.csv")
            try batch.folder.write(Array("path,outputs\na.png,poster\n".utf8), "in/channel.csv")
            try batch.folder.write(Array("exports: {a: {format: gif}}\notherwise: publish\n".utf8), "bad.yaml")
            let rules = "exports:\n  a: {format: png, name: \"{sku}.png\"}\n  b: {format: png, name: \"x.png\"}\n"
            try batch.folder.write(Array((rules + "lanes: {publish: [a]}\notherwise: publish\n").utf8), "sku.yaml")
            try batch.folder.write(Array((rules + "lanes: {check: [b]}\notherwise: check\n").utf8), "one.yaml")
            let cases: [([String], String)] = [
                ([], "Name what to read"), (["in"], "Name what to read"),
                (["in", "out", "more"], "put a pattern in quotes"),
                (["in/same.csv", "out"], "both have the id '1'"), (["in/channel.csv", "out"], "'poster'"),
                (["in", "out", "--rules", "bad.yaml"], "bad.yaml:1:23: 'format' is png"),
                (["in", "out", "--rules", "none.yaml"], "none.yaml: cannot be read"),
                (["in", "out", "--rules", "sku.yaml"], "it has no sku"),
                (["in", "out", "--rules", "one.yaml"], "would both be written to 'check/x.png'"),
                (["in", "out", "--shard", "3/3"], "shard"), (["in", "out", "--at-once", "0"], "--at-once"),
                (["in", "out", "--apply", "none.json"], "none.json"), (["none/", "out"], "none"),
                (["none.csv", "out"], "none.csv"), (["in", ""], "name of a folder"),
            ]
            for (words, part) in cases {
                // The later of two is taken.
                let outcome = try Command.run(
                    ["batch"] + BatchFolder.options.filter { $0 != "--rules" && $0 != "rules.yaml" }
                        + (words.contains("--rules") ? [] : ["--rules", "rules.yaml"]) + words, in: batch.folder)
                #expect(outcome.status == 64, "\(words): \(outcome.status) \(outcome.messages)")
                #expect(outcome.messages.contains(part), "\(words): \(outcome.messages)")
                #expect(!batch.folder.exists("out"), "\(words)")
            }
        }
    }

    @Test func filesThatAreNotItsOwnStay() throws {
        try BatchFolder.with { batch in
            try batch.folder.makeFolder("out/publish")
            try batch.folder.write([7], "out/publish/a.png")
            expectStatus(64, try batch.run(), says: "'out/publish/a.png' is there already")
            #expect(try batch.results() == ["publish/a.png"])
            expectStatus(0, try batch.run(["in", "out", "--overwrite"]))
            #expect(try batch.folder.bytes("out/publish/a.png").count > 1)
            // A link leads to what is not the batch's.
            try batch.write(50, "a.png")
            try FileManager.default.removeItem(atPath: batch.folder("out/publish/a.png"))
            try batch.folder.link("out/publish/a.png", to: batch.folder("in/m.png"))
            let before = try batch.folder.bytes("in/m.png")
            expectStatus(1, try batch.run(), says: "is a link")
            #expect(try batch.folder.bytes("in/m.png") == before)
        }
    }

    /// A person's work in the lane for people is no fault; what is to be published and is not the batch's is one.
    @Test func filesThatSomebodyHasChangedStay() throws {
        try BatchFolder.with { batch in
            expectStatus(0, try batch.run())
            try batch.folder.write([7], "out/manual/m.png/matte.png")
            let stays = "in/m.png: manual/m.png/matte.png: stays, for somebody has changed it"
            expectStatus(0, try batch.run(), says: stays)
            try batch.folder.write([7], "out/publish/a.png")
            let rules = BatchFolder.rules.replacingOccurrences(of: "by hand", with: "by a hand")
            try batch.folder.write(Array(rules.utf8), "rules.yaml")
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(1, outcome, says: stays, "in/a.png: publish/a.png: stays")
            #expect(try outcome.objects().last?["held"] as? Int == 2)
            for name in ["manual/m.png/matte.png", "publish/a.png"] {
                #expect(try batch.folder.bytes("out/\(name)") == [7])
            }
        }
    }

    @Test func correctionsOfNoPictureAreSaid() throws {
        try BatchFolder.with { batch in
            expectStatus(0, try batch.run())
            try batch.folder.makeFolder("out/manual/done")
            try batch.folder.write([7], "out/manual/done/mm.psd")
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(1, outcome, says: "manual/done/mm.psd: is not used: it fits no picture")
            #expect(try outcome.objects().last?["refused"] as? Int == 1)
        }
    }

    @Test func resultsInTheFolderOfPicturesAreNoPictures() throws {
        try BatchFolder.with { batch in
            for _ in 0..<2 { expectStatus(0, try batch.run(["in", "in"])) }
            #expect(batch.folder.exists("in/publish/a.png") && !batch.folder.exists("in/publish/publish"))
            expectStatus(64, try batch.run(["-", "in"], input: Array("in/publish/a.png".utf8)), says: "lies in 'in'")
        }
    }

    /// Names are bytes: line breaks, no UTF-8, a dash at the beginning; and links that lead in circles.
    @Test func oddNamesAndLinks() throws {
        try BatchFolder.with(["line\nbreak.png", "-dash.png", "%41.png"]) { batch in
            #if os(Linux)
            let odd =
                Array(batch.folder("in/sub").utf8).map { CChar(bitPattern: $0) } + [47, -23, 46, 112, 110, 103, 0]
            try #require(rename(batch.folder("in/%41.png"), odd) == 0)
            #endif
            try batch.folder.link("in/sub/loop", to: batch.folder("in"))
            try batch.folder.link("in/nowhere.png", to: "missing")
            let outcome = try batch.run(["in", "out", "--json"])
            expectStatus(1, outcome, says: "nowhere.png")
            let done = try batch.results(outcome).filter { $0.value["outcome"] as? String == "done" }.keys.sorted()
            #if os(Linux)
            #expect(done == ["-dash.png", "line%0Abreak.png", "sub/%E9.png"])
            #endif
            let again = try batch.results(batch.run(["in", "out", "--json"]))
            #expect(again.values.count { $0["outcome"] as? String == "unchanged" } == 3)
        }
    }

    @Test func listsAndPatterns() throws {
        try BatchFolder.with { batch in
            expectStatus(0, try batch.run(["-", "one", "-0"], input: Array("in/a.png\0in/sub/b.png\0".utf8)))
            #expect(try batch.results("one").contains("publish/in/sub/b_shop.jpg"))
            expectStatus(0, try batch.run(["in/**/[ab].png", "two"]))
            #expect(
                try batch.results("two") == [
                    "publish/a.png", "publish/a_shop.jpg", "publish/sub/b.png", "publish/sub/b_shop.jpg",
                ])
        }
    }

    @Test func whatCannotBeWrittenIsSaid() throws {
        try BatchFolder.with { batch in
            // A limit of file sizes is like a full disk: writing fails, and nothing half-written stays.
            let outcome = try batch.run(through: "ulimit -f 1; exec \"$@\"")
            #expect(outcome.status == 1, "\(outcome.messages)")
            #expect(batch.folder.hiddenNames() == [])
            expectStatus(0, try batch.run())
            #expect(try batch.results().count == 10)
        }
    }

    /// Hours of work that cannot be kept are not done.
    @Test func aRunWithoutAPlaceToWriteToEnds() throws {
        try BatchFolder.with((0..<30).map { "p\($0).png" }) { batch in
            try batch.folder.makeFolder("out")
            try batch.folder.write([], "out/publish")
            expectStatus(1, try batch.run(), says: "10 pictures in a row could not be written", "run it again")
            let manifest = String(decoding: try batch.folder.bytes("out/manifest.jsonl"), as: UTF8.self)
            #expect(manifest.split(separator: "\n").count { $0.contains("\"milliseconds\":{\"") } < 25)
            try FileManager.default.removeItem(atPath: batch.folder("out/publish"))
            expectStatus(0, try batch.run())
            #expect(try batch.results().count == 60)
        }
    }

    /// Root reads and writes everywhere: the command runs as somebody else.
    @Test func whatIsNotAllowedIsSaid() throws {
        try BatchFolder.with { batch in
            let command = "setpriv --reuid=65534 --regid=65534 --clear-groups"
            let script = getuid() == 0 ? "\(command) test -x \"$1\" || exit 77; exec \(command) \"$@\"" : "exec \"$@\""
            func allow(_ permissions: Int, _ name: String) throws {
                try FileManager.default.setAttributes(
                    [.posixPermissions: permissions], ofItemAtPath: batch.folder(name))
            }
            for name in ["", "in", "in/sub"] { try allow(0o777, name) }
            let whole = try batch.run(["in", "whole"], through: script)
            // There is no setpriv, or others may not run the command.
            if whole.status == 77 || whole.status == 127 { return }
            expectStatus(0, whole)
            try allow(0o000, "in/a.png")
            expectStatus(1, try batch.run(through: script), says: "in/a.png: cannot be read: Permission denied")
            #expect(try batch.results().count == 8)
            try allow(0o644, "in/a.png")
            expectStatus(0, try batch.run(through: script))
            #expect(try batch.files() == batch.files("whole"))
            try allow(0o555, "in/sub")
            expectStatus(64, try batch.run(["in", "in/sub/out"], through: script), says: "cannot be written")
            try allow(0o000, "in/sub")
            expectStatus(64, try batch.run(["in", "other"], through: script), says: "cannot be listed")
            try allow(0o777, "in/sub")
        }
    }

    /// Whenever it is killed, the next run ends where an undisturbed one does.
    @Test func killedAndGoneOnWith() throws {
        try BatchFolder.with((0..<24).map { "\($0 % 3 == 0 ? "m" : "p")\($0).png" }) { batch in
            expectStatus(0, try batch.run(["in", "whole"]))
            let whole = try batch.files("whole")
            var random = SystemRandomNumberGenerator()
            var kills = 0
            while kills < 6 {
                let command = try Command(
                    ["batch", "in", "out"] + BatchFolder.options, in: batch.folder)
                usleep(UInt32.random(in: 5_000...150_000, using: &random))
                command.interrupt(SIGKILL)
                if try command.outcome().status == 0 { break }
                kills += 1
            }
            expectStatus(0, try batch.run())
            #expect(try batch.files() == whole)
            #expect(batch.folder.hiddenNames() == [])
        }
    }

    @Test func interruptedItLeavesWholeFilesOnly() throws {
        try BatchFolder.with((0..<40).map { "p\($0).png" }) { batch in
            let command = try Command(["batch", "in", "out"] + BatchFolder.options, in: batch.folder)
            try waitUntil { batch.folder.exists("out/publish") }
            command.interrupt()
            let outcome = try command.outcome()
            #expect(outcome.status == 130 || outcome.status == 0, "\(outcome.messages)")
            #expect(batch.folder.hiddenNames() == [])
            expectStatus(0, try batch.run())
            #expect(try batch.results().count == 80)
        }
    }
}

/// `matte batch --watch`: what comes into the folder is done when it is whole.
@Suite struct BatchWatchTests {
    /// Another run, such as one that carries decisions out, is waited for.
    @Test(.timeLimit(.minutes(2))) func anotherRunIsWaitedFor() throws {
        try BatchFolder.with(["a.png"]) { batch in
            let words = ["batch", "in", "out", "--watch"] + BatchFolder.options
            let command = try Command(words, in: batch.folder)
            try waitUntil { batch.folder.exists("out/review/index.html") }
            let held = open(batch.folder("out/manifest.jsonl"), O_RDWR)
            try #require(held >= 0)
            // The first run may not have let go of it yet.
            try waitUntil { flock(held, LOCK_EX | LOCK_NB) == 0 }
            try batch.write(9, "sub/p.png")
            usleep(2_500_000)
            #expect(!batch.folder.exists("out/publish/sub/p.png"))
            close(held)
            try waitUntil { batch.folder.exists("out/publish/sub/p_shop.jpg") }
            command.interrupt()
            expectStatus(130, try command.outcome(), says: "is being worked on by another run; waiting for it")
        }
    }

    @Test(.timeLimit(.minutes(2))) func whatComesIsDone() throws {
        try BatchFolder.with(["a.png"]) { batch in
            let command = try Command(["batch", "in", "out", "--watch"] + BatchFolder.options, in: batch.folder)
            try waitUntil { batch.folder.exists("out/publish/a.png") }
            // Half of a file, and the other half a little later.
            try batch.write(9, "whole.png")
            let bytes = try batch.folder.bytes("in/whole.png")
            try FileManager.default.removeItem(atPath: batch.folder("in/whole.png"))
            try batch.folder.write(Array(bytes.prefix(bytes.count / 2)), "in/sub/p.png")
            usleep(400_000)
            let file = try #require(FileHandle(forWritingAtPath: batch.folder("in/sub/p.png")))
            try file.seekToEnd()
            try file.write(contentsOf: Data(bytes.suffix(bytes.count - bytes.count / 2)))
            try file.close()
            try waitUntil { batch.folder.exists("out/publish/sub/p_shop.jpg") }
            command.interrupt()
            let outcome = try command.outcome()
            expectStatus(130, outcome)
            #expect(!outcome.messages.contains("p.png"), "\(outcome.messages)")
        }
    }
}
