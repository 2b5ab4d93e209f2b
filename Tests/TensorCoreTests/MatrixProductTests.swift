import KernelDispatch
import KernelInterface
import TensorCore
import Testing
import TestSupport

/// The matrix product of every instruction set that this machine has, against sums in double precision.
@Suite struct MatrixProductTests {
    /// Sums of up to 70 products below 1: some tens of roundings in units of 2⁻²⁴.
    static let absolute = 2e-5

    static let rows = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 24, 25]
    static let columns = [1, 7, 8, 9, 15, 16, 17, 31, 32, 33, 48, 63, 64, 65, 100, 130]

    /// A product's operands, packed, and what it should be.
    struct Operands {
        let left: [Float]
        let leftStride: Int
        let panels: [Float]
        let bias: [Float]
        let residual: [Float]
        let sums: [Double]

        init(_ kernels: any KernelSet.Type, rows: Int, columns: Int, depth: Int, random: inout SeededGenerator) {
            leftStride = depth + 3
            let left = random.values(rows * leftStride)
            let right = random.values(depth * columns)
            var panels = [Float](repeating: .nan, count: kernels.packedCount(depth: depth, columns: columns))
            kernels.packPanels(right, stride: columns, depth: depth, columns: columns, &panels)
            self.left = left
            self.panels = panels
            let stride = leftStride
            bias = random.values(columns) + [Float](repeating: 0, count: ProductEpilogue.biasPadding)
            residual = random.values(rows * (columns + 1))
            sums = (0..<rows * columns).map { index in
                let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                return (0..<depth).reduce(0) {
                    $0 + Double(left[row * stride + $1]) * Double(right[$1 * columns + column])
                }
            }
        }

        /// `min(max(sum + bias, 0), 6) + residual`
        func finished(rows: Int, columns: Int, hasResidual: Bool) -> [Double] {
            sums.enumerated().map { index, sum in
                let (row, column) = index.quotientAndRemainder(dividingBy: columns)
                let value = min(max(sum + Double(bias[column]), 0), 6)
                return hasResidual ? value + Double(residual[row * (columns + 1) + column]) : value
            }
        }
    }

    @Test(arguments: InstructionSet.supported, columns) func finishedProduct(set: InstructionSet, columns: Int) {
        let kernels = set.kernels
        var random = SeededGenerator(seed: UInt64(columns))
        for rows in Self.rows {
            for depth in [1, 3, 16, 70] {
                let operands = Operands(kernels, rows: rows, columns: columns, depth: depth, random: &random)
                for hasResidual in [false, true] {
                    // One float between rows: what lies there is a neighbour's.
                    var output = [Float](repeating: .nan, count: rows * (columns + 1) + 64)
                    operands.bias.withUnsafeBufferPointer { bias in
                        operands.residual.withUnsafeBufferPointer { residual in
                            guard let bias = bias.baseAddress else { return }
                            kernels.product(
                                rows: rows, columns: columns, depth: depth, operands.left,
                                leftStride: operands.leftStride, panels: operands.panels, into: &output,
                                stride: columns + 1,
                                epilogue: ProductEpilogue(
                                    bias: bias, activation: .relu6, residual: hasResidual ? residual.baseAddress : nil,
                                    residualStride: columns + 1))
                        }
                    }
                    let values = (0..<rows).flatMap { output[$0 * (columns + 1)..<$0 * (columns + 1) + columns] }
                    expectClose(
                        values, operands.finished(rows: rows, columns: columns, hasResidual: hasResidual),
                        absolute: Self.absolute, relative: 0,
                        "\(set), \(rows)×\(depth)·\(columns), residual \(hasResidual)")
                    let beside = output.indices.filter { $0 >= rows * (columns + 1) || $0 % (columns + 1) == columns }
                    #expect(beside.allSatisfy { output[$0].isNaN }, "wrote beside \(rows)×\(columns)")
                }
            }
        }
    }

    @Test(arguments: InstructionSet.supported, columns) func bareAndIndirectProducts(set: InstructionSet, columns: Int)
    {
        let kernels = set.kernels
        var random = SeededGenerator(seed: UInt64(columns))
        let padded = kernels.packedCount(depth: 1, columns: columns)
        #expect(padded >= columns && padded % kernels.lanes == 0)
        for rows in Self.rows {
            let (taps, run) = (5, 6)
            let depth = taps * run
            let operands = Operands(kernels, rows: rows, columns: columns, depth: depth, random: &random)
            var bare = [Float](repeating: .nan, count: rows * padded)
            var indirect = bare
            operands.left.withUnsafeBufferPointer { left in
                guard let base = left.baseAddress else { return }
                kernels.product(
                    rows: rows, columns: columns, depth: depth, base, leftStride: operands.leftStride,
                    panels: operands.panels, into: &bare, stride: padded, epilogue: nil)
                let pointers = (0..<taps * rows).map { base + $0 % rows * operands.leftStride + $0 / rows * run }
                kernels.indirectProduct(
                    rows: rows, columns: columns, taps: taps, depth: run, pointers: pointers, panels: operands.panels,
                    into: &indirect, stride: padded, epilogue: nil)
            }
            let values = (0..<rows).flatMap { bare[$0 * padded..<$0 * padded + columns] }
            expectClose(values, operands.sums, absolute: Self.absolute, relative: 0, "\(set), \(rows)×\(columns)")
            #expect(bare.map(\.bitPattern) == indirect.map(\.bitPattern), "the same sums in the same order")
        }
    }

    @Test func finishClampsAndKeepsWhatIsNoNumber() {
        for set in InstructionSet.supported {
            let sums: [Float] = [-3, 0.5, 9, .nan, -.infinity, .infinity, 2] + [Float](repeating: 1, count: 26)
            var panels = [Float](repeating: 0, count: set.kernels.packedCount(depth: 1, columns: 33))
            set.kernels.packPanels(sums, stride: 33, depth: 1, columns: 33, &panels)
            let bias = [Float](repeating: 0, count: 33 + ProductEpilogue.biasPadding)
            var values = [Float](repeating: 0, count: 33)
            bias.withUnsafeBufferPointer { bias in
                guard let bias = bias.baseAddress else { return }
                set.kernels.product(
                    rows: 1, columns: 33, depth: 1, [1], leftStride: 1, panels: panels, into: &values, stride: 33,
                    epilogue: ProductEpilogue(bias: bias, activation: .relu6, residual: nil, residualStride: 0))
            }
            #expect(values[0] == 0 && values[1] == 0.5 && values[2] == 6 && values[3].isNaN, "\(set)")
            #expect(values[4] == 0 && values[5] == 6 && values[6] == 2 && values[32] == 1, "\(set)")
        }
    }
}
