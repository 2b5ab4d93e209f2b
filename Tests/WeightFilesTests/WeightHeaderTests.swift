import Testing

@testable import WeightFiles

/// Every way in which a header can be wrong, by the name of its error.
@Suite("Weight header")
struct WeightHeaderTests {
    private typealias Bytes = WeightFileBytes

    /// The error of opening a file with this header and so many bytes of data.
    private func error(
        _ header: String, dataByteCount: Int = 4, limits: WeightLimits = .default
    ) -> WeightError? {
        error(Bytes.make(header: header, data: [UInt8](repeating: 0, count: dataByteCount)), limits: limits)
    }

    private func error(_ bytes: [UInt8], limits: WeightLimits = .default) -> WeightError? {
        do throws(WeightError) {
            _ = try WeightFile(bytes, limits: limits)
            return nil
        } catch {
            return error
        }
    }

    // MARK: Length

    @Test("fileTooSmall", arguments: 0..<8)
    func fileTooSmall(byteCount: Int) {
        #expect(
            error([UInt8](repeating: 0, count: byteCount)) == .fileTooSmall(file: "test", byteCount: byteCount))
    }

    @Test("headerTooLarge, before anything is read")
    func headerTooLarge() {
        #expect(
            error(Bytes.make(header: "{}", length: 8_000_001))
                == .headerTooLarge(file: "test", byteCount: 8_000_001, limit: 8_000_000))
        #expect(
            error(Bytes.make(header: "{}", length: .max))
                == .headerTooLarge(file: "test", byteCount: .max, limit: 8_000_000))
        // What is of no format that is known.
        #expect(
            error([0x51, 0x4b, 3, 4, 0, 0, 8, 8, 0, 0])
                == .headerTooLarge(file: "test", byteCount: 0x0808_0000_0403_4b51, limit: 8_000_000))
    }

    @Test("headerTruncated where the length lies upwards")
    func headerTruncated() {
        #expect(
            error(Bytes.make(header: "{}", length: 3))
                == .headerTruncated(file: "test", headerByteCount: 3, availableByteCount: 2))
    }

    @Test("A length that lies downwards cuts the JSON")
    func headerTooSmall() {
        #expect(
            error(Bytes.make(header: "{}", length: 0))
                == .malformedHeader(file: "test", byteOffset: 8, expected: "'{' as the first byte of the header"))
        #expect(
            error(Bytes.make(header: "{}", length: 1))
                == .malformedHeader(file: "test", byteOffset: 9, expected: "'\"' before a string"))
    }

    // MARK: JSON

    @Test(
        "malformedHeader names the byte",
        arguments: [
            (" {}", 8), ("[]", 8), ("{", 9), ("{}}", 10), ("{} x", 11), ("{\"a\"}", 12),
            ("{\"a\":1}", 13),
            ("{\"__metadata__\":{}", 26),
            ("{\"__metadata__\":{},}", 27), ("{'a':{}}", 9), ("{\"a", 11), ("{\"a\n\":{}}", 11),
            ("{\"a\":null}", 13), ("{\"a\":[]}", 13), ("{\"__metadata__\":[]}", 24),
            ("{\"__metadata__\":{\"a\":1}}", 29), ("{\"__metadata__\":{\"a\":{}}}", 29),
            ("{\"__metadata__\":{\"a\"}}", 28),
            ("{\"a\":{\"dtype\":1}}", 22), ("{\"a\":{\"shape\":1}}", 22), ("{\"a\":{\"shape\":[-1]}}", 23),
            ("{\"a\":{\"shape\":[1.0]}}", 24), ("{\"a\":{\"shape\":[1e2]}}", 24), ("{\"a\":{\"shape\":[01]}}", 24),
            ("{\"a\":{\"shape\":[1,]}}", 25), ("{\"a\":{\"shape\":[1}}", 24), ("{\"a\":{\"shape\":[[1]]}}", 23),
            ("{\"a\":{\"shape\":[true]}}", 23), ("{\"a\":{\"shape\":[1 1]}}", 25), ("{\"a\":{\"shape\":[+1]}}", 23),
            ("{\"a\":{\"data_offsets\":[]}}", 31), ("{\"a\":{\"data_offsets\":[0]}}", 32),
            ("{\"a\":{\"data_offsets\":[0,4,4]}}", 36),
        ])
    func malformedHeader(header: String, byteOffset: Int) {
        guard case .malformedHeader(_, let actual, _) = error(header) else {
            Issue.record("\(header): \(String(describing: error(header)))")
            return
        }
        #expect(actual == byteOffset, "\(header)")
    }

    @Test("Nesting as deep as the header may be long is refused at its first wrong byte")
    func deepNesting() {
        let deep = String(repeating: "{\"a\":", count: 1_000_000)
        #expect(error(deep) == .unknownField(file: "test", tensor: "a", field: "a", byteOffset: 14))
        let arrays = "{\"a\":{\"shape\":" + String(repeating: "[", count: 1_000_000)
        #expect(
            error(arrays)
                == .malformedHeader(file: "test", byteOffset: 23, expected: "a whole number, not negative"))
    }

    @Test("White space between tokens and after the header is allowed")
    func whiteSpace() throws {
        let header =
            "{ \t\n\r\"a\" : { \"dtype\" : \"F32\" , \"shape\" : [ 1 ] , \"data_offsets\" : [ 0 , 4 ] } } \t\n\r "
        #expect(try WeightFile(header: header, data: [0, 0, 0, 0]).tensors.count == 1)
    }

    @Test(
        "invalidUTF8",
        arguments: [
            [0xff], [0xc0, 0x80], [0xc3], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x80], [0xe2, 0x82],
        ] as [[UInt8]])
    func invalidUTF8(sequence: [UInt8]) {
        let header = Array("{\"a".utf8) + sequence + Array("\":{}}".utf8)
        #expect(error(Bytes.make(headerBytes: header)) == .invalidUTF8(file: "test", byteOffset: 9))
        let metadata = Array("{\"__metadata__\":{\"a\":\"".utf8) + sequence + Array("\"}}".utf8)
        #expect(error(Bytes.make(headerBytes: metadata)) == .invalidUTF8(file: "test", byteOffset: 29))
        #expect(error(Bytes.make(headerBytes: sequence)) != nil)
    }

    @Test(
        "invalidEscape",
        arguments: [
            "\\x", "\\'", "\\u", "\\u12", "\\u12g4", "\\ud800", "\\udc00", "\\ud800\\u0041", "\\ud800x", "\\ud800\\",
            "\\ud800\\ud800", "\\U0041", "\\u+041",
        ])
    func invalidEscape(escape: String) {
        #expect(error("{\"\(escape)\":{}}") == .invalidEscape(file: "test", byteOffset: 10))
    }

    @Test("Escapes of JSON are understood")
    func escapes() throws {
        let file = try WeightFile(
            header: #"{"__metadata__":{"\"\\\/\b\f\n\r\t":"\u0000\u00e9\u20AC\ud83d\ude00\udbff\udfff"}}"#)
        #expect(file.metadata == ["\"\\/\u{8}\u{c}\n\r\t": "\u{0}é€😀\u{10ffff}"])
    }

    @Test("numberTooLarge")
    func numberTooLarge() {
        #expect(
            error("{\"a\":{\"shape\":[9223372036854775808]}}") == .numberTooLarge(file: "test", byteOffset: 23))
        #expect(
            error("{\"a\":{\"data_offsets\":[0,18446744073709551616]}}")
                == .numberTooLarge(file: "test", byteOffset: 32))
        let digits = String(repeating: "9", count: 100_000)
        #expect(error("{\"a\":{\"shape\":[\(digits)]}}") == .numberTooLarge(file: "test", byteOffset: 23))
    }

    @Test("duplicateKey: tensors, metadata, fields, spelt with escapes or not")
    func duplicateKey() {
        let entry = Bytes.entry("a")
        let second = 10 + entry.utf8.count
        for name in ["a", "\\u0061"] {
            #expect(
                error("{\(entry),\(Bytes.entry(name))}")
                    == .duplicateKey(file: "test", key: "a", byteOffset: second))
        }
        #expect(
            error("{\"__metadata__\":{},\"__metadata__\":{}}")
                == .duplicateKey(file: "test", key: "__metadata__", byteOffset: 27))
        #expect(
            error("{\"__metadata__\":{\"k\":\"1\",\"k\":\"1\"}}")
                == .duplicateKey(file: "test", key: "k", byteOffset: 33))
        for field in ["\"dtype\":\"F32\"", "\"shape\":[1]", "\"data_offsets\":[0,4]"] {
            guard case .duplicateKey(_, _, let byteOffset) = error("{\"a\":{\(field),\(field)}}") else {
                Issue.record("\(field) twice")
                continue
            }
            #expect(byteOffset == 15 + field.utf8.count)
        }
    }

    @Test("unknownField, missingField")
    func fields() {
        #expect(
            error("{\"a\":{\"strides\":[1]}}")
                == .unknownField(file: "test", tensor: "a", field: "strides", byteOffset: 14))
        #expect(
            error("{\"a\":{\"shape\":[1],\"data_offsets\":[0,4]}}")
                == .missingField(file: "test", tensor: "a", field: "dtype"))
        #expect(
            error("{\"a\":{\"dtype\":\"F32\",\"data_offsets\":[0,4]}}")
                == .missingField(file: "test", tensor: "a", field: "shape"))
        #expect(
            error("{\"a\":{\"dtype\":\"F32\",\"shape\":[1]}}")
                == .missingField(file: "test", tensor: "a", field: "data_offsets"))
        #expect(error("{\"a\":{}}") == .missingField(file: "test", tensor: "a", field: "dtype"))
    }

    // MARK: Limits

    @Test("tooManyTensors: as many as the limit are read, one more is refused")
    func tooManyTensors() throws {
        func header(_ count: Int) -> String {
            let entries = (0..<count).map { Bytes.entry("\($0)", "I8", offsets: "[\($0),\($0 + 1)]") }
            return "{\(entries.joined(separator: ","))}"
        }
        var limits = WeightLimits.default
        limits.tensorCount = 3
        #expect(try WeightFile(header: header(3), data: [0, 0, 0], limits: limits).tensors.count == 3)
        #expect(error(header(4), limits: limits) == .tooManyTensors(file: "test", limit: 3))
        #expect(error(header(65_537)) == .tooManyTensors(file: "test", limit: 65_536))
    }

    @Test("tooMuchMetadata: 1,024 entries are read, one more is refused")
    func tooMuchMetadata() throws {
        func header(_ count: Int) -> String {
            let entries = (0..<count).map { "\"\($0)\":\"\"" }
            return "{\"__metadata__\":{\(entries.joined(separator: ","))}}"
        }
        #expect(try WeightFile(header: header(1_024)).metadata.count == 1_024)
        #expect(error(header(1_025)) == .tooMuchMetadata(file: "test", limit: 1_024))
    }

    @Test("Names are equal when their bytes are, composed or not")
    func namesAreBytes() throws {
        let composed = Bytes.entry("\u{e9}")
        let decomposed = Bytes.entry("e\u{301}", offsets: "[4,8]")
        let file = try WeightFile(header: "{\(composed),\(decomposed)}", data: [UInt8](repeating: 0, count: 8))
        #expect(file.info("\u{e9}")?.byteRange == 0..<4)
        #expect(file.info("e\u{301}")?.byteRange == 4..<8)
    }

    @Test("nameTooLong: 256 bytes are read, one more is refused")
    func nameTooLong() throws {
        let name = String(repeating: "é", count: 128)
        #expect(try WeightFile(header: "{\(Bytes.entry(name))}", data: [0, 0, 0, 0]).info(name) != nil)
        #expect(
            error("{\(Bytes.entry(name + "a"))}")
                == .nameTooLong(file: "test", byteCount: 257, limit: 256, byteOffset: 9))
        #expect(
            error("{\"__metadata__\":{\"\(name)a\":\"\"}}")
                == .nameTooLong(file: "test", byteCount: 257, limit: 256, byteOffset: 25))
    }

    @Test("rankTooHigh: 8 dimensions are read, 9 are refused")
    func rankTooHigh() throws {
        let eight = Array(repeating: "1", count: 8).joined(separator: ",")
        #expect(
            try WeightFile(header: "{\(Bytes.entry("a", shape: "[\(eight)]"))}", data: [0, 0, 0, 0]).tensors.count == 1)
        #expect(
            error("{\(Bytes.entry("a", shape: "[\(eight),1]"))}")
                == .rankTooHigh(file: "test", tensor: "a", rank: 9, limit: 8))
        let many = Array(repeating: "1", count: 100_000).joined(separator: ",")
        #expect(
            error("{\(Bytes.entry("a", shape: "[\(many)]"))}")
                == .rankTooHigh(file: "test", tensor: "a", rank: 100_000, limit: 8))
    }

    @Test("fileTooLarge, and tighter limits")
    func tighterLimits() {
        var limits = WeightLimits.default
        limits.fileByteCount = 10
        #expect(error("{}", limits: limits) == .fileTooLarge(file: "test", byteCount: 14, limit: 10))
        limits = .default
        limits.headerByteCount = 1
        #expect(error("{}", limits: limits) == .headerTooLarge(file: "test", byteCount: 2, limit: 1))
        limits.headerByteCount = -1
        #expect(error("{}", limits: limits) == .headerTooLarge(file: "test", byteCount: 2, limit: -1))
    }

    // MARK: Tensors

    @Test("unknownType", arguments: ["", "f32", "F4", "F33", "F32 "])
    func unknownType(type: String) {
        #expect(error("{\(Bytes.entry("a", type))}") == .unknownType(file: "test", tensor: "a", type: type))
    }

    @Test("Types of the format that are not read are known with their sizes", arguments: WeightType.allCases)
    func knownTypes(type: WeightType) throws {
        let header = "{\(Bytes.entry("a", type.rawValue, shape: "[3]", offsets: "[0,\(3 * type.byteCount)]"))}"
        let file = try WeightFile(header: header, data: [UInt8](repeating: 0, count: 3 * type.byteCount))
        #expect(file.info("a")?.type == type)
        if !type.isReadable {
            #expect(throws: WeightError.unsupportedType(file: "test", tensor: "a", type: type)) {
                try file.floats("a")
            }
        }
    }

    @Test("emptyTensor, also where the other dimensions overflow")
    func emptyTensor() {
        #expect(
            error("{\(Bytes.entry("a", shape: "[2,0]", offsets: "[0,0]"))}", dataByteCount: 0)
                == .emptyTensor(file: "test", tensor: "a", shape: [2, 0]))
        #expect(
            error("{\(Bytes.entry("a", shape: "[9223372036854775807,2,0]", offsets: "[0,0]"))}", dataByteCount: 0)
                == .emptyTensor(file: "test", tensor: "a", shape: [.max, 2, 0]))
    }

    @Test("shapeOverflow, by the dimensions and by the size of a value")
    func shapeOverflow() {
        #expect(
            error("{\(Bytes.entry("a", shape: "[4294967296,4294967296]"))}")
                == .shapeOverflow(file: "test", tensor: "a", shape: [1 << 32, 1 << 32]))
        #expect(
            error("{\(Bytes.entry("a", shape: "[4611686018427387904]"))}")
                == .shapeOverflow(file: "test", tensor: "a", shape: [1 << 62]))
        // 2^62 · 4 · 4 is 0 in 64 bits.
        #expect(
            error("{\(Bytes.entry("a", shape: "[4611686018427387904,4]", offsets: "[0,0]"))}", dataByteCount: 0)
                == .shapeOverflow(file: "test", tensor: "a", shape: [1 << 62, 4]))
    }

    @Test("reversedOffsets")
    func reversedOffsets() {
        #expect(
            error("{\(Bytes.entry("a", offsets: "[4,0]"))}")
                == .reversedOffsets(file: "test", tensor: "a", begin: 4, end: 0))
    }

    @Test("sizeMismatch")
    func sizeMismatch() {
        #expect(
            error("{\(Bytes.entry("a", shape: "[2]"))}")
                == .sizeMismatch(file: "test", tensor: "a", expected: 8, actual: 4))
        #expect(
            error("{\(Bytes.entry("a", offsets: "[0,0]"))}")
                == .sizeMismatch(file: "test", tensor: "a", expected: 4, actual: 0))
        #expect(
            error("{\(Bytes.entry("a", offsets: "[0,9223372036854775807]"))}")
                == .sizeMismatch(file: "test", tensor: "a", expected: 4, actual: .max))
    }

    @Test("hole, at the start and between tensors, also beyond the file")
    func hole() {
        #expect(
            error("{\(Bytes.entry("a", offsets: "[1,5]"))}", dataByteCount: 5)
                == .hole(file: "test", tensor: "a", expectedOffset: 0, actualOffset: 1))
        #expect(
            error("{\(Bytes.entry("b", offsets: "[8,12]")),\(Bytes.entry("a"))}", dataByteCount: 12)
                == .hole(file: "test", tensor: "b", expectedOffset: 4, actualOffset: 8))
        #expect(
            error("{\(Bytes.entry("a", offsets: "[9223372036854775800,9223372036854775804]"))}")
                == .hole(file: "test", tensor: "a", expectedOffset: 0, actualOffset: 9_223_372_036_854_775_800))
    }

    @Test("overlap, in part and in full")
    func overlap() {
        #expect(
            error("{\(Bytes.entry("a")),\(Bytes.entry("b", offsets: "[2,6]"))}", dataByteCount: 6)
                == .overlap(file: "test", tensor: "b", expectedOffset: 4, actualOffset: 2))
        guard
            case .overlap(_, _, 4, 0) = error("{\(Bytes.entry("a")),\(Bytes.entry("b"))}")
        else {
            Issue.record("two tensors in one place")
            return
        }
    }

    @Test("dataSizeMismatch: cut off, or with something added")
    func dataSizeMismatch() {
        let header = "{\(Bytes.entry("a"))}"
        #expect(error(header, dataByteCount: 3) == .dataSizeMismatch(file: "test", expected: 4, actual: 3))
        #expect(error(header, dataByteCount: 5) == .dataSizeMismatch(file: "test", expected: 4, actual: 5))
        #expect(error("{}", dataByteCount: 1) == .dataSizeMismatch(file: "test", expected: 0, actual: 1))
    }
}
