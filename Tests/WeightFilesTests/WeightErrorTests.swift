import Testing

@testable import WeightFiles

@Suite("Weight errors")
struct WeightErrorTests {
    /// One of each case that carries outside text.
    private static let ofTheFile: [WeightError] = [
        .unreadable(file: "w\u{7}", code: 2), .notRegularFile(file: "w\u{7}"),
        .fileTooLarge(file: "w\u{7}", byteCount: 2, limit: 1),
        .changedWhileReading(file: "w\u{7}", expectedByteCount: 2, actualByteCount: 1),
        .outOfMemory(file: "w\u{7}", byteCount: 1), .gitLFSPointer(file: "w\u{7}"), .webPage(file: "w\u{7}"),
        .unnamedGraph(file: "w\u{7}"), .truncatedGraph(file: "w\u{7}", expectedByteCount: 2, actualByteCount: 1),
        .malformedGraph(file: "w\u{7}", byteOffset: 8, expected: "a field"),
        .graphTooLarge(file: "w\u{7}", part: "nodes", limit: 1),
        .quantizedGraph(file: "w\u{7}", operators: ["o\u{7}"]), .trainingGraph(file: "w\u{7}", node: "n\u{7}"),
        .unknownOperator(file: "w\u{7}", operation: "o\u{7}", node: "n\u{7}"),
        .unknownOperator(file: "w\u{7}", operation: "com.microsoft.o\u{7}", node: "n\u{7}"),
        .unknownGraph(
            file: "w\u{7}", nearest: "u2net", agreeingCount: 1, layerCount: 2, expected: "one", found: "another"),
        .preparingGraph(file: "w\u{7}", operators: ["o\u{7}"]),
        .externalDataElsewhere(file: "w\u{7}", tensor: "t", location: "l\u{7}"),
        .externalDataUnreadable(file: "w\u{7}", tensor: "t", location: "l\u{7}", code: 2),
        .externalDataUnreadable(file: "w\u{7}", tensor: "t", location: "l\u{7}", code: nil),
        .externalDataTooShort(
            file: "w\u{7}", tensor: "t", location: "l\u{7}", expectedByteCount: 2, actualByteCount: 1),
        .fileTooSmall(file: "w\u{7}", byteCount: 1),
        .severalNetworks(file: "w\u{7}", prefixes: ["p\u{7}", "q"]), .foreign(file: "w\u{7}", format: .hdf5),
        .checkpoint(file: "w\u{7}", .torchScript),
        .headerTooLarge(file: "w\u{7}", byteCount: 2, limit: 1),
        .headerTruncated(file: "w\u{7}", headerByteCount: 2, availableByteCount: 1),
        .malformedHeader(file: "w\u{7}", byteOffset: 8, expected: "'{'"), .invalidUTF8(file: "w\u{7}", byteOffset: 8),
        .invalidEscape(file: "w\u{7}", byteOffset: 8), .numberTooLarge(file: "w\u{7}", byteOffset: 8),
        .duplicateKey(file: "w\u{7}", key: "k", byteOffset: 8),
        .unknownField(file: "w\u{7}", tensor: "t", field: "f", byteOffset: 8),
        .missingField(file: "w\u{7}", tensor: "t", field: "f"), .tooManyTensors(file: "w\u{7}", limit: 1),
        .tooMuchMetadata(file: "w\u{7}", limit: 1),
        .nameTooLong(file: "w\u{7}", byteCount: 2, limit: 1, byteOffset: 8),
        .unknownType(file: "w\u{7}", tensor: "t", type: "F3"),
        .rankTooHigh(file: "w\u{7}", tensor: "t", rank: 9, limit: 8),
        .emptyTensor(file: "w\u{7}", tensor: "t", shape: [0]),
        .shapeOverflow(file: "w\u{7}", tensor: "t", shape: [.max]),
        .reversedOffsets(file: "w\u{7}", tensor: "t", begin: 2, end: 1),
        .sizeMismatch(file: "w\u{7}", tensor: "t", expected: 2, actual: 1),
        .hole(file: "w\u{7}", tensor: "t", expectedOffset: 1, actualOffset: 2),
        .overlap(file: "w\u{7}", tensor: "t", expectedOffset: 2, actualOffset: 1),
        .dataSizeMismatch(file: "w\u{7}", expected: 2, actual: 1),
        .checksumMismatch(file: "w\u{7}", expected: "a", actual: "b"), .missingTensor(file: "w\u{7}", tensor: "t"),
        .shapeMismatch(file: "w\u{7}", tensor: "t", expected: [2], actual: [1]),
        .unsupportedType(file: "w\u{7}", tensor: "t", type: .i64),
        .unusable(file: "w\u{7}", problems: WeightProblems()), .nonFiniteOutput(file: "w\u{7}"),
        .badMetadata(file: "w\u{7}", key: "k", value: "v", expected: "more"),
        .unwritable(file: "w\u{7}", reason: "full"),
    ]

