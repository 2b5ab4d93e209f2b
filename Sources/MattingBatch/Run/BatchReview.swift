import Files
import ImageCodecs
import Matting
import Threads
import WeightFiles

/// The page on which a person looks at what was not published, filled while the batch runs.
final class BatchReview: Sendable {
    private struct State {
        var page: ReviewPage?
        var failure: ReviewError?
    }

    private let folder: BytePath
    private let state = Guarded(State())

    init(folder: BytePath) { self.folder = folder }

    /// nil where there is nothing that a person has to look at.
    static func item(_ record: ManifestRecord) -> ReviewItem? {
        guard let lane = record.lane, lane != .publish else { return nil }
        return ReviewItem(
            id: record.id, name: record.sku ?? record.name.description, lane: lane.rawValue,
            category: record.category ?? "", priority: record.priority,
            uncertainty: 1 - min(max(record.confidence ?? 0, 0), 1), reasons: record.reasons, seen: record.seen)
    }

    /// The folder of the page beside a manifest: `review-0-of-8` beside `manifest-0-of-8.jsonl`. nil for a manifest of another
    /// name.
    static func folder(beside manifest: BytePath) -> BytePath? {
        guard manifest.name.hasPrefix("manifest"), manifest.pathExtension == "jsonl" else { return nil }
        let part = BytePath(bytes: manifest.stem.bytes.dropFirst("manifest".utf8.count))
        return manifest.folderPrefix + "review" + part
    }

    func add(_ item: ReviewItem, _ previews: ReviewPreviews) throws(ReviewError) {
        try change { (page) throws(ReviewError) in try page.add(item, previews: previews) }
    }

    /// False where its previews are not there.
    func keep(_ item: ReviewItem) -> Bool {
        do throws(ReviewError) {
            try change { (page) throws(ReviewError) in try page.keep(item) }
            return true
        } catch {
            return false
        }
    }

    /// Takes over the previews of a picture that another page has.
    func copyPreviews(of id: String, from other: BytePath) throws(ReviewError) {
        // Makes the page's folders.
        try change { (_) throws(ReviewError) in }
        for name in Self.previews(of: id) {
            let path = other.appending(name)
            guard path.exists else { continue }
            do throws(ImageCodecError) {
                try WholeFile.readAll(path: path, limit: 1 << 30).withBytes { (bytes) throws(ImageCodecError) in
                    try AtomicFile.write(bytes, to: folder.appending(name))
                }
            } catch {
                throw .image(error)
            }
        }
    }

    /// Removes the previews of a picture that nobody has to look at any more.
    func removePreviews(of id: String) {
        for name in Self.previews(of: id) { try? folder.appending(name).remove() }
    }

    /// All names that a preview may have, in the page's folder.
    private static func previews(of id: String) -> [BytePath] {
        let name = ReviewName.of(id)
        return ["original", "cutout", "doubt"].flatMap { part in
            ["jpg", "png", "webp"].map { BytePath("previews/\(name)-\(part).\($0)") }
        }
    }

    /// Writes the page, also where there is nothing to look at.
    func finish() throws(ReviewError) {
        let result = state.withLock { state in
            Result { () throws(ReviewError) in
                let page = if let page = state.page { page } else { try makePage() }
                state.page = page
                try page.finish()
            }
        }
        try result.get()
    }

    private func change(_ body: (inout ReviewPage) throws(ReviewError) -> Void) throws(ReviewError) {
        let result = state.withLock { state in
            Result { () throws(ReviewError) in
                var page: ReviewPage
                if let known = state.page { page = known } else { page = try makePage() }
                // One owner only, or each addition would copy the page.
                state.page = nil
                defer { state.page = page }
                try body(&page)
            }
        }
        try result.get()
    }

    private func makePage() throws(ReviewError) -> ReviewPage {
        // Each decision says what it is about; pictures come and go.
        try ReviewPage(folder: folder, batch: "matte batch", title: "Review")
    }
}
