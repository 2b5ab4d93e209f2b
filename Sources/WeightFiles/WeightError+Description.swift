import Files

extension WeightError: CustomStringConvertible {
    /// One sentence with the facts, and what to do. Text from outside is escaped and cut to 256 characters.
    public var description: String {
        switch self {
        case .unreadable(let file, let code):
            "cannot read weights \(quoted(file)): \(systemReason(code)); check the path and its permissions"
        case .notRegularFile(let file):
            "cannot read weights \(quoted(file)): not a regular file; give the path of a weight file"
        case .fileTooLarge(let file, let byteCount, let limit):
            "\(quoted(file)) has \(byteCount) bytes, the limit is \(limit); raise the limit if the file can be trusted"
        case .changedWhileReading(let file, let expected, let actual):
            "\(quoted(file)) shrank from \(expected) to \(actual) bytes while it was read; try again when it is complete"
        case .outOfMemory(let file, let byteCount):
            "out of memory: \(byteCount) bytes for the weights \(quoted(file)) were refused; use a smaller network"
        case .gitLFSPointer(let file):
            "\(quoted(file)) is a pointer of Git LFS, not the file itself; fetch that with 'git lfs pull'"
        case .webPage(let file):
            "\(quoted(file)) is a web page, which was sent instead of the file; download the file itself"
        case .foreign(let file, let format):
            "\(quoted(file)) is of another format (\(format)); \(format.advice)"
        case .checkpoint(let file, .unknownDictionary(let name, let known)) where known.isEmpty:
            // Safetensors or a graph: the name is of a set of tensors, and they have one.
            "\(quoted(file)) has one set of weights, not several under names, as checkpoints of PyTorch may; leave the name "
                + "\(quoted(name)) out"
        case .checkpoint(let file, let problem):
            "the PyTorch checkpoint \(quoted(file)) cannot be read: \(problem)"
        case .fileTooSmall(let file, let byteCount):
            "\(quoted(file)) has \(byteCount) bytes, too few for a weight file; \(fetchAgain)"
        case .headerTooLarge(let file, let byteCount, let limit):
            "\(quoted(file)) is no weight file that is known here: as safetensors its header would have \(byteCount) bytes, the limit is \(limit); "
                + convert
        case .headerTruncated(let file, let headerByteCount, let availableByteCount):
            "\(quoted(file)) claims a header of \(headerByteCount) bytes but has \(availableByteCount); \(fetchAgain)"
        case .malformedHeader(let file, let byteOffset, let expected):
            "\(quoted(file)), byte \(byteOffset): expected \(expected); \(convert)"
        case .invalidUTF8(let file, let byteOffset):
            "\(quoted(file)), byte \(byteOffset): the string is not UTF-8; \(convert)"
        case .invalidEscape(let file, let byteOffset):
            "\(quoted(file)), byte \(byteOffset): not an escape of JSON; \(convert)"
        case .numberTooLarge(let file, let byteOffset):
            "\(quoted(file)), byte \(byteOffset): the number does not fit 63 bits; \(convert)"
        case .duplicateKey(let file, let key, let byteOffset):
            "\(quoted(file)), byte \(byteOffset): \(quoted(key)) occurs twice; \(convert)"
        case .unknownField(let file, let tensor, let field, let byteOffset):
            "\(quoted(file)), byte \(byteOffset): tensor \(quoted(tensor)) has an unknown field \(quoted(field)); "
                + convert
        case .missingField(let file, let tensor, let field):
            "\(quoted(file)): tensor \(quoted(tensor)) has no \(quoted(field)); \(convert)"
        case .tooManyTensors(let file, let limit):
            "\(quoted(file)) has more than \(limit) tensors; leave out those that the network does not need"
        case .tooMuchMetadata(let file, let limit):
            "\(quoted(file)) has more than \(limit) entries of metadata; put them into few, longer strings"
        case .nameTooLong(let file, let byteCount, let limit, let byteOffset):
            "\(quoted(file)), byte \(byteOffset): a name of \(byteCount) bytes, the limit is \(limit); use shorter names"
        case .unknownType(let file, let tensor, let type):
            "\(quoted(file)): tensor \(quoted(tensor)) has the unknown type \(quoted(type)); \(store)"
        case .rankTooHigh(let file, let tensor, let rank, let limit):
            "\(quoted(file)): tensor \(quoted(tensor)) has \(rank) dimensions, the limit is \(limit); \(convert)"
        case .emptyTensor(let file, let tensor, let shape):
            "\(quoted(file)): tensor \(quoted(tensor)) of shape \(shape) has no values; leave it out of the file"
        case .shapeOverflow(let file, let tensor, let shape):
            "\(quoted(file)): tensor \(quoted(tensor)) of shape \(shape) is larger than any memory; \(fetchAgain)"
        case .reversedOffsets(let file, let tensor, let begin, let end):
            "\(quoted(file)): tensor \(quoted(tensor)) ends at \(end), before it begins at \(begin); \(fetchAgain)"
        case .sizeMismatch(let file, let tensor, let expected, let actual):
            "\(quoted(file)): tensor \(quoted(tensor)) needs \(expected) bytes and has \(actual); \(fetchAgain)"
        case .hole(let file, let tensor, let expectedOffset, let actualOffset):
            "\(quoted(file)): tensor \(quoted(tensor)) begins at \(actualOffset), leaving a hole from "
                + "\(expectedOffset); \(convert)"
        case .overlap(let file, let tensor, let expectedOffset, let actualOffset):
            "\(quoted(file)): tensor \(quoted(tensor)) begins at \(actualOffset), inside the one before it, which ends "
                + "at \(expectedOffset); \(convert)"
        case .dataSizeMismatch(let file, let expected, let actual):
            "\(quoted(file)) should have \(expected) bytes of data and has \(actual); \(fetchAgain)"
        case .checksumMismatch(let file, let expected, let actual):
            "\(quoted(file)) is damaged: the SHA-256 of its data is \(actual) instead of \(expected); \(fetchAgain)"
        case .unnamedGraph(let file):
            "\(quoted(file)) is an ONNX graph, whose tensors are named by its network only; open it by its path as the "
                + "weights of a pipeline"
        case .truncatedGraph(let file, let expected, let actual):
            "\(quoted(file)) is an ONNX file of at least \(expected) bytes, of which \(actual) are here; \(fetchAgain)"
        case .malformedGraph(let file, let byteOffset, let expected):
            "\(quoted(file)), byte \(byteOffset): expected \(expected); \(fetchAgain), as ONNX"
        case .graphTooLarge(let file, let part, let limit):
            "\(quoted(file)) has more than \(limit) \(part), which no known network has; take another file"
        case .quantizedGraph(let file, let operators):
            "\(quoted(file)) is quantised: it computes with whole numbers "
                + "(\(operators.prefix(3).map(quoted).joined(separator: ", "))); take the file that it was made of, in floats"
        case .trainingGraph(let file, let node):
            "\(quoted(file)) was exported for training: its batch norm \(quoted(node)) takes the statistics of each "
                + "picture; export the network after calling its eval()"
        case .unknownOperator(let file, let operation, let node) where operation.hasPrefix("com.microsoft."):
            "\(quoted(file)) was rewritten by an optimiser of onnxruntime: node \(quoted(node)) is its own operator "
                + "\(quoted(operation)); take the file as it was exported"
        case .unknownOperator(let file, let operation, let node):
            "\(quoted(file)): node \(quoted(node)) is the operator \(quoted(operation)), which is not read in "
                + "graphs; take the network's own weights, as safetensors"
        case .unknownGraph(let file, let nearest, let agreeing, let count, let expected, let found):
            "\(quoted(file)) is no known network: nearest is '\(nearest)', of whose \(count) layers the first "
                + "\(agreeing) agree, then \(expected) is expected and there is \(found); \(knownNetworks)"
        case .preparingGraph(let file, let operators):
            "\(quoted(file)) prepares the picture itself (\(operators.prefix(3).map(quoted).joined(separator: ", "))); "
                + "export the network alone, and say with --recipe what is to be done before it"
        case .externalDataElsewhere(let file, let tensor, let location):
            "\(quoted(file)): the data of \(quoted(tensor)) is said to lie in \(quoted(location)), which is no file in its "
                + "folder; export the network into one file"
        case .externalDataUnreadable(let file, let tensor, let location, let code):
            "\(quoted(file)): the data of \(quoted(tensor)) lies in \(quoted(location)), which cannot be read beside it: "
                + "\(code.map(systemReason) ?? "it is no regular file"); fetch both files into one folder"
        case .externalDataTooShort(let file, let tensor, let location, let expected, let actual):
            "\(quoted(file)): the data of \(quoted(tensor)) ends at byte \(expected) of \(quoted(location)), which has "
                + "\(actual); \(fetchAgain), both"
        case .missingTensor(let file, let tensor):
            "\(quoted(file)) has no tensor \(quoted(tensor)); \(inspect)"
        case .shapeMismatch(let file, let tensor, let expected, let actual):
            "\(quoted(file)): tensor \(quoted(tensor)) has shape \(actual) instead of \(expected); \(inspect)"
        case .unsupportedType(let file, let tensor, let type):
            "\(quoted(file)): tensor \(quoted(tensor)) is stored as \(type), which is not read; \(store)"
        case .unusable(let file, let problems):
            "\(quoted(file)) does not fit the network: \(problems); \(inspect)"
        case .nonFiniteOutput(let file):
            "the output of the network of \(quoted(file)) has infinities or NaNs: its values grow beyond measure; "
                + "use weights, and an input recipe, that belong together"
        case .unknownArchitecture(let file, let stated, let known):
            (stated.map { "\(quoted(file)) is for the network \(quoted($0)), which is not known here" }
                ?? "\(quoted(file)) has no tensors of a known network")
                + "; known are \(known.joined(separator: ", ")): convert the file, or name its network in the metadata"
        case .severalNetworks(let file, let prefixes):
            "\(quoted(file)) has a network \(prefixes.count) times, behind "
                + "\(prefixes.prefix(8).map(quoted).joined(separator: ", ")); save the tensors of one in a file of their own"
        case .edgeNetwork(let file):
            "\(quoted(file)) holds the edge network, which refines another network's mattes: give it as edge weights "
                + "(--edge-weights, with --refinement edges)"
        case .notEdgeNetwork(let file, let architecture):
            "\(quoted(file)) holds the network '\(architecture)', not the edge network: give it as weights (--weights)"
        case .badMetadata(let file, let key, let value, let expected):
            "\(quoted(file)): metadata \(quoted(key)) is \(quoted(value)), expected \(expected); correct the file"
        case .badOverride(let key, let value, let expected):
            "recipe \(quoted(key)) is \(quoted(value)), expected \(expected); correct it, or leave it to the weight file"
        case .valueCountMismatch(let tensor, let shape, let count):
            "tensor \(quoted(tensor)) of shape \(shape) cannot hold \(count) values; give as many as the shape has"
        case .valueNotRepresentable(let tensor, let index, let type):
            "value \(index) of tensor \(quoted(tensor)) cannot be stored as \(type); store it as F32, and only finite "
                + "values"
        case .unwritable(let file, let reason):
            "cannot write weights \(quoted(file)): \(reason); check the folder and the space left"
        }
    }
}

