import KernelDispatch

/// Rows of light: four floats a pixel, red, green and blue multiplied by alpha, and alpha.
package protocol LightRows {
    /// Adds `weight` times the pixels of some columns of a row to sums, four floats a pixel.
    ///
    /// - Parameter scratch: a float for each of the columns, for whoever needs it.
    func add(
        row: Int, columns: Range<Int>, weight: Float, into sums: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>)
}

/// Rows of light at another size, place or sharpness: first down, then across, row by row, so that memory and time follow
/// what is wanted and not what there is.
package struct Resampling: Sendable {
    package let columns: AxisWeights
    package let rows: AxisWeights

    package init(columns: AxisWeights, rows: AxisWeights) {
        self.columns = columns
        self.rows = rows
    }

    /// Floats that ``fill(_:from:into:state:)`` works with.
    package var scratchCount: Int { columns.inputs.count * (1 + 4 + 4 * keptRows) }

    /// Inputs' rows that several outputs share are kept where outputs are more than inputs; where they are fewer, only those
    /// at the borders are shared, and made twice.
    private var keptRows: Int { isEnlarging ? rows.taps : 0 }
    private var isEnlarging: Bool { rows.outputs.count > rows.inputs.count && rows.taps <= 8 }

    /// What one thread knows from row to row.
    package struct State {
        fileprivate let scratch: UnsafeMutablePointer<Float>
        fileprivate var kept: [Int]

        /// - Parameter scratch: of ``Resampling/scratchCount`` floats, for this state alone.
        package init(_ resampling: Resampling, scratch: UnsafeMutablePointer<Float>) {
            self.scratch = scratch
            self.kept = [Int](repeating: -1, count: resampling.keptRows)
        }
    }

    /// Makes output row `y`: `columns.count` pixels.
    package func fill(
        _ y: Int, from source: some LightRows, into target: UnsafeMutablePointer<Float>, state: inout State
    ) {
        let range = columns.inputs
        let (width, count) = (range.count, range.count * 4)
        let sums = state.scratch + width
        guard rows.outputs.contains(y), width > 0 else {
            target.update(repeating: 0, count: columns.count * 4)
            return
        }
        sums.update(repeating: 0, count: count)
        let place = y - rows.outputs.lowerBound
        let start = Int(rows.starts[place])
        for k in 0..<rows.taps {
            let weight = rows.weights[place * rows.taps + k]
            guard weight != 0 else { continue }
            let row = start + k
            if isEnlarging {
                let slot = row % rows.taps
                let kept = sums + count + slot * count
                if state.kept[slot] != row {
                    kept.update(repeating: 0, count: count)
                    source.add(row: row, columns: range, weight: 1, into: kept, scratch: state.scratch)
                    state.kept[slot] = row
                }
                kernels.addRow(kept, weight: weight, into: sums, count: count)
            } else {
                source.add(row: row, columns: range, weight: weight, into: sums, scratch: state.scratch)
            }
        }
        let outputs = columns.outputs
        target.update(repeating: 0, count: outputs.lowerBound * 4)
        (target + outputs.upperBound * 4).update(repeating: 0, count: (columns.count - outputs.upperBound) * 4)
        // Starts count from the first column of all.
        kernels.resampleRow(
            sums - range.lowerBound * 4, starts: columns.starts, weights: columns.weights, taps: columns.taps,
            into: target + outputs.lowerBound * 4, count: outputs.count)
        if rows.hasLobes || columns.hasLobes { kernels.clampLightRow(target, count: columns.count) }
    }
}
