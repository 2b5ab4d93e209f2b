import Testing

@testable import WeightFiles

/// What people have in place of a weight file, told by its first bytes.
@Suite("Files that are no weights")
struct ForeignWeightsTests {
    private func error(_ bytes: [UInt8]) -> WeightError? {
        do throws(WeightError) {
            _ = try WeightFile(bytes)
            return nil
        } catch {
            return error
        }
    }

    private func error(_ text: String) -> WeightError? { error(Array(text.utf8)) }

    @Test("gitLFSPointer")
    func gitLFSPointer() {
        let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 176194565\n"
        #expect(error(pointer) == .gitLFSPointer(file: "test"))
    }

    @Test(
        "webPage, whatever stands before its first word",
        arguments: [
            "<!DOCTYPE html><html>", "<!doctype HTML>\n", "\u{feff}\r\n <html lang=\"en\">", "<HTML><head></head>",
        ])
    func webPage(text: String) {
        #expect(error(text) == .webPage(file: "test"))
    }

    private static let formats: [(ForeignWeights, [UInt8])] = [
        (.hdf5, [0x89] + Array("HDF\r\n\u{1a}\n".utf8)), (.tensorFlowLite, [0x1c, 0, 0, 0] + Array("TFL3".utf8)),
        (.gguf, Array("GGUF".utf8) + [3, 0, 0, 0]), (.numPy, [0x93] + Array("NUMPY".utf8) + [1, 0]),
        (.gzip, [0x1f, 0x8b, 8, 0, 0, 0, 0, 0]),
        (.tar, [UInt8](repeating: 0x61, count: 100) + [UInt8](repeating: 0, count: 157) + Array("ustar".utf8)),
        (.picture, [0x89] + Array("PNG\r\n\u{1a}\n".utf8)), (.picture, [0xff, 0xd8, 0xff, 0xe0, 0, 16, 0x4a, 0x46]),
        (.text, Array("{\"error\": \"Not found\"}".utf8)),
        (.text, Array("Entry not found".utf8)), (.text, Array("404".utf8)),
        (.text, Array("Access to this model is restricted.\n".utf8)),
    ]

    @Test("foreign, of every format", arguments: formats)
    func foreign(format: ForeignWeights, bytes: [UInt8]) {
        #expect(error(bytes) == .foreign(file: "test", format: format))
    }

    @Test("Every format is tried")
    func allFormats() {
        #expect(Set(Self.formats.map(\.0)) == Set(ForeignWeights.allCases))
    }

    @Test("What is not known counts as safetensors")
    func unknown() {
        #expect(error([1, 2, 3]) == .fileTooSmall(file: "test", byteCount: 3))
        #expect(error([]) == .fileTooSmall(file: "test", byteCount: 0))
        #expect(
            error([UInt8](repeating: 0xfe, count: 600))
                == .headerTooLarge(file: "test", byteCount: 0xfefe_fefe_fefe_fefe, limit: 8_000_000))
    }
}
