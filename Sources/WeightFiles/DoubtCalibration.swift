/// What a network's doubt was worth on validation pictures, from the metadata of its weight file.
///
/// | key | value |
/// |---|---|
/// | `doubt.scale` | measured error over predicted error of the validation pictures, in 0.01...100 |
/// | `doubt.quantiles` | 2 to 1001 ascending mean predicted errors, at evenly spaced shares of the pictures |
package struct DoubtCalibration: Sendable, Equatable {
    /// The factor that makes errors of predicted ones.
    package let scale: Float
    /// Mean predicted errors of validation pictures, from the surest to the least sure.
    package let quantiles: [Float]

    private static let scaleKey = "doubt.scale"
    private static let quantilesKey = "doubt.quantiles"

    package init(scale: Float, quantiles: [Float]) {
        self.scale = scale
        self.quantiles = quantiles
    }

    /// Nil where the file says nothing of its doubt.
    ///
    /// - Throws: ``WeightError/badMetadata(file:key:value:expected:)``.
    package init?(of file: WeightFile) throws(WeightError) {
        let (scaleText, quantilesText) = (file.metadata[Self.scaleKey], file.metadata[Self.quantilesKey])
        if scaleText == nil && quantilesText == nil { return nil }
        let items = (quantilesText ?? "").split(separator: ",", omittingEmptySubsequences: false)
        let values = items.compactMap { Float($0) }
        // NaN is in no range and not below anything.
        let isAscending = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
        guard (2...1001).contains(items.count), values.count == items.count, isAscending,
            values.allSatisfy({ (0...1).contains($0) })
        else {
            throw .badMetadata(
                file: file.name, key: Self.quantilesKey, value: quantilesText ?? "",
                expected: "2 to 1001 ascending numbers with commas, each in 0...1")
        }
        guard let scale = Float(scaleText ?? "1"), (0.01...100).contains(scale) else {
            throw .badMetadata(
                file: file.name, key: Self.scaleKey, value: scaleText ?? "", expected: "a number in 0.01...100")
        }
        self.init(scale: scale, quantiles: values)
    }
}
