/// What tells two weight files apart: metadata, names, shapes, types and values.
public struct WeightDifference: Sendable, Codable {
    /// A key of the metadata with two values, or in one file only.
    public struct Metadata: Sendable, Equatable, Codable {
        /// The key.
        public let key: String
        /// Its value in the first file; nil where it has none.
        public let first: String?
        /// Its value in the second file; nil where it has none.
        public let second: String?
    }

    /// A tensor of another shape or type.
    public struct Form: Sendable, Equatable, Codable {
        /// The tensor in the first file.
        public let first: TensorInfo
        /// The tensor in the second file.
        public let second: TensorInfo
    }

    /// A tensor whose values are not the same, read as floats.
    public struct Values: Sendable, Equatable, Codable {
        /// The tensor's name.
        public let name: String
        /// How many values it has.
        public let count: Int
        /// How many of them differ.
        public let differingCount: Int
        /// The largest absolute difference; infinite where infinities, NaNs or bytes that are no floats differ.
        public let maximum: Double
        /// The mean absolute difference over all values; infinite where ``maximum`` is.
        public let mean: Double
    }

    /// In the order of the keys.
    public let metadata: [Metadata]
    /// In the first file's order.
    public let onlyInFirst: [TensorInfo]
    /// In the second file's order.
    public let onlyInSecond: [TensorInfo]
    /// Tensors of both files whose shape or type differs, in the first file's order.
    public let forms: [Form]
    /// Tensors of both files, of one shape, whose values differ, the worst first.
    public let values: [Values]
    /// Tensors of both files, of one shape, whose values were compared.
    public let comparedCount: Int

    /// Whether nothing differs.
    public var isEmpty: Bool {
        metadata.isEmpty && onlyInFirst.isEmpty && onlyInSecond.isEmpty && forms.isEmpty && values.isEmpty
    }

    /// Compares two files, one tensor of each at a time.
    ///
    /// - Throws: ``WeightError/outOfMemory(file:byteCount:)``.
    /// - Complexity: O(bytes).
    public init(_ first: WeightFile, _ second: WeightFile) throws(WeightError) {
        self.metadata = Set(first.metadata.keys).union(second.metadata.keys).sorted()
            .map { Metadata(key: $0, first: first.metadata[$0], second: second.metadata[$0]) }
            .filter { $0.first != $0.second }
        self.onlyInFirst = first.tensors.filter { second.info($0.name) == nil }
        self.onlyInSecond = second.tensors.filter { first.info($0.name) == nil }

        var forms: [Form] = []
        var values: [Values] = []
        var comparedCount = 0
        for info in first.tensors {
            guard let other = second.info(info.name) else { continue }
            if info.shape != other.shape || info.type != other.type { forms.append(Form(first: info, second: other)) }
            guard info.shape == other.shape else { continue }
            comparedCount += 1
            if let difference = try Values(info, in: first, other, in: second) { values.append(difference) }
        }
        self.forms = forms
        self.values = values.sorted { ($1.maximum, $1.mean, $0.name) < ($0.maximum, $0.mean, $1.name) }
        self.comparedCount = comparedCount
    }
}

extension WeightDifference.Values {
    /// Nil where the values are the same.
    fileprivate init?(
        _ info: TensorInfo, in first: WeightFile, _ other: TensorInfo, in second: WeightFile
    ) throws(WeightError) {
        guard let left = try first.readable(info), let right = try second.readable(other) else {
            // Integers, and what lacks its scale: the same bytes or not.
            let isSame =
                info.type == other.type
                && first.withBytes(of: info) { left in
                    second.withBytes(of: other) { right in left.elementsEqual(right) }
                }
            guard !isSame else { return nil }
            self.init(
                name: info.name, count: info.elementCount, differingCount: info.elementCount, maximum: .infinity,
                mean: .infinity)
            return
        }
        var (differing, maximum, sum) = (0, 0.0, 0.0)
        left.withValues { left in
            right.withValues { right in
                var index = 0
                while index < left.count {
                    let (a, b) = (left[index], right[index])
                    index &+= 1
                    // Zeros of both signs are the same; so are NaNs of the same bits.
                    if a == b || a.bitPattern == b.bitPattern { continue }
                    differing &+= 1
                    let distance = a.isFinite && b.isFinite ? abs(Double(a) - Double(b)) : .infinity
                    if distance > maximum { maximum = distance }
                    sum += distance
                }
            }
        }
        guard differing > 0 else { return nil }
        self.init(
            name: info.name, count: left.count, differingCount: differing, maximum: maximum,
            mean: sum / Double(left.count))
    }
}

extension WeightFile {
    /// The values of a tensor; nil where they cannot be read as floats.
    fileprivate func readable(_ info: TensorInfo) throws(WeightError) -> WeightTensor? {
        do throws(WeightError) {
            return try tensor(info.name)
        } catch .outOfMemory(let file, let byteCount) {
            throw .outOfMemory(file: file, byteCount: byteCount)
        } catch {
            return nil
        }
    }
}
