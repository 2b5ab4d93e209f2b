import Files
import ImageCodecs

/// What an export is called, such as `{sku}_{channel}.{ext}`: text with names of what is known of the job in braces.
package struct NameTemplate: Sendable, Hashable, CustomStringConvertible {
    package enum Field: String, Sendable, Hashable, CaseIterable {
        case id, sku, category, campaign
        /// The name's own folder, and its name without the extension.
        case folder, stem
        /// Of the export.
        case channel, ext
    }

    private enum Part: Hashable {
        case text(String)
        case field(Field)
    }

    /// What is wrong with a template.
    package struct Problem: Error { package let reason: String }

    private let parts: [Part]
    package let description: String

    /// - Throws: ``Problem`` for a brace that is not closed, and for fields that there are not.
    package init(_ text: String) throws(Problem) {
        description = text
        var parts: [Part] = []
        var rest = text[...]
        while let brace = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            if brace > rest.startIndex { parts.append(.text(String(rest[..<brace]))) }
            guard rest[brace] == "{", let end = rest[brace...].firstIndex(of: "}") else {
                throw Problem(reason: "a brace of '\(text)' is not closed, or not opened")
            }
            let name = String(rest[rest.index(after: brace)..<end])
            guard let field = Field(rawValue: name) else {
                let known = Field.allCases.map { "{\($0.rawValue)}" }.joined(separator: ", ")
                throw Problem(reason: "there is no {\(name)}; names have \(known)")
            }
            parts.append(.field(field))
            rest = rest[rest.index(after: end)...]
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        guard !parts.isEmpty else { throw Problem(reason: "a name is empty") }
        self.parts = parts
    }

    package init(known text: StaticString) {
        do {
            try self.init("\(text)")
        } catch {
            preconditionFailure("\(text): \(error.reason)")
        }
    }

    /// Whether files of a format can have the name.
    package func fits(_ format: ImageFormat) -> Bool {
        if parts.last == .field(.ext) { return true }
        guard case .text(let text)? = parts.last, let dot = text.lastIndex(of: ".") else { return false }
        return ImageFormat(pathExtension: text[text.index(after: dot)...]) == format
    }

    /// The name of an export, relative to the folder of its lane.
    ///
    /// Slashes and controls in what is known of the job are dashes in it, except in the folder.
    ///
    /// - Throws: ``Problem`` where a field has no value.
    package func path(of job: BatchJob, channel: String, format: ImageFormat) throws(Problem) -> BytePath {
        let name = job.name.path
        var path = BytePath("")
        for part in parts {
            switch part {
            case .text(let text): path = path + BytePath(text)
            case .field(let field):
                let value: BytePath? =
                    switch field {
                    case .id: BytePath(job.id)
                    case .sku: job.sku.map { BytePath($0) }
                    case .category: job.category.map { BytePath($0) }
                    case .campaign: job.campaign.map { BytePath($0) }
                    case .folder: name.folderPrefix.withoutTrailingSlashes
                    case .stem: name.stem
                    case .channel: BytePath(channel)
                    case .ext: BytePath(format.pathExtensions[0])
                    }
                guard let value, field == .folder || !value.isEmpty else {
                    throw Problem(reason: "it has no \(field.rawValue)")
                }
                let bytes = field == .folder ? value.bytes : value.bytes.map { $0 == 0x2F || $0 < 0x20 ? 0x2D : $0 }
                path = path + BytePath(bytes: bytes)
            }
        }
        let within = BatchJobs.within(path)
        guard !within.isEmpty, !path.endsInSlash else { throw Problem(reason: "nothing is left of it") }
        return within
    }
}
