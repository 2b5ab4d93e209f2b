/// What can be wrong with a checkpoint of PyTorch, beside what can be wrong with any weight file.
///
/// Byte offsets count from the start of the file in the older form, and from that of the pickle in an archive.
@nonexhaustive public enum CheckpointProblem: Sendable, Equatable {
    /// A set of tensors in a checkpoint, and how many there are.
    public struct Dictionary: Sendable, Equatable {
        /// The keys that lead to it, joined by dots; empty for the outermost.
        public let name: String
        /// How many tensors it has.
        public let tensorCount: Int
    }

    // MARK: The archive

    /// The table of contents, which is at the end of an archive, is not there: the file was cut off.
    case archiveCutOff
    /// The archive is not what the format asks for.
    case malformedArchive(byteOffset: Int, expected: String)
    /// The bytes before an entry do not say what the table of contents says of it.
    case contradictoryEntry(name: String)
    /// Two entries have bytes in common.
    case overlappingEntries(first: String, second: String)
    /// Two entries have one name.
    case duplicateEntry(name: String)
    /// An entry that checkpoints have is not there.
    case missingEntry(name: String)
    /// An entry is compressed or encrypted; `method` is the archive's number for how.
    case compressedEntry(name: String, method: Int)
    /// The bytes of an entry are not those that were written.
    case damagedEntry(name: String)
    /// TorchScript: a program with its weights.
    case torchScript
    /// An archive of something else; the first of its entries.
    case notCheckpoint(entries: [String])
    /// The values are stored with their highest byte first.
    case bigEndian

    // MARK: The pickle

    /// A pickle, but not one that `torch.save` wrote.
    case notTorch
    /// The pickle is not what the format asks for.
    case malformedPickle(byteOffset: Int, expected: String)
    /// An instruction that `torch.save` does not write.
    case unknownInstruction(code: UInt8, byteOffset: Int)
    /// A Python object that is neither a tensor nor plain data; loading it would mean running code, which is never done.
    case refusedObject(name: String)
    /// More entries, objects or bytes of description than a checkpoint of a network has.
    case tooLarge(part: String, count: Int, limit: Int)

    // MARK: The tensors

    /// No dictionary of tensors.
    case noTensors
    /// Several dictionaries of tensors, none of which was asked for.
    case severalDictionaries([Dictionary])
    /// No dictionary of tensors of the name that was asked for.
    case unknownDictionary(name: String, known: [Dictionary])
    /// A tensor that PyTorch conjugates or negates only when it is read: its values are not those of its storage.
    case unresolvedTensor
    /// A tensor reaches beyond its storage.
    case outOfStorage(tensor: String)
    /// A storage has another number of bytes than it claims; `key` is its name in the file.
    case storageSizeMismatch(key: String, expected: Int, actual: Int)
    /// Tensors repeat their storages' values, so that they would need more memory than the file has bytes.
    case repeatedValues(byteCount: Int, limit: Int)
}

extension CheckpointProblem: CustomStringConvertible {
    /// What is wrong, and what to do.
    public var description: String {
        switch self {
        case .archiveCutOff:
            "it ends before its table of contents; fetch it again, the whole of it"
        case .malformedArchive(let byteOffset, let expected):
            "at byte \(byteOffset) expected \(expected); \(fetchAgain)"
        case .contradictoryEntry(let name):
            "the archive contradicts itself about \(quoted(name)); \(fetchAgain)"
        case .overlappingEntries(let first, let second):
            "\(quoted(first)) and \(quoted(second)) overlap; \(fetchAgain)"
        case .duplicateEntry(let name):
            "\(quoted(name)) is in it twice; \(fetchAgain)"
        case .missingEntry(let name):
            "\(quoted(name)) is not in it; \(fetchAgain)"
        case .compressedEntry(let name, let method):
            "\(quoted(name)) is packed (method \(method)), which torch.save never does; unpack it and zip it again with "
                + "'zip -0', or \(saveAgain)"
        case .damagedEntry(let name):
            "the bytes of \(quoted(name)) are not those that were written; \(fetchAgain)"
        case .torchScript:
            "it is TorchScript, a program rather than weights, and is not run; save its weights where it can be trusted: "
                + "torch.save(torch.jit.load(FILE).state_dict(), 'weights.pth')"
        case .notCheckpoint(let entries):
            "it is a zip archive of something else (\(entries.map(quoted).joined(separator: ", "))); take the network's "
                + "PyTorch checkpoint, safetensors or ONNX file"
        case .bigEndian:
            "its values have their highest byte first; \(saveAgain), on a machine of the usual order"
        case .notTorch:
            "it is a pickle that torch.save did not write; \(saveAgain)"
        case .malformedPickle(let byteOffset, let expected):
            "at byte \(byteOffset) of its pickle expected \(expected); \(fetchAgain)"
        case .unknownInstruction(let code, let byteOffset):
            "byte \(byteOffset) of its pickle is \(code), an instruction that torch.save does not write; \(saveAgain)"
        case .refusedObject(let name):
            "it holds a Python object (\(quoted(name))) that loading would have to run, which is never done; \(saveAgain)"
        case .tooLarge(let part, let count, let limit):
            "it has \(count) \(part), the limit is \(limit); \(saveAgain)"
        case .noTensors:
            "it has no dictionary of tensors; \(saveAgain)"
        case .severalDictionaries(let known):
            "it has several sets of tensors: \(Self.list(known)); keep one with "
                + "'matte weights convert FILE OUT.safetensors --state NAME'"
        case .unknownDictionary(let name, let known):
            "it has no set of tensors \(quoted(name)); "
                + (known.isEmpty ? "leave the name out" : "it has \(Self.list(known))")
        case .unresolvedTensor:
            "it has a tensor that is conjugated or negated when it is read; \(saveAgain), after calling resolve_conj() and "
                + "resolve_neg() of each"
        case .outOfStorage(let tensor):
            "tensor \(quoted(tensor)) reaches beyond its storage; \(fetchAgain)"
        case .storageSizeMismatch(let key, let expected, let actual):
            "storage \(quoted(key)) should have \(expected) bytes and has \(actual); \(fetchAgain)"
        case .repeatedValues(let byteCount, let limit):
            "its tensors are views that repeat values, \(byteCount) bytes of \(limit); \(saveAgain), after calling "
                + "contiguous() of each"
        }
    }

    private static func list(_ dictionaries: [Dictionary]) -> String {
        let shown = dictionaries.prefix(8).map { "\(quoted($0.name)) (\($0.tensorCount) tensors)" }
        return shown.joined(separator: ", ") + (dictionaries.count > 8 ? " and \(dictionaries.count - 8) more" : "")
    }
}

private let fetchAgain = "fetch the file again"
private let saveAgain = "save the tensors alone: torch.save(network.state_dict(), 'weights.pth')"
