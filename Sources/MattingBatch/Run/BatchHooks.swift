import Files
import ImageCodecs

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Where a batch reads its pictures: files, unless a caller has them elsewhere.
public protocol BatchSource: Sendable {
    /// The whole file of a job's picture. Called on a thread of the batch's own, one at a time, and may block.
    ///
    /// - Parameters:
    ///   - job: whose picture is read.
    ///   - byteLimit: more bytes than these are refused.
    func read(_ job: BatchJob, byteLimit: Int) throws -> [UInt8]
}

/// Where a batch puts what it makes: files in a folder, unless a caller keeps it elsewhere. Names are relative, as
/// `publish/shoes/left.png`. Called on threads of the batch's own, several at a time, and may block.
public protocol BatchSink: Sendable {
    /// Writes a file, which has to be there, whole and for good, when this returns.
    ///
    /// - Parameters:
    ///   - bytes: all of the file.
    ///   - path: its name.
    ///   - owned: a file of this name is replaced only where its digest, a SHA-256 in hexadecimal digits, is one of these; nil
    ///     replaces whatever is there.
    /// - Returns: False where a file is there that is none of those: it stays, and nothing was written.
    func write(_ bytes: UnsafeRawBufferPointer, to path: BatchPath, replacing owned: Set<String>?) throws -> Bool
    /// How long a file is; nil where there is none.
    func byteCount(of path: BatchPath) -> Int?
    /// Removes a file, if it is there and its digest is one of these. False where it stays.
    func remove(_ path: BatchPath, owned: Set<String>) throws -> Bool
}

/// Files as they are named.
public struct FileSource: BatchSource {
    /// Reads files.
    public init() {}

    /// What can be wrong with a file.
    enum Problem: Error, CustomStringConvertible {
        case changing(path: String)
        case folder(path: String)
        case noFile(path: String)

        var description: String {
            switch self {
            case .changing(let path): "\(path): changed while it was read; it is left for the next run"
            case .folder(let path): "\(path): is a folder"
            case .noFile(let path): "\(path): is a pipe, a socket or a device; a batch reads files"
            }
        }
    }

    /// - Throws: ``ImageCodecError``; a file that changes while it is read is an error, too.
    public func read(_ job: BatchJob, byteLimit: Int) throws -> [UInt8] {
        let path = job.input.path
        let status = path.status()
        if let status, !status.isFile {
            // Who opens a pipe waits for somebody who writes to it.
            throw status.isFolder ? Problem.folder(path: path.description) : .noFile(path: path.description)
        }
        let before = status.map(Self.state)
        let bytes = try WholeFile.readAll(path: path, limit: byteLimit) { (start) throws(ImageCodecError) in
            _ = try ImageFormat.required(of: start)
        }.withBytes { Array($0) }
        guard let before, let after = path.status().map(Self.state), before == after else {
            throw Problem.changing(path: path.description)
        }
        return bytes
    }

    private static func state(_ status: stat) -> [Int] {
        #if canImport(Darwin)
        let time = status.st_mtimespec
        #else
        let time = status.st_mtim
        #endif
        return [Int(status.st_size), Int(time.tv_sec), Int(time.tv_nsec), Int(bitPattern: UInt(status.st_ino))]
    }
}
