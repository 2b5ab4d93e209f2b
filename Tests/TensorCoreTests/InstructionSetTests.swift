import KernelDispatch
import KernelInterface
import TensorCore
import Testing
import TestSupport
import Threads

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

@Suite struct InstructionSetTests {
    @Test func setsAreInOrder() {
        #expect(InstructionSet.baseline < .avx2 && .avx2 < InstructionSet.avx512)
        #expect(InstructionSet.supported.first == .baseline, "every machine has the baseline")
        #expect(InstructionSet.supported.contains(.current))
    }

    /// What the environment asks for is used where the machine has it, the best of the machine where it has not.
    @Test func environmentChooses() {
        let wish = getenv(InstructionSet.environmentVariable).map { String(cString: $0) }
        let wished = wish.flatMap(InstructionSet.init(rawValue:)) ?? .avx512
        let expected = InstructionSet.supported.last { $0 <= wished }
        #expect(InstructionSet.current == expected)
    }

    #if arch(x86_64) && os(Linux)
    /// Where the C library does not tell, the kernel's list of flags does: the same here.
    @Test func theKernelsListOfFlagsTells() throws {
        let all = "fma movbe f16c bmi1 avx2 bmi2"
        let wide = "avx512f avx512dq avx512cd avx512bw avx512vl"
        func set(_ flags: String) -> InstructionSet {
            InstructionSet(
                processorFlags: "processor\t: 0\nflags\t\t: fpu sse2 \(flags)\nbugs\t\t: none\n\nflags: none")
        }
        #expect(set("") == .baseline && set("avx") == .baseline)
        #expect(set(all) == .avx2 && set("\(all) avx512f") == .avx2 && set("\(all) \(wide)") == .avx512)
        for flag in all.split(separator: " ") {
            let rest = all.split(separator: " ").filter { $0 != flag }.joined(separator: " ")
            #expect(set("\(rest) \(wide)") == .baseline, "without \(flag)")
        }
        for flag in wide.split(separator: " ") {
            let rest = wide.split(separator: " ").filter { $0 != flag }.joined(separator: " ")
            #expect(set("\(all) \(rest)") == .avx2, "without \(flag)")
        }
        #expect(InstructionSet(processorFlags: "") == .baseline)
        let library = try #require(InstructionSet.detectedByLibrary, "glibc tells from 2.33 on")
        #expect(InstructionSet(processorFlags: kernelFile("/proc/cpuinfo")) == library)
    }
    #endif

    /// Each set has code of its own, made of the same sources: the same values, up to the rounding of a fused operation.
    @Test(arguments: InstructionSet.supported) func depthwiseAgreesWithTheBaseline(set: InstructionSet) {
        var random = SeededGenerator(seed: 5)
        for (channels, width, stride, dilation) in [(16, 9, 1, 1), (24, 12, 2, 1), (33, 7, 1, 2), (7, 5, 1, 1)] {
            let input = random.values(3 * width * channels)
            let weights = random.values(9 * channels)
            let bias = random.values(channels)
            let outputWidth = (width + 2 * dilation - 2 * dilation - 1) / stride + 1
            func run(_ kernels: any KernelSet.Type, missing: Int?) -> [Float] {
                var output = [Float](repeating: .nan, count: outputWidth * channels)
                input.withUnsafeBufferPointer { input in
                    let rows = (0..<3).map { row in
                        row == missing ? nil : input.baseAddress.map { $0 + row * width * channels }
                    }
                    kernels.depthwiseRow(
                        &output, outputStride: channels, outputWidth: outputWidth, rows: rows, pixelStride: channels,
                        width: width, channels: channels, weights: weights, bias: bias, kernelHeight: 3, kernelWidth: 3,
                        strideX: stride, paddingLeft: dilation, dilationX: dilation, activation: .relu6, residual: nil,
                        residualStride: 0)
                }
                return output
            }
            for missing in [nil, 0, 2] {
                expectClose(
                    run(set.kernels, missing: missing),
                    run(InstructionSet.baseline.kernels, missing: missing).map(Double.init), absolute: 2e-6,
                    relative: 0, "\(set), \(channels) channels, stride \(stride), dilation \(dilation)")
            }
        }
    }
}
