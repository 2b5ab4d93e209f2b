import Files
import ImageCodecs
import Matting
import Raster
import WeightFiles

/// A matte that a person corrected and put back into `manual/done`.
///
/// Either the picture's folder was moved there, with `matte.png` or a PSD changed in it, or one file was put there, named as
/// the picture with `.png`, `.psd` or `.psb` behind it, or in the place of its own ending.
package struct BatchCorrection: Sendable {
    let path: BytePath
    /// Of the file.
    let bytes: [UInt8]

    /// Several files that all were changed: which one counts, nobody knows.
    struct Ambiguity: Error, CustomStringConvertible {
        let paths: [BytePath]

        var description: String {
            "\(paths.map { "'\($0)'" }.joined(separator: " and ")) are all corrected mattes; leave one of them and remove the others"
        }
    }

    /// A file that is named as more than one picture.
    struct SharedName: Error, CustomStringConvertible {
        let path: BytePath
        let job: BytePath

        var description: String {
            let whole = job.name + "." + BytePath(path.pathExtension ?? "")
            return
                "'\(path)' may be the matte of several pictures; if it is that of '\(job)', name it '\(job.folderPrefix + whole)'"
        }
    }

    /// What a picture's folder says of itself, and which of its files were written with what digests.
    static let reasonsName: BytePath = "reasons.json"
    static let digestsMember = "written"
    static let matteName: BytePath = "matte.png"
    private static let layerEndings = ImageFormat.allCases.filter(\.supportsLayers).flatMap(\.pathExtensions)
    /// Of `reasons.json`, in bytes.
    private static let reasonsLimit = 1 << 20

    /// The files that may be the corrected matte of a job, all of which are there.
    ///
    /// - Parameter root: the folder of results.
    package static func files(of job: BatchJob, in root: BytePath, _ stems: CorrectionStems) -> [BytePath] {
        candidates(of: job, in: root, stems).map(\.path)
    }

    private static func candidates(
        of job: BatchJob, in root: BytePath, _ stems: CorrectionStems
    ) -> [(path: BytePath, isShared: Bool)] {
        let done = root.appending(BatchPlan.doneFolder)
        let folder = done.appending(job.name.path)
        let layers = ((try? folder.namesInFolder()) ?? []).filter { name in
            // Those with a dot before them are what other systems and programs keep beside a file.
            !name.hasPrefix(".") && name.pathExtension.map { layerEndings.contains($0.lowercased()) } == true
        }
        let inside = ([matteName] + layers.sorted()).map { (path: folder.appending($0), isShared: false) }
        let names = [(name: job.name.path, isShared: false)] + stems.stems(of: job)
        let beside = names.flatMap { name, isShared in
            (["png"] + layerEndings).map { (path: done.appending(name) + "." + BytePath($0), isShared: isShared) }
        }
        // A picture's folder may have the name that a file has.
        return (inside + beside).filter { $0.path.status()?.isFile == true }
    }

    /// The one that counts: that which is not as the batch wrote it, or the first where all are. nil where there is none.
    ///
    /// - Throws: ``Ambiguity``, ``SharedName``, ``ImageCodecError``.
    init?(of job: BatchJob, in root: BytePath, _ stems: CorrectionStems, limits: DecodingLimits) throws {
        let candidates = Self.candidates(of: job, in: root, stems)
        if let shared = candidates.first(where: \.isShared) { throw SharedName(path: shared.path, job: job.name.path) }
        let files = candidates.map(\.path)
        guard let first = files.first else { return nil }
        func bytes(_ path: BytePath) throws(ImageCodecError) -> [UInt8] {
            try WholeFile.readAll(path: path, limit: limits.maxFileBytes).withBytes { Array($0) }
        }
        guard files.count > 1 else {
            (path, self.bytes) = (first, try bytes(first))
            return
        }
        let digests = Self.digests(in: root.appending(BatchPlan.doneFolder).appending(job.name.path))
        var changed: [BytePath] = []
        var found: [UInt8] = []
        for path in files {
            let content = try bytes(path)
            if digests[path] == content.withUnsafeBytes({ SHA256.hexDigest(of: $0) }) { continue }
            changed.append(path)
            found = content
        }
        guard changed.count <= 1 else { throw Ambiguity(paths: changed) }
        path = changed.first ?? first
        self.bytes = changed.isEmpty ? try bytes(first) : found
    }

    /// What the batch wrote into a picture's folder, as the folder says itself: it may have been moved, and the manifest have
    /// forgotten it.
    private static func digests(in folder: BytePath) -> [BytePath: String] {
        let path = folder.appending(reasonsName)
        guard let text = try? WholeFile.readAll(path: path, limit: reasonsLimit).withBytes({ Array($0) }),
            case .object(let members)? = (try? JSONValue(parsing: text))?[digestsMember]
        else { return [:] }
        let pairs = members.compactMap { member in
            member.value.string.map { (folder.appending(BytePath(escapedText: member.name)), $0) }
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The matte of a picture.
    ///
    /// - Throws: What is wrong with the file, by its name.
    func matte(of image: RasterImage, limits: DecodingLimits) throws -> AlphaMatte {
        do {
            let matte = try AlphaMatte(decoding: bytes, limits: limits)
            guard matte.width == image.width, matte.height == image.height else {
                throw MattingError.differentSizes(
                    of: "corrected matte", width: matte.width, height: matte.height, expectedWidth: image.width,
                    expectedHeight: image.height)
            }
            return matte
        } catch {
            throw Unusable(path: path, cause: error)
        }
    }

    private struct Unusable: Error, CustomStringConvertible {
        let path: BytePath
        let cause: any Error

        var description: String { "\(path): \(cause)" }
    }
}
