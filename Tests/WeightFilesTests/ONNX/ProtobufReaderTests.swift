import Testing
import TestSupport

@testable import WeightFiles

@Suite("Protocol buffers")
struct ProtobufReaderTests {
    /// The result of reading every field of `bytes`.
    private func fields(_ bytes: [UInt8]) -> Result<[ProtobufReader.Field], WeightError> {
        bytes.withUnsafeBytes { bytes in
            Result { () throws(WeightError) in
                var reader = ProtobufReader(GraphBytes(WeightStorage(static: bytes), file: "w"))
                var fields: [ProtobufReader.Field] = []
                while let field = try reader.next() { fields.append(field) }
                return fields
            }
        }
    }

    private func error(_ bytes: [UInt8]) -> WeightError? {
        if case .failure(let error) = fields(bytes) { error } else { nil }
    }

    @Test("Every kind of field, in the order of the file")
    func kinds() throws {
        var message = ProtobufBytes()
        message.add(1, 300)
        message.add(2, 1.5 as Double)
        message.add(16, "é")
        message.add(5, -0.25 as Float)
        let fields = try fields(message.bytes).get()
        #expect(fields.map(\.number) == [1, 2, 16, 5])
        #expect(fields.map(\.offset) == [0, 3, 12, 17])
        guard case .varint(300) = fields[0].value, case .fixed64(let double) = fields[1].value,
            case .bytes(15..<17) = fields[2].value, case .fixed32(let float) = fields[3].value
        else {
            Issue.record("\(fields)")
            return
        }
        #expect(Double(bitPattern: double) == 1.5 && Float(bitPattern: float) == -0.25)
    }

    @Test("Numbers of every length, to the last bit", arguments: [0, 1, 127, 128, 16_384, .max, -1, .min])
    func numbers(number: Int) throws {
        var message = ProtobufBytes()
        message.add(3, number)
        message.add(packed: 4, [number, 5, number])
        let bytes = message.bytes
        try bytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(GraphBytes(WeightStorage(static: bytes), file: "w"))
            #expect(try reader.integer(try #require(try reader.next())) == number)
            var packed: [Int] = []
            try reader.integers(try #require(try reader.next())) { packed.append($0) }
            #expect(packed == [number, 5, number])
            #expect(try reader.next() == nil)
        }
    }

    @Test("A message within a message ends where it ends")
    func nesting() throws {
        var inner = ProtobufBytes()
        inner.add(1, 7)
        var outer = ProtobufBytes()
        outer.add(2, inner)
        outer.add(3, 8)
        try outer.bytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(GraphBytes(WeightStorage(static: bytes), file: "w"))
            var message = try reader.message(try #require(try reader.next()))
            #expect(try message.integer(try #require(try message.next())) == 7)
            #expect(try message.next() == nil)
            #expect(try reader.integer(try #require(try reader.next())) == 8)
        }
    }

    @Test("A field that the file ends before is a file that was cut off")
    func truncated() {
        #expect(error([0x0a, 5, 1, 2]) == .truncatedGraph(file: "w", expectedByteCount: 7, actualByteCount: 4))
        #expect(error([0x08, 0x80]) == .truncatedGraph(file: "w", expectedByteCount: 3, actualByteCount: 2))
        #expect(error([0x0d, 1, 2]) == .truncatedGraph(file: "w", expectedByteCount: 5, actualByteCount: 3))
        #expect(error([0x09, 1, 2]) == .truncatedGraph(file: "w", expectedByteCount: 9, actualByteCount: 3))
        // A length of 2⁶⁴ − 1.
        let huge: [UInt8] = [0x0a] + [UInt8](repeating: 0xff, count: 9) + [1]
        #expect(error(huge) == .truncatedGraph(file: "w", expectedByteCount: 10, actualByteCount: 11))
    }

    @Test("What is no field is said where it is")
    func malformed() {
        let tag = "the tag of a field"
        #expect(error([0x00]) == .malformedGraph(file: "w", byteOffset: 0, expected: tag))
        #expect(error([0x08, 1, 0x03]) == .malformedGraph(file: "w", byteOffset: 2, expected: tag))
        #expect(error([0x0b]) == .malformedGraph(file: "w", byteOffset: 0, expected: "a field of a known kind"))
        let number = "a number of at most 64 bits"
        let long: [UInt8] = [0x08] + [UInt8](repeating: 0x80, count: 10) + [1]
        #expect(error(long) == .malformedGraph(file: "w", byteOffset: 1, expected: number))
        let large: [UInt8] = [0x08] + [UInt8](repeating: 0xff, count: 9) + [2]
        #expect(error(large) == .malformedGraph(file: "w", byteOffset: 1, expected: number))
    }

    @Test("A value of another kind than its field's is refused, and a field that is longer than its message")
    func kindsThatDoNotFit() throws {
        var message = ProtobufBytes()
        message.add(1, 7)
        message.add(2, "text")
        message.add(3, [0x0a, 9])
        message.add(4, [0xff, 0xfe])
        try message.bytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(GraphBytes(WeightStorage(static: bytes), file: "w"))
            let number = try #require(try reader.next())
            let text = try #require(try reader.next())
            let nested = try #require(try reader.next())
            let broken = try #require(try reader.next())
            #expect(throws: WeightError.malformedGraph(file: "w", byteOffset: 0, expected: "a field of bytes")) {
                try reader.string(number, limit: 9)
            }
            #expect(throws: WeightError.malformedGraph(file: "w", byteOffset: 2, expected: "a whole number")) {
                try reader.integer(text)
            }
            #expect(throws: WeightError.malformedGraph(file: "w", byteOffset: 2, expected: "a number of 32 bits")) {
                try reader.float(text)
            }
            #expect(throws: WeightError.nameTooLong(file: "w", byteCount: 4, limit: 3, byteOffset: 4)) {
                try reader.string(text, limit: 3)
            }
            #expect(throws: WeightError.invalidUTF8(file: "w", byteOffset: 14)) { try reader.string(broken, limit: 9) }
            let expected = "a field that ends with its message"
            #expect(throws: WeightError.malformedGraph(file: "w", byteOffset: 12, expected: expected)) {
                var inner = try reader.message(nested)
                _ = try inner.next()
            }
        }
    }
}