private let fetchAgain = "fetch or export the file again"
private let convert = "write it with safetensors.torch.save_file"
private let store = "store it as F32, F16, BF16 or I8 with a scale"
private let knownNetworks = "see with 'matte weights list' which are known"
private let inspect = "see what is in it with 'matte weights inspect --tensors'"

/// `text` in quotes, cut to 256 characters, with everything escaped that a terminal might obey.
package func quoted(_ text: String) -> String {
    var result = "'"
    for scalar in text.unicodeScalars.prefix(256) {
        switch scalar.properties.generalCategory {
        case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
            result += scalar.escaped(asASCII: true)
        default: result.unicodeScalars.append(scalar)
        }
    }
    return result + (text.unicodeScalars.count > 256 ? "…'" : "'")
}

extension WeightProblems: CustomStringConvertible {
    /// What is wrong, kind by kind: how many, and the first ten of each.
    public var description: String {
        var parts: [String] = []
        func add<Problem>(_ problems: [Problem], _ kind: String, _ words: (Problem) -> String) {
            guard !problems.isEmpty else { return }
            let shown = problems.prefix(10).map(words).joined(separator: ", ")
            let more = problems.count > 10 ? ", … (\(problems.count - 10) more)" : ""
            parts.append("\(problems.count) \(kind): \(shown)\(more)")
        }
        if fittingCount == 0, !missing.isEmpty { parts.append("not one tensor fits, it belongs to another network") }
        add(missing, "missing") { "\(quoted($0.name)) \($0.expected)" }
        add(misshaped, "of another shape") { "\(quoted($0.name)) \($0.actual) instead of \($0.expected)" }
        add(unsupportedType, "of a type that is not read") { "\(quoted($0.name)) \($0.type)" }
        add(nonFinite, "with infinities or NaNs") { "\(quoted($0.name)) (\($0.count), the first at \($0.firstIndex))" }
        add(unfoldable, "batch norms that are not finite") { "\(quoted($0.name)) (at \($0.firstIndex))" }
        add(unused, "not used by it") { quoted($0) }
        return parts.joined(separator: "; ")
    }
}
