import Files
import Foundation
import ImageCodecs
import Matting
import PictureTestSupport
import Raster
import Testing

@testable import matte

/// Names are bytes, from the command line to the system call and back into messages.
@Suite struct CutNameTests {
    private static let names = [0xE9, 0xE8].map {
        BytePath(bytes: Array("caf".utf8) + [UInt8($0)] + Array(".jpg".utf8))
    }

    /// Two copies of a picture under names that are no UTF-8.
    private static func pictures(in folder: TemporaryFolder) throws -> [BytePath] {
        let bytes = try RasterImage.ball().encoded(as: .jpeg, options: .init()).withBytes { Array($0) }
        let paths = names.map { BytePath(folder.path).appending($0) }
        for path in paths {
            var writer = try AtomicFileWriter(path)
            try writer.write(bytes)
            try writer.finish()
        }
        return paths
    }

    /// A shell hands them over, for the tests' own means repair them.
    private static let script = #"cd "$W" && exec "$@" "$(printf 'caf\351.jpg')" "$(printf 'caf\350.jpg')" -o "$O""#

    private static func stems(_ folder: BytePath) throws -> [[UInt8]] {
        try folder.namesInFolder().filter { $0.pathExtension == "png" }.map(\.stem.bytes).sorted {
            $0.lexicographicallyPrecedes($1)
        }
    }

    @Test func namesThatAreNoText() throws {
        try TemporaryFolder.with { folder in
            let inputs = try Self.pictures(in: folder)
            let outcome = try Command.run(
                ["cut", "--json"], environment: ["W": folder.path, "O": "new/"], through: Self.script)
            expectStatus(0, outcome)
            let made = try Self.stems(BytePath(folder("new")))
            #expect(made == [Array("caf".utf8) + [0xE8], Array("caf".utf8) + [0xE9]])
            let objects = try outcome.objects()
            #expect(objects.map { $0["input"] as? String } == ["caf\\xE9.jpg", "caf\\xE8.jpg"])
            #expect(objects.first?["inputBase64"] as? String == "Y2Fm6S5qcGc=")
            // Again: what is there is found under its own name.
            let again = try Command.run(["cut"], environment: ["W": folder.path, "O": "new/"], through: Self.script)
            expectStatus(64, again, says: "new/caf\\xE9.png", "and 1 more")
            #expect(inputs.allSatisfy { $0.exists })
        }
    }

    @Test func messagesShowThem() throws {
        try TemporaryFolder.with { folder in
            let script = #"exec "$@" "$(printf 'no\351.jpg')" -o out.png"#
            let missing = try Command.run(["cut"], in: folder, through: script)
            expectStatus(1, missing)
            #expect(missing.messages == "matte: no\\xE9.jpg: cannot be read: No such file or directory\n")
            let option = try Command.run(
                ["a.jpg"], in: folder, through: #"exec "$@" "$(printf -- '--\351\033')""#)
            expectStatus(64, option, says: "--\\xE9\\u{1B}")
        }
    }

    /// Every file that the command opens, and its own temporaries, have such names.
    @Test func allThatIsReadAndWritten() throws {
        try TemporaryFolder.with { folder in
            let root = BytePath(folder.path)
            let latin = BytePath(bytes: [0xFF])
            try root.appending(latin).makeFolder()
            let copies: [(String, BytePath)] = [
                (try folder.write(.ball(), "in.png"), latin + ".png"),
                (try folder.write(.plain(width: 4, height: 4, [1, 2, 3]), "ground.png"), latin + "ground.png"),
                (try folder.write(PlainUNet.bytes(), "weights"), latin + ".safetensors"),
                (
                    try folder.write([1], "stale"),
                    latin.appending(BytePath(bytes: [46, 0xFF]) + ".1abc-7.matte-partial")
                ),
            ]
            for (from, to) in copies {
                let renamed = BytePath(from).withCString { from in
                    root.appending(to).withCString { rename(from, $0) }
                }
                #expect(renamed == 0)
            }
            let script = #"""
                n="$(printf '\377')"; cd "$W" || exit 9
                "$@" "$n.png" -o "$n/out.png" --background "${n}ground.png" --weights "$n.safetensors" || exit
                "$@" "$n.png" -o "$n/" --mask || exit
                "$@" weights check "$n.safetensors" || exit
                "$@" benchmark "$n.png" --weights "$n.safetensors" --runs 1
                """#
            // The executable alone: each line adds its own arguments.
            let outcome = try Command.run([], environment: ["W": folder.path, "TMPDIR": folder.path], through: script)
            expectStatus(0, outcome)
            #expect(try Set(root.appending(latin).namesInFolder()) == ["out.png", latin + ".png"])
        }
    }

    @Test func filmsAndFolders() throws {
        try TemporaryFolder.with { folder in
            let root = BytePath(folder.path)
            let latin = BytePath(bytes: [0xFF])
            try root.appending(latin).makeFolder()
            let picture = BytePath(try folder.write(.ball(), "1.png"))
            let target = root.appending(latin).appending(BytePath(bytes: [0xFE]) + "1.png")
            #expect(picture.withCString { from in target.withCString { rename(from, $0) } } == 0)
            let script = #"""
                n="$(printf '\377')"; m="$(printf '\376')"; cd "$W" || exit 9
                "$@" video "$n" -o "$m.y4m" || exit
                "$@" video "$m.y4m" -o "$m/$n%d.png" || exit
                mkdir images alphas && cp "$n"/* images/ && cp "$n"/* alphas/ || exit
                "$@" evaluate . --tsv "$n.tsv" --sheet "$n.png"
                """#
            let outcome = try Command.run([], environment: ["W": folder.path], through: script)
            // The true matte is a photograph with colours: it is found and refused.
            expectStatus(1, outcome, says: "alphas/\\xFE1.png: the matte has colours")
            #expect(root.appending(BytePath(bytes: [0xFE]) + ".y4m").exists)
            #expect(root.appending(BytePath(bytes: [0xFE])).appending(BytePath(bytes: [0xFF]) + "1.png").exists)
            #expect(root.appending(BytePath(bytes: [0xFF]) + ".tsv").exists)
        }
    }

    // MARK: The encoding

    @Test func everyNameComesThroughTheParser() {
        var names: [[UInt8]] = (1...255).map { [UInt8($0)] } + (1...255).map { [0x61, UInt8($0), 0x80] }
        // Text, accents by themselves, and the very characters that stand for bytes, whole and in pieces.
        names += ["é", "e\u{301}", "/\u{301}=", "\u{10F7E9}", "\u{10F700}\u{10F7FF}", "\u{FEFF}", "😀"].map {
            Array($0.utf8)
        }
        names += [[0xF4, 0x8F, 0x9F], [0xF4, 0x8F, 0x9F, 0xA9, 0xA9], [0xED, 0xA0, 0x80], [0xC0, 0x80]]
        var state: UInt64 = 1
        let likely: [UInt8] = [0x3D, 0x61, 0x80, 0x8F, 0x9F, 0xA9, 0xCC, 0xED, 0xF4, 0xFF]
        for _ in 0..<20_000 {
            names.append(
                (0..<8).map { _ in
                    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                    return likely[Int(state >> 33) % likely.count]
                })
        }
        for name in names {
            let text = CommandArguments.encoded(BytePath(bytes: name))
            #expect(CommandArguments.decoded(text).bytes == name)
        }
        #expect(CommandArguments.encoded("café") == "café")
        #expect(CommandArguments.encoded("--output=\u{301}x").hasPrefix("--output="))
    }
}
