import Files
import ImageCodecs

/// Files that go with photographs one by one, such as trimaps: one file for one photograph, or a folder that holds
/// `<stem>.png` for each.
package struct CompanionFiles: Sendable {
    /// The option that names them, as in `--trimap`.
    package let option: String
    /// A file, or a folder: one that exists, or ends in `/`.
    package let path: BytePath

    package init(option: String, path: BytePath) {
        self.option = option
        self.path = path
    }

    /// Whether the path is that of a folder.
    private var isFolder: Bool { path.endsInSlash || path.isFolder }

    /// The file of each input, in their order.
    ///
    /// - Throws: ``PlanningError`` where one file is to go with several inputs, or an input has no name to go by.
    package func files(for inputs: [InputFile]) throws(PlanningError) -> [BytePath] {
        guard !path.isEmpty else { throw .emptyCompanion(option: option) }
        guard isFolder else {
            guard inputs.count <= 1 else { throw .companionForSeveral(option: option, path: path) }
            return inputs.map { _ in path }
        }
        var files: [BytePath] = []
        for input in inputs {
            guard case .named(let name) = input else { throw .companionOfStandardInput(option: option) }
            let file = path.withoutTrailingSlashes.appending(name.withoutTrailingSlashes.stem + ".png")
            // Nobody named it, so nobody writes to it: a pipe would be waited for.
            if let status = file.status(), !status.isFile { throw .companionIsNoFile(option: option, path: file) }
            files.append(file)
        }
        return files
    }

    /// The output of each input: that file, or `<stem>.png` in that folder.
    ///
    /// - Throws: As ``files(for:)``; ``PlanningError/unknownFormat(output:)``, ``PlanningError/missingFolder(_:output:)``.
    func outputs(for inputs: [InputFile]) throws(PlanningError) -> [OutputFile] {
        let outputs = try files(for: inputs).map { OutputFile(argument: $0) }
        for output in outputs where !output.isStream {
            guard path.endsInSlash || ImageFormat(path: output.path) == .png else {
                throw .companionNotPNG(option: option, path: output.path)
            }
            // One that ends in a slash is made.
            if !path.endsInSlash { try output.requireFolder() }
        }
        return outputs
    }
}
