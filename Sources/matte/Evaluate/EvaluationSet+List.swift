import Files
import ImageCodecs
import Matting
import MattingBatch

extension EvaluationSet {
    /// Lines and cells take many times the bytes of their text. This much names some 200,000 pictures.
    private static let maxListBytes = 32 << 20

    /// The set that a list names: tab-separated, with a header row that has the columns `image` and `alpha`, and may have
    /// `trimap`, `subjects`, `category` and any others; paths are relative to the list's folder. `subjects` names a picture of
    /// labels, or, ending in a slash, a folder of masks.
    ///
    /// - Throws: ``EvaluationError/malformedList(path:line:problem:)``, or ``ImageCodecError`` where it cannot be read.
    init(list path: BytePath, ignoresTrimaps: Bool) throws {
        let contents: String?
        do {
            contents = try Self.text(path)
        } catch ImageCodecError.fileTooLarge {
            throw EvaluationError.malformedList(
                path: path, line: 1, problem: "the list is longer than \(Self.maxListBytes >> 20) MiB; divide it")
        }
        guard let text = contents else {
            throw EvaluationError.malformedList(path: path, line: 1, problem: "the list is not UTF-8 text")
        }
        let folder = path.folderPrefix
        var rows = Self.rows(text)
        guard !rows.isEmpty else {
            throw EvaluationError.malformedList(
                path: path, line: 1, problem: "the list is empty; its first line names the columns image and alpha")
        }
        let header = rows.removeFirst()
        func fail(_ line: Int, _ problem: String) -> EvaluationError {
            .malformedList(path: path, line: line, problem: problem)
        }
        var columns: [String: Int] = [:]
        for (index, name) in header.cells.enumerated() {
            guard columns.updateValue(index, forKey: name) == nil else {
                throw fail(header.line, "the column '\(name)' is there twice")
            }
        }
        guard let imageColumn = columns["image"], let alphaColumn = columns["alpha"] else {
            throw fail(
                header.line,
                "the first line must name the columns image and alpha, and may name trimap, subjects and category; "
                    + "columns are separated by tabs")
        }
        var files: [BytePath] = []
        self.entries = try rows.map { row in
            guard row.cells.count == header.cells.count else {
                throw fail(row.line, "\(row.cells.count) cells in \(header.cells.count) columns")
            }
            func file(_ column: Int?) -> BytePath? {
                guard let column, row.cells[column] != "", row.cells[column] != "-" else { return nil }
                let cell = BytePath(row.cells[column])
                return cell.hasPrefix("/") ? cell : folder + cell
            }
            guard let image = file(imageColumn) else { throw fail(row.line, "no image is named") }
            let (alpha, trimap) = (file(alphaColumn), file(columns["trimap"]))
            var subjects: EvaluationSubjects?
            if let path = file(columns["subjects"]) {
                subjects = try Self.subjects(path)
                if subjects == nil { throw fail(row.line, "\(path) holds no pictures") }
            }
            files += [image, alpha, trimap].compactMap { $0 } + (subjects?.files ?? [])
            let category = columns["category"].map { row.cells[$0] } ?? ""
            return .complete(
                Case(
                    image: image, alpha: alpha, trimap: ignoresTrimaps ? nil : trimap,
                    category: category == "-" ? "" : category, subjects: subjects))
        }
        self.files = files
        guard !entries.isEmpty else { throw fail(header.line, "the list names no pictures") }
    }

    /// What a path of true subjects leads to; nil for a folder without pictures.
    private static func subjects(_ path: BytePath) throws(EvaluationError) -> EvaluationSubjects? {
        guard path.hasSuffix("/") else { return .labels(path) }
        let folder = path.withoutTrailingSlashes
        let tree = try EvaluationError.listing { () throws(PlanningError) in try FileTree(folder) }
        let masks = tree.files.filter { ImageFormat(path: $0) != nil }.map { folder.appending($0) }
        return masks.isEmpty ? nil : .masks(masks)
    }

    /// What a list says; nil where it is not UTF-8.
    private static func text(_ path: BytePath) throws -> String? {
        let file = try WholeFile.readAll(path: path, limit: maxListBytes)
        return file.withBytes { String(validating: $0, as: UTF8.self) }
    }

    /// The lines that are not empty, with their numbers.
    private static func rows(_ text: String) -> [(line: Int, cells: [String])] {
        // A mark of byte order, as some editors write it, is no part of the first column's name.
        let text = text.hasPrefix("\u{FEFF}") ? text.dropFirst() : text[...]
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated().compactMap {
            index, line in
            if line.allSatisfy(\.isWhitespace) { return nil }
            return (index + 1, line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init))
        }
    }
}
