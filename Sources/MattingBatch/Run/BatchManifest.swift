import Files
import ImageCodecs
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What has been done, a line of JSON a picture, each of which is on the disk before the next step is taken.
///
/// A line that a crash tore off is forgotten: its picture is done again. While a run has the file open no other may.
package final class BatchManifest: Sendable {
    /// What the lines say.
    package struct Contents: Sendable {
        /// The last line of each picture, by its id.
        package var records: [String: ManifestRecord] = [:]
        /// The last decision about each picture, by its id.
        package var decisions: [String: ManifestDecision] = [:]
        /// Bytes up to the end of the last whole line.
        var byteCount = 0
    }

    private static let maxBytes = 4 << 30

    package let path: BytePath
    /// What was there before.
    package let contents: Contents
    private let descriptor: Int32
    private let isWriting = Guarded(())

    /// Opens the manifest of a run, and makes it where there is none.
    ///
    /// - Throws: ``BatchError/isRunning(path:)``, ``BatchError/badManifest(path:line:reason:)``,
    ///   ``BatchError/manifestNotWritten(path:reason:)``.
    package init(_ path: BytePath) throws(BatchError) {
        func unwritten() -> BatchError { .manifestNotWritten(path: path.description, reason: systemReason(errno)) }
        let descriptor = path.open(O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode: 0o666)
        guard descriptor >= 0 else { throw unwritten() }
        // Where the file system has no locks nobody is kept out.
        if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
            close(descriptor)
            throw .isRunning(path: path.description)
        }
        let contents: Contents
        do throws(BatchError) {
            contents = try Self.read(path)
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw unwritten() }
            if Int(status.st_size) > contents.byteCount, ftruncate(descriptor, off_t(contents.byteCount)) != 0 {
                throw unwritten()
            }
            if contents.byteCount == 0 {
                try Self.append("{\"manifest\":1}", to: descriptor, path)
                // The name itself has to last, too.
                let folder = path.folder.open(O_RDONLY | O_DIRECTORY | O_CLOEXEC)
                if folder >= 0 {
                    fsync(folder)
                    close(folder)
                }
            }
        } catch {
            close(descriptor)
            throw error
        }
        self.path = path
        self.contents = contents
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Reads a manifest; one that is not there is empty.
    ///
    /// - Throws: ``BatchError/badManifest(path:line:reason:)``.
    package static func read(_ path: BytePath) throws(BatchError) -> Contents {
        guard path.exists else { return Contents() }
        let bytes: [UInt8]
        do throws(ImageCodecError) {
            bytes = try WholeFile.readAll(path: path, limit: maxBytes).withBytes { Array($0) }
        } catch {
            throw .badManifest(path: path.description, line: 1, reason: "\(error)")
        }
        var contents = Contents()
        var (start, number) = (bytes.startIndex, 0)
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            number += 1
            let line = Array(bytes[start..<end])
            start = end + 1
            func bad(_ reason: String) -> BatchError {
                .badManifest(path: path.description, line: number, reason: reason)
            }
            let value: JSONValue
            do throws(JSONError) {
                value = try JSONValue(parsing: line)
            } catch {
                throw bad("is no line of a manifest: \(error)")
            }
            if let version = value["manifest"]?.integer {
                guard version == 1 else { throw bad("is a manifest of version \(version); this program knows 1") }
            } else if let decision = ManifestDecision(value) {
                contents.decisions[decision.id] = decision
            } else if let record = ManifestRecord(value) {
                contents.records[record.id] = record
            } else {
                throw bad("is no line of a manifest")
            }
        }
        contents.byteCount = start
        return contents
    }

    package func append(_ record: ManifestRecord) throws(BatchError) { try append(record.json) }

    package func append(_ decision: ManifestDecision) throws(BatchError) { try append(decision.json) }

    private func append(_ value: JSONValue) throws(BatchError) {
        let result = isWriting.withLock { _ in
            Result { () throws(BatchError) in try Self.append(value.description, to: descriptor, path) }
        }
        try result.get()
    }

    private static func append(_ line: String, to descriptor: Int32, _ path: BytePath) throws(BatchError) {
        let bytes = Array(line.utf8) + [0x0A]
        var status = stat()
        let before = fstat(descriptor, &status) == 0 ? status.st_size : -1
        let isWritten = bytes.withUnsafeBytes { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while let base = rest.baseAddress, !rest.isEmpty {
                let count = writeSome(descriptor, from: base, count: rest.count)
                guard count > 0 else { return false }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
            return true
        }
        guard isWritten, fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
            let reason = systemReason(errno)
            // Half a line would end up in the middle of the next one.
            if before >= 0 { ftruncate(descriptor, before) }
            throw .manifestNotWritten(path: path.description, reason: reason)
        }
    }
}