    @Test("Every message names the file, escaped, in one line, and ends in what to do", arguments: ofTheFile)
    func messageOfFile(error: WeightError) throws {
        let message = error.description
        #expect(message.contains(#"'w\u{07}'"#))
        #expect(!message.contains("\u{7}") && !message.contains("\n"))
        let semicolon = try #require(message.lastIndex(of: ";"))
        #expect(message.distance(from: semicolon, to: message.endIndex) > 10)
    }

    /// One of each.
    private static let ofCheckpoints: [CheckpointProblem] = [
        .archiveCutOff, .malformedArchive(byteOffset: 1, expected: "more"), .contradictoryEntry(name: "n\u{7}"),
        .overlappingEntries(first: "n\u{7}", second: "m\u{7}"), .duplicateEntry(name: "n\u{7}"),
        .missingEntry(name: "n\u{7}"), .compressedEntry(name: "n\u{7}", method: 8), .damagedEntry(name: "n\u{7}"),
        .torchScript, .notCheckpoint(entries: ["n\u{7}"]), .bigEndian, .notTorch,
        .malformedPickle(byteOffset: 1, expected: "more"), .unknownInstruction(code: 1, byteOffset: 1),
        .refusedObject(name: "os.system\u{7}"), .tooLarge(part: "entries", count: 2, limit: 1), .noTensors,
        .severalDictionaries(
            [String](repeating: "n\u{7}", count: 9).map { .init(name: $0, tensorCount: 1) }),
        .unknownDictionary(name: "n\u{7}", known: [.init(name: "m\u{7}", tensorCount: 1)]),
        .unknownDictionary(name: "n\u{7}", known: []), .outOfStorage(tensor: "n\u{7}"),
        .storageSizeMismatch(key: "n\u{7}", expected: 2, actual: 1), .repeatedValues(byteCount: 2, limit: 1),
        .unresolvedTensor,
    ]

    @Test("Every problem of checkpoints is one line, escaped, and ends in what to do", arguments: ofCheckpoints)
    func messageOfCheckpoint(problem: CheckpointProblem) throws {
        let message = problem.description
        #expect(!message.contains("\u{7}") && !message.contains("\n") && message.count < 600)
        let semicolon = try #require(message.lastIndex(of: ";"))
        #expect(message.distance(from: semicolon, to: message.endIndex) > 10)
        // Of a file that is no checkpoint, and was asked for one of several sets.
        let isOneSet = problem == .unknownDictionary(name: "n\u{7}", known: [])
        let start = isOneSet ? "'w' has one set of weights" : "the PyTorch checkpoint 'w' "
        #expect(WeightError.checkpoint(file: "w", problem).description.hasPrefix(start))
    }

    @Test("An override that makes no sense names its key, escaped, and says what to do")
    func messageOfOverride() {
        let message = WeightError.badOverride(key: "k\u{7}", value: "v\u{7}", expected: "more").description
        #expect(
            message
                == "recipe 'k\\u{07}' is 'v\\u{07}', expected more; correct it, or leave it to the weight file")
    }

    @Test("Errors of writing name the tensor")
    func messageOfTensor() {
        #expect(
            WeightError.valueCountMismatch(tensor: "t", shape: [3], count: 2).description
                == "tensor 't' of shape [3] cannot hold 2 values; give as many as the shape has")
        #expect(
            WeightError.valueNotRepresentable(tensor: "t", index: 7, type: .f16).description
                == "value 7 of tensor 't' cannot be stored as F16; store it as F32, and only finite values")
    }

    @Test("The system's words for its errors")
    func systemMessage() {
        #expect(
            WeightError.unreadable(file: "w", code: 2).description
                == "cannot read weights 'w': No such file or directory; check the path and its permissions")
    }

    @Test("Terminals are safe from names, and so are logs from their length")
    func escapes() {
        let message = WeightError.missingTensor(file: "w", tensor: "a\u{1b}[2J\u{202e}\n").description
        let inspect = "see what is in it with 'matte weights inspect --tensors'"
        #expect(message == "'w' has no tensor 'a\\u{1B}[2J\\u{202E}\\n'; \(inspect)")
        let long = WeightError.missingTensor(file: "w", tensor: String(repeating: "x", count: 1_000_000)).description
        #expect(long.count < 400)
    }

    @Test("Every kind of problem is in the message, ten of each at most")
    func problems() {
        var problems = WeightProblems()
        problems.missing = [.init(name: "m", expected: [1, 2])]
        problems.misshaped = [.init(name: "s", expected: [1, 2], actual: [2, 1])]
        problems.unsupportedType = [.init(name: "d", type: .i64)]
        problems.nonFinite = [.init(name: "n", count: 3, firstIndex: 5)]
        problems.unfoldable = [.init(name: "v", firstIndex: 4)]
        problems.unused = (0..<12).map { "u\($0)" }
        problems.fittingCount = 1
        let unused = (0..<10).map { "'u\($0)'" }.joined(separator: ", ")
        #expect(
            problems.description
                == "1 missing: 'm' [1, 2]; 1 of another shape: 's' [2, 1] instead of [1, 2]; "
                + "1 of a type that is not read: 'd' I64; "
                + "1 with infinities or NaNs: 'n' (3, the first at 5); "
                + "1 batch norms that are not finite: 'v' (at 4); "
                + "12 not used by it: \(unused), … (2 more)")
    }
}
