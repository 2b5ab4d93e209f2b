#if os(Linux)
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#endif

/// The first kilobytes of a file that the kernel makes up, such as `/proc/self/status`; empty where there is none.
package func kernelFile(_ path: String) -> String {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return "" }
    defer { close(file) }
    var bytes = [UInt8](repeating: 0, count: 8192)
    let length = read(file, &bytes, bytes.count)
    return String(decoding: bytes.prefix(max(length, 0)), as: UTF8.self)
}
#endif
