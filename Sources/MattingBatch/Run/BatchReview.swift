import Files
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
    private let batch: String
    private let state = Guarded(State())

    init(folder: BytePath, batch: String) {
        self.folder = folder
        self.batch = batch
    }

    /// What a page's decisions are about: the batch of these pictures.
    static func batch(of ids: some Sequence<String>) -> String {
        String(SHA256.hexDigest(of: JSONValue.strings(ids.sorted()).description).prefix(16))
    }

    static func item(_ job: BatchJob, _ record: ManifestRecord) -> ReviewItem? {
        guard let lane = record.lane, lane != .publish else { return nil }
        return ReviewItem(
            id: job.id, name: job.sku ?? job.name.description, lane: lane.rawValue, category: job.category ?? "",
            priority: job.priority, uncertainty: 1 - min(max(record.confidence ?? 0, 0), 1), reasons: record.reasons)
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

    /// Removes the previews of a picture that nobody has to look at any more.
    func removePreviews(of id: String) {
        let name = ReviewName.of(id)
        for part in ["original", "cutout", "doubt"] {
            for ending in ["jpg", "png", "webp"] {
                try? folder.appending("previews").appending(BytePath("\(name)-\(part).\(ending)")).remove()
            }
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
        try ReviewPage(folder: folder, batch: batch, title: "Review")
    }
}
