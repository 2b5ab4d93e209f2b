#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Processors that this process may use: its affinity mask and, in a container, its share of processor time.
///
/// A container limited to two processors on a large host still sees them all; a thread for each would only make them
/// wait for one another.
package func usableProcessorCount() -> Int {
    var count = Int(sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    #if os(Linux)
    if let allowed = allowedProcessorCount() { count = min(count, allowed) }
    if let quota = ControlGroups().processorQuota { count = min(count, quota) }
    #endif
    return max(count, 1)
}

#if os(Linux)
/// The bits of `Cpus_allowed`, a hexadecimal mask in groups of eight digits ("ff,ffffffff").
private func allowedProcessorCount() -> Int? {
    let key = "Cpus_allowed:"
    guard let line = kernelFile("/proc/self/status").split(separator: "\n").first(where: { $0.hasPrefix(key) }) else {
        return nil
    }
    return line.dropFirst(key.count).reduce(0) { $0 + ($1.hexDigitValue ?? 0).nonzeroBitCount }
}
#endif
