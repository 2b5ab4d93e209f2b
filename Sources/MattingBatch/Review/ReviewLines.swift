import WeightFiles

/// The pictures of a page as the lines that it will have, one behind another in one block of memory.
///
/// A batch has tens of thousands. As values with texts of their own they lay scattered over the heap for as long as it ran, and
/// what was free between them was too small for the next picture: of 5 KB that the process grew by with each, 1.7 were in use.
struct ReviewLines: Sendable {
    /// Where a picture's id and line are, and what its place among the others goes by.
    private struct Entry: Sendable {
        let priority: Int
        let uncertainty: Double
        let start: Int
        let idEnd: Int
        let end: Int
    }

    /// Half of a SHA-256: enough to tell ids apart.
    private struct Digest: Hashable, Sendable {
        let (high, low): (UInt64, UInt64)

        init(_ id: String) {
            let digest = Array(id.utf8).withUnsafeBytes { SHA256.digest(of: $0) }
            func word(_ start: Int) -> UInt64 { digest[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) } }
            (high, low) = (word(0), word(8))
        }
    }

    private var bytes: [UInt8] = []
    private var entries: [Entry] = []
    private var digests: Set<Digest> = []

    var count: Int { entries.count }

    func contains(id: String) -> Bool { digests.contains(Digest(id)) }

    /// Adds a picture with the names of its previews.
    mutating func add(_ item: ReviewItem, original: String, cutout: String, doubt: String?) {
        let start = bytes.count
        bytes.append(contentsOf: item.id.utf8)
        let idEnd = bytes.count
        // Four digits are what is shown; more would only make the page longer.
        let uncertainty = JSONValue.double((item.uncertainty * 10_000).rounded() / 10_000)
        let line = JSONValue.array([
            .string(item.id), .string(item.name), .string(item.lane), .string(item.category),
            .integer(item.priority), uncertainty, .strings(item.reasons), .string(original), .string(cutout),
            doubt.map { .string($0) } ?? .null, .string(item.seen),
        ])
        bytes.append(contentsOf: line.htmlText.utf8)
        entries.append(
            Entry(
                priority: item.priority, uncertainty: item.uncertainty, start: start, idEnd: idEnd, end: bytes.count))
        digests.insert(Digest(item.id))
    }

    /// Ids and lines in the order in which a person should look at them, whatever the order of adding was.
    var sorted: [(id: ArraySlice<UInt8>, line: ArraySlice<UInt8>)] {
        let sorted = entries.sorted { one, other in
            if one.priority != other.priority { return one.priority > other.priority }
            if one.uncertainty != other.uncertainty { return one.uncertainty > other.uncertainty }
            // No two are equal.
            return bytes[one.start..<one.idEnd].lexicographicallyPrecedes(bytes[other.start..<other.idEnd])
        }
        return sorted.map { (bytes[$0.start..<$0.idEnd], bytes[$0.idEnd..<$0.end]) }
    }
}
