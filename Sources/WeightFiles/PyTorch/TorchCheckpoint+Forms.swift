extension TorchCheckpoint {
    // MARK: The archive

    /// Reads a checkpoint of PyTorch 1.6 and later: a zip archive of one folder, in it `data.pkl`, and `data/0`, `data/1`, …,
    /// the storages, as they are.
    ///
    /// - Throws: ``WeightError/checkpoint(file:_:)``, ``WeightError/outOfMemory(file:byteCount:)`` and what reading throws.
    init(archive source: borrowing WeightSource, limits: WeightLimits) throws(WeightError) {
        let file = source.file
        let archive = try ZipArchive(source, limits: limits)
        // One folder, whatever it is called: the name that the file had when it was written.
        let folders = archive.entries.compactMap { entry -> String? in
            guard entry.name.hasSuffix("data.pkl") else { return nil }
            let folder = entry.name.dropLast("data.pkl".count)
            return folder.isEmpty || folder.hasSuffix("/") ? String(folder) : nil
        }
        guard let folder = folders.min(by: { $0.utf8.count < $1.utf8.count }) else {
            throw .checkpoint(file: file, .notCheckpoint(entries: archive.entries.prefix(3).map(\.name)))
        }
        if archive.contains(folder + "constants.pkl")
            || archive.entries.contains(where: { $0.name.hasPrefix(folder + "code/") })
        {
            throw .checkpoint(file: file, .torchScript)
        }
        if archive.contains(folder + "byteorder") {
            let order = try Self.read(archive.stored(folder + "byteorder"), of: source, limit: 16)
            guard order.bytes.elementsEqual("little".utf8) else { throw .checkpoint(file: file, .bigEndian) }
        }
        let pickle = try Self.read(
            archive.stored(folder + "data.pkl"), of: source, limit: limits.headerByteCount)
        var unpickler = Unpickler(pickle.bytes, file: file, limits: limits)
        let root = try unpickler.load()
        withExtendedLifetime(pickle) {}
        var places: [Place] = []
        for storage in unpickler.objects.storages {
            let entry = try archive.stored("\(folder)data/\(storage.key)")
            let byteCount = storage.count * storage.valueByteCount
            guard entry.byteRange.count == byteCount else {
                throw .checkpoint(
                    file: file,
                    .storageSizeMismatch(key: storage.key, expected: byteCount, actual: entry.byteRange.count))
            }
            places.append(Place(byteRange: entry.byteRange, crc32: archive.hasChecksums ? entry.crc32 : nil))
        }
        self.init(file: file, objects: unpickler.objects, root: root, places: places)
    }

    /// The bytes of a small entry.
    private static func read(
        _ entry: ZipArchive.Entry, of source: borrowing WeightSource, limit: Int
    ) throws(WeightError) -> WeightStorage {
        guard entry.byteRange.count <= limit else {
            throw .checkpoint(
                file: source.file,
                .tooLarge(part: "bytes of '\(entry.name)'", count: entry.byteRange.count, limit: limit))
        }
        return try source.read(entry.byteRange.count, from: entry.byteRange.lowerBound)
    }

    // MARK: The older form

    /// The number that a file of `torch.save` begins with, 0x1950a86a20f9469cfc6c, from its lowest byte.
    private static let magicNumber: [UInt8] = [0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19]
    private static let protocolVersion = 1001

    /// Reads a checkpoint of PyTorch 0.2 to 1.5: five pickles (a magic number, a version, facts on the system, the object,
    /// the names of its storages), then each storage, behind the number of its values.
    ///
    /// - Throws: ``WeightError/checkpoint(file:_:)``, ``WeightError/dataSizeMismatch(file:expected:actual:)`` where it was cut
    ///   off, ``WeightError/outOfMemory(file:byteCount:)`` and what reading throws.
    init(stream source: borrowing WeightSource, limits: WeightLimits) throws(WeightError) {
        let file = source.file
        let beginning = try source.read(min(source.byteCount, max(limits.headerByteCount, 0)), from: 0)
        var unpickler = Unpickler(beginning.bytes, file: file, limits: limits)
        guard case .largeInteger(Self.magicNumber) = try unpickler.load() else {
            throw .checkpoint(file: file, .notTorch)
        }
        guard case .integer(Self.protocolVersion) = try unpickler.load() else {
            throw .checkpoint(file: file, .notTorch)
        }
        if try unpickler.load().isBigEndian(unpickler.objects) { throw .checkpoint(file: file, .bigEndian) }
        let root = try unpickler.load()
        let keys = try unpickler.load()
        let (objects, start) = (unpickler.objects, unpickler.position)
        withExtendedLifetime(beginning) {}
        guard case .list(let list) = keys else {
            throw .checkpoint(file: file, .malformedPickle(byteOffset: start, expected: "the names of storages"))
        }
        var ranges: [TensorName: Range<Int>] = [:]
        let indices = Dictionary(
            objects.storages.enumerated().map { (TensorName($0.element.key), $0.offset) }, uniquingKeysWith: { $1 })
        var end = start
        for case .text(let key) in objects.lists[list] {
            guard let index = indices[TensorName(key)] else {
                throw .checkpoint(file: file, .malformedPickle(byteOffset: start, expected: "names of known storages"))
            }
            let storage = objects.storages[index]
            let byteCount = storage.count * storage.valueByteCount
            let (dataEnd, overflow) = byteCount.addingReportingOverflow(end + 8)
            guard !overflow, dataEnd <= source.byteCount else {
                throw .dataSizeMismatch(file: file, expected: overflow ? .max : dataEnd, actual: source.byteCount)
            }
            let count = try source.read(8, from: end)
            let stated = Int(clamping: UInt64(littleEndian: count.bytes.loadUnaligned(as: UInt64.self)))
            guard stated == storage.count else {
                throw .checkpoint(
                    file: file, .storageSizeMismatch(key: key, expected: storage.count, actual: stated))
            }
            guard ranges.updateValue((end + 8)..<dataEnd, forKey: TensorName(key)) == nil else {
                throw .checkpoint(file: file, .malformedPickle(byteOffset: start, expected: "each storage once"))
            }
            end = dataEnd
        }
        guard end == source.byteCount else {
            throw .dataSizeMismatch(file: file, expected: end, actual: source.byteCount)
        }
        var places: [Place] = []
        for storage in objects.storages {
            guard let range = ranges[TensorName(storage.key)] else {
                throw .checkpoint(file: file, .missingEntry(name: storage.key))
            }
            places.append(Place(byteRange: range, crc32: nil))
        }
        self.init(file: file, objects: objects, root: root, places: places)
    }
}

extension PickleValue {
    /// Whether these facts on the system say that its numbers have their highest byte first.
    fileprivate func isBigEndian(_ objects: PickleObjects) -> Bool {
        guard case .dictionary(let index) = self else { return false }
        return objects.dictionaries[index].contains { key, value in
            guard case .text("little_endian") = key, case .bool(false) = value else { return false }
            return true
        }
    }
}
