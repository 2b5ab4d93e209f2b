import KernelDispatch
import TensorCore
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What a time must be read with: the machine, how busy it is, and what this process has taken of it.
package enum Machine {
    /// As the processor calls itself; nil where the system does not tell.
    package static var processorName: String? {
        #if os(Linux)
        field("model name", in: "/proc/cpuinfo")
        #else
        var count = 0
        guard sysctlbyname("machdep.cpu.brand_string", nil, &count, nil, 0) == 0, count > 1 else { return nil }
        var bytes = [UInt8](repeating: 0, count: count)
        guard sysctlbyname("machdep.cpu.brand_string", &bytes, &count, nil, 0) == 0 else { return nil }
        return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
        #endif
    }

    /// Processors that this process may use.
    package static var processorCount: Int { usableProcessorCount() }

    /// Processes that wanted to run during the last minute, on average; nil where the system does not tell.
    package static var load: Double? {
        var averages = [Double](repeating: 0, count: 1)
        return getloadavg(&averages, 1) == 1 ? averages[0] : nil
    }

    /// The instruction set of the kernels in use.
    package static var instructionSet: String { InstructionSet.current.rawValue }

    /// What is wrong with the environment's choice of an instruction set, and what to do about it; nil if nothing.
    package static var instructionSetProblem: String? {
        InstructionSet.unknownWish.map { wish in
            let known = InstructionSet.allCases.map(\.rawValue).joined(separator: ", ")
            return "\(InstructionSet.environmentVariable) is '\(wish)'; set it to one of \(known), or not at all."
        }
    }

    /// The most memory that this process has held at once, in bytes; nil where the system does not tell.
    package static var peakMemory: Int? {
        #if os(Linux)
        // Not by `getrusage`: what it says begins with the peak of the process that started this one.
        field("VmHWM", in: "/proc/self/status")?.split(separator: " ").first.flatMap { Int($0) }.map { $0 * 1024 }
        #else
        var usage = rusage()
        return getrusage(RUSAGE_SELF, &usage) == 0 ? Int(usage.ru_maxrss) : nil
        #endif
    }

    #if os(Linux)
    /// The value of the first line "NAME: VALUE".
    private static func field(_ name: String, in path: String) -> String? {
        for line in kernelFile(path).split(separator: "\n") where line.hasPrefix(name) {
            let value = line.drop { $0 != ":" }.dropFirst().drop { $0.isWhitespace }
            return value.isEmpty ? nil : String(value)
        }
        return nil
    }
    #endif
}
