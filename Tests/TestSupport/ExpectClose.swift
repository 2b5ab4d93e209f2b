import TensorCore
import Testing

/// The largest disagreement of a comparison.
package struct Discrepancy: Sendable {
    /// Largest |a − b|; infinite where a value is not finite and should be, or the other way round.
    package var largestError = 0.0
    /// Flat index of the largest error.
    package var index = 0
    /// Values outside the tolerance.
    package var failureCount = 0
    /// Flat index of the value that misses its tolerance by most.
    package var worstIndex = 0
    fileprivate var worstExcess = 0.0
}

/// Expects `|actual − reference| ≤ absolute + relative · |reference|` for every value.
///
/// NaN fails, on either side; an infinite reference asks for the same infinity. A failure reports how many values missed,
/// the largest error and where it is, as `[n, y, x, c]` where the shape is known. The tolerances at each call site have
/// a stated reason.
///
/// - Parameter context: what was compared, for sweeps: printed on failure only.
/// - Returns: the largest error, for reports.
@discardableResult
package func expectClose(
    _ actual: [Float], _ reference: [Double], absolute: Double, relative: Double, shape: TensorShape? = nil,
    _ context: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) -> Double {
    guard actual.count == reference.count else {
        Issue.record(
            "\(context()): \(actual.count) values, expected \(reference.count)", sourceLocation: sourceLocation)
        return .infinity
    }
    let result = compare(actual, reference, absolute: absolute, relative: relative)
    if result.failureCount > 0 {
        let worst = result.worstIndex
        Issue.record(
            """
            \(context()): \(result.failureCount) of \(actual.count) values are off; the worst is \
            \(actual[worst]) for \(reference[worst]) at \(position(worst, shape)); \
            the largest error is \(result.largestError) at \(position(result.index, shape)) \
            (tolerance \(absolute) + \(relative) · |reference|)
            """, sourceLocation: sourceLocation)
    }
    return result.largestError
}

/// Expects two arrays of floats to be close; see the form with a double-precision reference.
@discardableResult
package func expectClose(
    _ actual: [Float], _ reference: [Float], absolute: Double, relative: Double, shape: TensorShape? = nil,
    _ context: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) -> Double {
    expectClose(
        actual, widened(reference), absolute: absolute, relative: relative, shape: shape, context(),
        sourceLocation: sourceLocation)
}

/// Expects two tensors to have one shape and close values; see the form with a double-precision reference.
@discardableResult
package func expectClose(
    _ actual: Tensor, _ reference: Tensor, absolute: Double, relative: Double,
    _ context: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) -> Double {
    expectClose(
        actual, ReferenceMap(reference), absolute: absolute, relative: relative, context(),
        sourceLocation: sourceLocation)
}

/// Expects a tensor to have the shape and, nearly, the values of a reference.
@discardableResult
package func expectClose(
    _ actual: Tensor, _ reference: ReferenceMap, absolute: Double, relative: Double,
    _ context: @autoclosure () -> String = "", sourceLocation: SourceLocation = #_sourceLocation
) -> Double {
    guard actual.shape == reference.shape else {
        Issue.record("\(context()): shape \(actual.shape), expected \(reference.shape)", sourceLocation: sourceLocation)
        return .infinity
    }
    return expectClose(
        actual.values, reference.values, absolute: absolute, relative: relative, shape: actual.shape, context(),
        sourceLocation: sourceLocation)
}

/// Measures the disagreement of two arrays of one length.
package func compare(_ actual: [Float], _ reference: [Double], absolute: Double, relative: Double) -> Discrepancy {
    var result = Discrepancy()
    for (index, (a, b)) in zip(actual, reference).enumerated() {
        var error = abs(Double(a) - b)
        var tolerance = absolute + relative * abs(b)
        if !(Double(a).isFinite && b.isFinite) {
            let isSameInfinity = Double(a) == b
            error = isSameInfinity ? 0 : .infinity
            tolerance = absolute
        }
        if error > result.largestError {
            result.largestError = error
            result.index = index
        }
        if error > tolerance {
            result.failureCount += 1
            if error - tolerance > result.worstExcess {
                result.worstExcess = error - tolerance
                result.worstIndex = index
            }
        }
    }
    return result
}

private func widened(_ values: [Float]) -> [Double] { values.map { Double($0) } }

private func position(_ index: Int, _ shape: TensorShape?) -> String {
    guard let shape, shape.elementCount > 0 else { return "\(index)" }
    let (pixel, c) = index.quotientAndRemainder(dividingBy: shape.channels)
    let (row, x) = pixel.quotientAndRemainder(dividingBy: shape.width)
    let (n, y) = row.quotientAndRemainder(dividingBy: shape.height)
    return "[\(n), \(y), \(x), \(c)]"
}
