import Testing

@testable import Files

@Suite struct BytePathTests {
    private static let latin = BytePath(bytes: Array("caf".utf8) + [0xE9] + Array(".jpg".utf8))

    @Test func textIsItsBytes() {
        #expect(BytePath("caf\u{E9}").bytes == [99, 97, 102, 0xC3, 0xA9])
        // Text that is equal, and two names.
        #expect("caf\u{E9}" == "cafe\u{301}")
        #expect(BytePath("caf\u{E9}") != BytePath("cafe\u{301}"))
        #expect(BytePath("caf\u{E9}").text == "café")
        #expect(Self.latin.text == nil)
    }

    @Test func bytesThatAreNoTextAreShown() {
        #expect(Self.latin.description == "caf\\xE9.jpg")
        #expect(BytePath("grün/ä.png").description == "grün/ä.png")
        // The beginning of a character, a character that is too long, half of a pair, and what follows them.
        for (bytes, shown) in [
            ([0xF0, 0x9F, 0x98], "\\xF0\\x9F\\x98"), ([0xC0, 0xAF, 0x61], "\\xC0\\xAFa"),
            ([0xED, 0xA0, 0x80], "\\xED\\xA0\\x80"), ([0xFF, 0xC3, 0xA9, 0x80], "\\xFFé\\x80"),
        ] as [([UInt8], String)] {
            #expect(BytePath(bytes: bytes).description == shown)
        }
    }

    /// Taken apart and put together again, any bytes are what they were, and what is shown is what UTF-8 says.
    @Test func anyBytesComeThrough() {
        var state: UInt64 = 1
        func next(_ bound: UInt64) -> UInt64 {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return (state >> 33) % bound
        }
        // Mostly bytes of which UTF-8 is made, so that much of it nearly is.
        let likely: [UInt8] = [0x61, 0x2F, 0x80, 0x8F, 0x9F, 0xBF, 0xC3, 0xE2, 0xED, 0xEF, 0xF0, 0xF4, 0xFF]
        for _ in 0..<20_000 {
            let bytes = (0..<next(9)).map { _ in likely[Int(next(UInt64(likely.count)))] }
            var again: [UInt8] = []
            var hasBytes = false
            BytePath.forEachPart(of: bytes) { part in
                switch part {
                case .scalar(let scalar): again += Array("\(scalar)".utf8)
                case .byte(let byte):
                    again.append(byte)
                    hasBytes = true
                }
            }
            #expect(again == bytes)
            #expect(hasBytes == (BytePath(bytes: bytes).text == nil))
        }
    }

    @Test(arguments: [
        ("a/b.c.jpg", "a/", "b.c.jpg", "b.c", "jpg"), ("b.png", ".", "b.png", "b", "png"),
        ("/b", "/", "b", "b", nil), ("a/.hidden", "a/", ".hidden", ".hidden", nil), ("a.b/c", "a.b/", "c", "c", nil),
        ("x.", ".", "x.", "x", ""), ("a/", "a/", "", "", nil), ("", ".", "", "", nil),
        // A slash and a dot stay what they are below an accent.
        ("a/\u{301}b.\u{301}c", "a/", "\u{301}b.\u{301}c", "\u{301}b", "\u{301}c"),
    ])
    func parts(path: String, folder: String, name: String, stem: String, pathExtension: String?) {
        let path = BytePath(path)
        #expect(path.folder == BytePath(folder))
        #expect(path.name == BytePath(name))
        #expect(path.stem == BytePath(stem))
        #expect(path.pathExtension == pathExtension)
    }

    @Test func joining() {
        #expect(BytePath("a").appending("b") == "a/b")
        #expect(BytePath("a/").appending("b") == "a/b")
        #expect(BytePath("").appending("b") == "b")
        #expect(BytePath("/").appending("b") == "/b")
        #expect(BytePath("a//").withoutTrailingSlashes == "a")
        #expect(BytePath("//").withoutTrailingSlashes == "/")
        #expect(BytePath("").withoutTrailingSlashes == "")
        #expect(Self.latin.hasPrefix("caf") && Self.latin.hasSuffix(".jpg") && !Self.latin.hasSuffix("é.jpg"))
    }

    @Test func descriptors() {
        #expect(BytePath("/dev/stdout").descriptorNumber == 1)
        #expect(BytePath("/dev/fd/7").descriptorNumber == 7)
        #expect(BytePath("/proc/self/fd/12").descriptorNumber == 12)
        for other in ["/dev/fd/", "/dev/fd/x", "/dev/null", "-", "/dev/fd/99999999999"] {
            #expect(BytePath(other).descriptorNumber == nil)
        }
    }

    /// A name with a NUL must not become the name before it.
    @Test func noCallSeesAPartOfAName() {
        let path = BytePath("/tmp\0/x")
        #expect(path.containsNUL)
        #expect(path.status() == nil && !path.exists && !path.isFolder)
        #expect(path.open(0) < 0)
        #expect(BytePath("/tmp").isFolder)
    }
}
