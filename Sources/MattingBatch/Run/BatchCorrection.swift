import Files
import ImageCodecs
import Matting
import Raster
import WeightFiles

/// A matte that a person corrected and put back into `manual/done`: in the picture's folder, with `matte.png` or a PSD changed in
/// it, or as a file of its own; ``CorrectionIndex`` knows the names.
package struct BatchCorrection: Sendable {
    let path: BytePath
    /// Of the file.
    let bytes: [UInt8]
    /// SHA-256 of those, in hexadecimal digits.
    let digest: String
    /// That of the picture which the person worked on, where the folder tells; nil for a file that came without one.
    let pictureHash: String?

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

    /// The one that counts: that which is not as the batch wrote it, or the first where all are. nil where there is none.
    ///
    /// - Throws: ``Ambiguity``, ``SharedName``, ``ImageCodecError``.
    init?(of job: BatchJob, _ index: CorrectionIndex, limits: DecodingLimits) throws {
        let candidates = index.candidates(of: job)
        if let shared = candidates.first(where: \.isShared) { throw SharedName(path: shared.path, job: job.name.path) }
        var found: [BatchCorrection] = []
        var changed: [BatchCorrection] = []
        for candidate in candidates {
            let bytes = try WholeFile.readAll(path: candidate.path, limit: limits.maxFileBytes).withBytes { Array($0) }
            let written = candidate.folder.map(Self.digests) ?? [:]
            let correction = BatchCorrection(
                path: candidate.path, bytes: bytes, digest: bytes.withUnsafeBytes { SHA256.hexDigest(of: $0) },
                pictureHash: written.first { $0.key.stem == ManualFolder.originalStem }?.value)
            if written[candidate.path.name] != correction.digest { changed.append(correction) }
            // Of several as they were written one is as good as another, and their bytes need not be held.
            if found.isEmpty { found = [correction] }
        }
        guard changed.count <= 1 else { throw Ambiguity(paths: changed.map(\.path)) }
        guard let correction = changed.first ?? found.first else { return nil }
        self = correction
    }

    private init(path: BytePath, bytes: [UInt8], digest: String, pictureHash: String?) {
        (self.path, self.bytes, self.digest, self.pictureHash) = (path, bytes, digest, pictureHash)
    }

    /// What the batch wrote into a picture's folder, by name, as the folder says itself: it may have been moved, and the manifest
    /// have forgotten it.
    private static func digests(in folder: BytePath) -> [BytePath: String] {
        guard case .object(let members)? = ManualFolder.reasons(in: folder)?[ManualFolder.digestsMember] else {
            return [:]
        }
        let pairs = members.compactMap { member in
            member.value.string.map { (BytePath(escapedText: member.name), $0) }
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
