#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The first bytes of a file that the kernel makes up, such as `/proc/self/status`; empty where there is none.
package func kernelFile(_ path: String, limit: Int = 8192) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: limit)
    var length = 0
    // Long ones come in pieces.
    bytes.withUnsafeMutableBytes { bytes in
        while length < limit, let base = bytes.baseAddress {
            let count = read(file, base + length, limit - length)
            if count < 0 && errno == EINTR { continue }
            if count <= 0 { break }
            length += count
        }
    }
    return String(decoding: bytes.prefix(length), as: UTF8.self)
}
#endif
