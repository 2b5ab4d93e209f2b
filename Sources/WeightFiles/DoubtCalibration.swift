/// What a network's doubt was worth on validation pictures, from the metadata of its weight file.
///
/// | key | value |
/// |---|---|
/// | `doubt.scale` | measured error over predicted error of the validation pictures, in 0.01...100 |
/// | `doubt.quantiles` | 2 to 1001 ascending mean predicted errors, at evenly spaced shares of the pictures |
/// | `doubt.overlaps` | 2 to 1001 ascending expected overlaps, by errors that are scaled so, at evenly spaced shares; may be absent |
package struct DoubtCalibration: Sendable, Equatable {
    /// The factor that makes errors of predicted ones.
    package let scale: Float
    /// Mean predicted errors of validation pictures, from the surest to the least sure.
    package let quantiles: [Float]
    /// Expected overlaps of validation pictures, from the least sure to the surest; nil where the file has none.
    package let overlaps: [Float]?

    private static let scaleKey = "doubt.scale"
    private static let quantilesKey = "doubt.quantiles"
    private static let overlapsKey = "doubt.overlaps"

    package init(scale: Float, quantiles: [Float], overlaps: [Float]? = nil) {
        self.scale = scale
        self.quantiles = quantiles
        self.overlaps = overlaps
    }

    /// Nil where the file says nothing of its doubt.
    ///
    /// - Throws: ``WeightError/badMetadata(file:key:value:expected:)``.
    package init?(of file: WeightFile) throws(WeightError) {
        let metadata = file.metadata
        guard [Self.scaleKey, Self.quantilesKey, Self.overlapsKey].contains(where: { metadata[$0] != nil }) else {
            return nil
        }
        func quantiles(_ key: String) throws(WeightError) -> [Float] {
            let items = (metadata[key] ?? "").split(separator: ",", omittingEmptySubsequences: false)
            let values = items.compactMap { Float($0) }
            // NaN is in no range and not below anything.
            let isAscending = zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
            guard (2...1001).contains(items.count), values.count == items.count, isAscending,
                values.allSatisfy({ (0...1).contains($0) })
            else {
                throw .badMetadata(
                    file: file.name, key: key, value: metadata[key] ?? "",
                    expected: "2 to 1001 ascending numbers with commas, each in 0...1")
            }
            return values
        }
        let scaleText = metadata[Self.scaleKey]
        let errors = try quantiles(Self.quantilesKey)
        let overlaps: [Float]? = if metadata[Self.overlapsKey] == nil { nil } else { try quantiles(Self.overlapsKey) }
        guard let scale = Float(scaleText ?? "1"), (0.01...100).contains(scale) else {
            throw .badMetadata(
                file: file.name, key: Self.scaleKey, value: scaleText ?? "", expected: "a number in 0.01...100")
        }
        self.init(scale: scale, quantiles: errors, overlaps: overlaps)
    }
}
