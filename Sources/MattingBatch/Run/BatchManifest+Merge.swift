import Files
import ImageCodecs

extension BatchManifest {
    /// Makes one manifest of several, in the order of the ids, and one page of the pages beside them. Of a picture that several
    /// tell of, what went well counts more than what failed, and a later file more than an earlier one.
    ///
    /// - Returns: How many pictures are not on the page though a person has to look at them: there are no previews of them
    ///   beside their manifest.
    /// - Throws: ``BatchError/badManifest(path:line:reason:)``, ``BatchError/manifestNotWritten(path:reason:)``,
    ///   ``BatchError/reviewNotWritten(reason:)``.
    package static func merge(_ paths: [BytePath], into output: BytePath) throws(BatchError) -> Int {
        var merged = Contents()
        // Whose manifest tells of each picture.
        var origins: [String: BytePath] = [:]
        for path in paths {
            guard path.exists else { throw .badManifest(path: path.description, line: 1, reason: "is not there") }
            let contents = try read(path)
            merged.decisions.merge(contents.decisions) { $1 }
            for (id, record) in contents.records {
                if let known = merged.records[id], known.error == nil, record.error != nil { continue }
                merged.records[id] = record
                origins[id] = path
            }
        }
        try write(merged, to: output)
        return try mergePages(merged, origins, beside: output)
    }

    private static func write(_ merged: Contents, to output: BytePath) throws(BatchError) {
        var text = "{\"manifest\":1}\n"
        for record in merged.records.values.sorted(by: { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }) {
            text += record.json.description + "\n"
        }
        for decision in merged.decisions.values.sorted(by: { $0.id.utf8.lexicographicallyPrecedes($1.id.utf8) }) {
            text += decision.json.description + "\n"
        }
        do throws(ImageCodecError) {
            try AtomicFile.write(Array(text.utf8), to: output)
        } catch {
            guard case .cannotWrite(let path, let reason) = error else {
                throw .manifestNotWritten(path: output.description, reason: "\(error)")
            }
            throw .manifestNotWritten(path: path, reason: reason)
        }
    }

    /// - Returns: How many pictures have no previews.
    private static func mergePages(
        _ merged: Contents, _ origins: [String: BytePath], beside output: BytePath
    ) throws(BatchError) -> Int {
        guard let folder = BatchReview.folder(beside: output) else { return 0 }
        let review = BatchReview(folder: folder, batch: BatchReview.batch(of: merged.records.keys))
        var missing = 0
        do throws(ReviewError) {
            for (id, record) in merged.records {
                guard let item = BatchReview.item(record) else { continue }
                if let other = origins[id].flatMap(BatchReview.folder(beside:)), other != folder {
                    try review.copyPreviews(of: id, from: other)
                }
                if !review.keep(item) { missing += 1 }
            }
            try review.finish()
        } catch {
            throw .reviewNotWritten(reason: "\(error)")
        }
        return missing
    }
}
