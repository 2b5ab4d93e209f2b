import Files

/// Writes files that appear whole or not at all.
///
/// The bytes go to a temporary name in the same folder, are synced to the disk and renamed, so a crash at any moment
/// leaves the old file, or none, and at worst a temporary that ``removeStaleTemporaries(in:)`` recognises.
package enum AtomicFile {
    /// Writes all of `bytes`, replacing a file at `path` and keeping that file's permissions.
    ///
    /// A symbolic link is followed, and what it points to is replaced. Devices, pipes and descriptors
    /// (`/dev/stdout`, `/dev/fd/3`) are written directly.
    ///
    /// - Throws: ``ImageCodecError/cannotWrite(path:reason:)``.
    package static func write(_ bytes: UnsafeRawBufferPointer, to path: String) throws(ImageCodecError) {
        try write(bytes, to: BytePath(path))
    }

    /// Writes all of `bytes`; see ``write(_:to:)-(UnsafeRawBufferPointer,_)``.
    ///
    /// - Parameter replacing: whether a file that is there may be replaced; else it is an error.
    /// - Throws: ``ImageCodecError/cannotWrite(path:reason:)``.
    package static func write(
        _ bytes: UnsafeRawBufferPointer, to path: BytePath, replacing: Bool = true
    ) throws(ImageCodecError) {
        do throws(FileFailure) {
            var writer = try AtomicFileWriter(path, replacing: replacing)
            try writer.write(bytes)
            try writer.finish()
        } catch {
            throw .cannotWrite(path: path.description, reason: error.reason)
        }
    }

    /// Writes all of `bytes`; see ``write(_:to:)-(UnsafeRawBufferPointer,_)``.
    ///
    /// - Throws: ``ImageCodecError/cannotWrite(path:reason:)``.
    package static func write(_ bytes: [UInt8], to path: String) throws(ImageCodecError) {
        try write(bytes, to: BytePath(path))
    }

    /// Writes all of `bytes`; see ``write(_:to:)-(UnsafeRawBufferPointer,_)``.
    ///
    /// - Throws: ``ImageCodecError/cannotWrite(path:reason:)``.
    package static func write(_ bytes: [UInt8], to path: BytePath) throws(ImageCodecError) {
        try bytes.withBytes { (buffer) throws(ImageCodecError) in try write(buffer, to: path) }
    }

    /// Deletes what crashed writers left in `folder`: only names that ``AtomicFile`` makes, and only those that nobody
    /// is writing now. On file systems without locks nothing is deleted.
    ///
    /// - Returns: How many were deleted; 0 if the folder cannot be read.
    @discardableResult
    package static func removeStaleTemporaries(in folder: String) -> Int {
        removeStaleTemporaries(in: BytePath(folder))
    }

    /// Deletes what crashed writers left in a folder with a name of any bytes.
    @discardableResult
    package static func removeStaleTemporaries(in folder: BytePath) -> Int { StaleTemporaries.remove(in: folder) }
}
