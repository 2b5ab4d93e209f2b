import KernelInterface
import Kernels
import Threads

#if arch(x86_64)
import KernelsAVX2
import KernelsAVX512
#endif

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// The instruction sets that the kernels are compiled for.
package enum InstructionSet: String, CaseIterable, Comparable, Sendable {
    /// What every processor of the architecture has: SSE2 on x86-64, NEON on arm64.
    case baseline
    /// x86-64-v3: AVX2 and FMA (Haswell 2013, Zen 2017).
    case avx2
    /// x86-64-v4: AVX-512 F, BW, CD, DQ, VL (Skylake-X 2017, Zen 4 2022).
    case avx512

    /// The set in use: the best that processor and system support, or an older one that the environment asks for.
    package static let current: InstructionSet = {
        guard case .known(let wished) = wish else { return detected }
        return min(wished, detected)
    }()

    /// What the environment asks for: nothing where it is empty, too, as a script's unset variable leaves it. An unknown
    /// name has no effect, and is kept for whoever can say so.
    private enum Wish {
        case none, known(InstructionSet), unknown(String)
    }

    private static let wish: Wish = {
        guard let text = getenv(environmentVariable).map({ String(cString: $0) }), !text.isEmpty else { return .none }
        return InstructionSet(rawValue: text).map(Wish.known) ?? .unknown(text)
    }()

    /// A wish that names no instruction set.
    package static var unknownWish: String? { if case .unknown(let name) = wish { name } else { nil } }

    /// Names an instruction set to use instead of the best, for tests and measurements: `baseline`, `avx2` or `avx512`.
    package static let environmentVariable = "MATTING_INSTRUCTION_SET"

    /// All that this machine can run.
    package static var supported: [InstructionSet] { allCases.filter { $0 <= detected } }

    /// The kernels compiled for this set; on a machine of the set only.
    package var kernels: any KernelSet.Type {
        #if arch(x86_64)
        switch self {
        case .baseline: Kernels.VectorKernels.self
        case .avx2: KernelsAVX2.VectorKernels.self
        case .avx512: KernelsAVX512.VectorKernels.self
        }
        #else
        Kernels.VectorKernels.self
        #endif
    }

    package static func < (left: InstructionSet, right: InstructionSet) -> Bool {
        (allCases.firstIndex(of: left) ?? 0) < (allCases.firstIndex(of: right) ?? 0)
    }

    private static let detected: InstructionSet = {
        #if arch(x86_64) && os(Linux)
        return detectedByLibrary ?? InstructionSet(processorFlags: kernelFile("/proc/cpuinfo"))
        #else
        return .baseline
        #endif
    }()

    #if arch(x86_64) && os(Linux)
    /// What the C library has asked CPUID, and the system (XGETBV) for the registers it saves; glibc 2.33 and later tell,
    /// others give nil.
    package static var detectedByLibrary: InstructionSet? {
        // Each leaf is four registers of what the processor has (EAX, EBX, ECX, EDX), then four of what is usable.
        guard let symbol = dlsym(nil, "__x86_get_cpuid_feature_leaf") else { return nil }
        typealias Leaf = @convention(c) (UInt32) -> UnsafePointer<UInt32>?
        let leaf = unsafeBitCast(symbol, to: Leaf.self)
        guard let basic = leaf(0), let extended = leaf(1) else { return nil }
        func has(_ register: UInt32, _ bits: Int...) -> Bool { bits.allSatisfy { register >> UInt32($0) & 1 == 1 } }
        // FMA, MOVBE, F16C in leaf 1 ECX; BMI1, AVX2, BMI2 in leaf 7 EBX.
        let (ecx, ebx) = (basic[4 + 2], extended[4 + 1])
        guard has(ecx, 12, 22, 29), has(ebx, 3, 5, 8) else { return .baseline }
        // AVX-512 F, DQ, CD, BW, VL.
        return has(ebx, 16, 17, 28, 30, 31) ? .avx512 : .avx2
    }

    /// By the first line of flags in the text of `/proc/cpuinfo`, which lists what both processor and system support.
    package init(processorFlags text: String) {
        let line = text.split(separator: "\n").first { $0.hasPrefix("flags") } ?? ""
        let flags = Set(line.split(whereSeparator: \.isWhitespace))
        self =
            if !flags.isSuperset(of: ["fma", "movbe", "f16c", "bmi1", "avx2", "bmi2"]) {
                .baseline
            } else if flags.isSuperset(of: ["avx512f", "avx512dq", "avx512cd", "avx512bw", "avx512vl"]) {
                .avx512
            } else {
                .avx2
            }
    }
    #endif
}

/// The kernels of ``InstructionSet/current``.
package let kernels: any KernelSet.Type = InstructionSet.current.kernels
