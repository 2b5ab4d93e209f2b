/// A number for each of the thresholds of a ``PrecisionRecallCurve``.
struct PerThreshold: Sendable, Equatable, Codable {
    private(set) var values: [Double]

    /// All zero.
    init() { values = [Double](repeating: 0, count: PrecisionRecallCurve.thresholdCount) }

    /// - Throws: `DecodingError` for another number of values.
    init(from decoder: any Decoder) throws {
        let values = try decoder.singleValueContainer().decode([Double].self)
        guard values.count == PrecisionRecallCurve.thresholdCount else {
            throw DecodingError.dataCorrupted(
                .init(
                    codingPath: decoder.codingPath,
                    debugDescription: "\(values.count) values for \(PrecisionRecallCurve.thresholdCount) thresholds"))
        }
        self.values = values
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(values)
    }

    subscript(threshold: Int) -> Double {
        get { values[threshold] }
        set { values[threshold] = newValue }
    }
}
