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
        /// The last line of each picture.
        package var records = ByID<ManifestRecord>()
        /// The last decision about each picture.
        package var decisions = ByID<ManifestDecision>()
        /// When those lines were written, in milliseconds since the beginning of 1970, by the clock of whoever wrote them.
        var (recordTimes, decisionTimes) = (ByID<Int>(), ByID<Int>())
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
    /// - Throws: ``BatchError/isRunning(path:)``, ``BatchError/notAManifest(path:reason:)``,
    ///   ``BatchError/badManifest(path:line:reason:)``, ``BatchError/manifestNotWritten(path:reason:)``.
    package init(_ path: BytePath) throws(BatchError) {
        func unwritten() -> BatchError { .manifestNotOpened(path: path.description, reason: systemReason(errno)) }
        let descriptor = try Self.locked(path)
        let contents: Contents
        do throws(BatchError) {
            contents = try Self.read(path)
            var status = stat()
            guard fstat(descriptor, &status) == 0 else { throw unwritten() }
            if Int(status.st_size) > contents.byteCount, ftruncate(descriptor, off_t(contents.byteCount)) != 0 {
                throw unwritten()
            }
            if contents.byteCount == 0 {
                try Self.append(Self.firstLine, to: descriptor, path)
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

    /// The open file, which nobody else has open as long as it is.
    private static func locked(_ path: BytePath) throws(BatchError) -> Int32 {
        while true {
            let descriptor = path.open(
                O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY, mode: 0o666)
            guard descriptor >= 0 else {
                throw .manifestNotOpened(path: path.description, reason: systemReason(errno))
            }
            var status = stat()
            guard fstat(descriptor, &status) == 0, status.isFile else {
                close(descriptor)
                throw .notAManifest(path: path.description, reason: "is no file")
            }
            // Where the file system has no locks nobody is kept out.
            if flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
                close(descriptor)
                throw .isRunning(path: path.description)
            }
            // Who held it may have put another in its place before it let go.
            if let now = path.linkStatus(), now.st_ino == status.st_ino, now.st_dev == status.st_dev {
                return descriptor
            }
            close(descriptor)
        }
    }

    /// Reads a manifest; one that is not there is empty.
    ///
    /// - Throws: ``BatchError/notAManifest(path:reason:)``, ``BatchError/badManifest(path:line:reason:)``.
    package static func read(_ path: BytePath) throws(BatchError) -> Contents {
        guard let status = path.status() else { return Contents() }
        guard status.isFile else { throw .notAManifest(path: path.description, reason: "is no file") }
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
            let value: JSONValue?
            var problem = ""
            do throws(JSONError) {
                value = try JSONValue(parsing: line)
            } catch {
                (value, problem) = (nil, ": \(error)")
            }
            if let version = value?["manifest"]?.integer {
                guard version == 1 else {
                    throw .badManifest(
                        path: path.description, line: number,
                        reason: "is a manifest of version \(version); this program knows 1")
                }
            } else if number == 1 {
                throw .notAManifest(path: path.description, reason: "does not begin as a manifest does")
            } else if let value, let decision = ManifestDecision(value, after: contents.records) {
                contents.decisions[decision.id] = decision
                contents.decisionTimes[decision.id] = value[timeMember]?.integer
            } else if let value, let record = ManifestRecord(value) {
                contents.records[record.id] = record
                contents.recordTimes[record.id] = value[timeMember]?.integer
            } else {
                throw .badManifest(
                    path: path.description, line: number,
                    reason: "is no line of a manifest\(problem); take it out, and its picture is done again")
            }
        }
        contents.byteCount = start
        // What is torn off without a line before it may be anything; what a crash left is the beginning of the first line.
        guard start > 0 || Array("\(firstLine)\n".utf8).starts(with: bytes) else {
            throw .notAManifest(path: path.description, reason: "does not begin as a manifest does")
        }
        return contents
    }

    static let firstLine = "{\"manifest\":1}"
    /// The member that says when a line was written.
    private static let timeMember = "writtenAt"

    /// A line, with when it was written; without, where nobody knows.
    static func line(_ value: JSONValue, writtenAt time: Int?) -> JSONValue {
        guard case .object(let members) = value, let time else { return value }
        return .object(members + [.init(name: timeMember, value: .integer(time))])
    }

    private static var now: Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Int(time.tv_sec) * 1000 + Int(time.tv_nsec) / 1_000_000
    }

    package func append(_ record: ManifestRecord) throws(BatchError) { try append(record.json) }

    package func append(_ decision: ManifestDecision) throws(BatchError) { try append(decision.json) }

    private func append(_ value: JSONValue) throws(BatchError) {
        let line = Self.line(value, writtenAt: Self.now).description
        let result = isWriting.withLock { _ in
            Result { () throws(BatchError) in try Self.append(line, to: descriptor, path) }
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
