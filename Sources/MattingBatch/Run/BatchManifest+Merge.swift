import Files
import ImageCodecs

extension BatchManifest {
    /// Makes one manifest of several, in the order of the ids, and one page of the pages beside them.
    ///
    /// Of a picture that several tell of, what went well counts more than what failed, and what was written later more than what
    /// was written earlier, by the clocks of the machines; of what is of one time that of the later file counts. A manifest that
    /// is there already takes part, before all others: what was decided and done since it was merged is kept.
    ///
    /// - Returns: How many pictures are not on the page though a person has to look at them: there are no previews of them
    ///   beside their manifest.
    /// - Throws: ``BatchError/isRunning(path:)`` where a run has the file to be written open,
    ///   ``BatchError/notAManifest(path:reason:)``, ``BatchError/badManifest(path:line:reason:)``,
    ///   ``BatchError/manifestNotOpened(path:reason:)``, ``BatchError/reviewNotWritten(reason:)``.
    package static func merge(_ paths: [BytePath], into output: BytePath) throws(BatchError) -> Int {
        for path in paths where !path.exists {
            throw .notAManifest(path: path.description, reason: "there is no such file")
        }
        var parts: [(path: BytePath, contents: Contents)] = []
        for path in paths { parts.append((path, try read(path))) }
        let isNew = !output.exists
        // Held to the end, so that no run begins with what is about to be replaced.
        let known = try BatchManifest(output)
        var merged = Merger()
        merged.add(known.contents, of: output)
        for part in parts { merged.add(part.contents, of: part.path) }
        do throws(BatchError) {
            try write(merged.contents, to: output)
        } catch {
            if isNew { try? output.remove() }
            throw error
        }
        return try withExtendedLifetime(known) { () throws(BatchError) in
            try mergePages(merged, beside: output)
        }
    }

    /// What manifests say together.
    private struct Merger {
        var contents = Contents()
        /// Whose manifest tells of each picture.
        var origins = ByID<BytePath>()

        mutating func add(_ part: Contents, of path: BytePath) {
            for (id, record) in part.records.sorted {
                let time = part.recordTimes[id]
                if let known = contents.records[id] {
                    let hasFailed = (known.error != nil, record.error != nil)
                    if hasFailed.0 == hasFailed.1 ? contents.recordTimes[id] ?? 0 > time ?? 0 : hasFailed.1 { continue }
                }
                contents.records[id] = record
                contents.recordTimes[id] = time
                origins[id] = path
            }
            for (id, decision) in part.decisions.sorted {
                let time = part.decisionTimes[id]
                if contents.decisions[id] != nil, contents.decisionTimes[id] ?? 0 > time ?? 0 { continue }
                contents.decisions[id] = decision
                contents.decisionTimes[id] = time
            }
        }
    }

    private static func write(_ merged: Contents, to output: BytePath) throws(BatchError) {
        var text = firstLine + "\n"
        for (id, record) in merged.records.sorted {
            text += line(record.json, writtenAt: merged.recordTimes[id]).description + "\n"
        }
        for (id, decision) in merged.decisions.sorted {
            text += line(decision.json, writtenAt: merged.decisionTimes[id]).description + "\n"
        }
        do throws(ImageCodecError) {
            try AtomicFile.write(Array(text.utf8), to: output)
        } catch {
            guard case .cannotWrite(let path, let reason) = error else {
                throw .manifestNotOpened(path: output.description, reason: "\(error)")
            }
            throw .manifestNotOpened(path: path, reason: reason)
        }
    }

    /// - Returns: How many pictures have no previews.
    private static func mergePages(_ merged: Merger, beside output: BytePath) throws(BatchError) -> Int {
        guard let folder = BatchReview.folder(beside: output) else { return 0 }
        let review = BatchReview(folder: folder)
        var missing = 0
        do throws(ReviewError) {
            for (id, record) in merged.contents.records.sorted {
                guard let item = BatchReview.item(record) else { continue }
                if let other = merged.origins[id].flatMap(BatchReview.folder(beside:)), other != folder {
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
