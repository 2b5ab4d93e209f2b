import TensorCore

extension InputRecipe {
    /// The recipe that a file's metadata states; what it leaves out is taken from `fallback`, the recipe of the paper.
    ///
    /// | key | value |
    /// |---|---|
    /// | `input.rule` | `stretch`, `fit`, `area`, `short-side`, `native` |
    /// | `input.size` | one number or `WxH`, each in `1...16384`; needed by every rule but `native`, which has none |
    /// | `input.multiple` | `1...1024` |
    /// | `input.base_side` | `1...16384`; what the network itself shrinks a larger picture to (Robust Video Matting) |
    /// | `input.cell_order` | `rows`, `columns`; in which order BiRefNet lays the cells of the picture on one another |
    /// | `input.closer_look` | `0...1`; see ``closerLook`` |
    /// | `input.larger_look` | `0...16384`; see ``largerLook`` |
    /// | `input.channels` | `RGB`, `BGR` |
    /// | `input.mean`, `input.std` | three numbers with commas, for samples in `[0, 1]`, in the order of the channels |
    /// | `input.divide_by_max` | `true`, `false` |
    /// | `output.activation` | `none`, `sigmoid` |
    /// | `output.channel` | one or more whole numbers in `0...255` with commas; see ``outputChannels`` |
    /// | `output.rescale` | `none`, `minmax` |
    ///
    /// Any other key that begins with `input.` or `output.` is an error: a misspelt one would be a silent fallback.
    ///
    /// - Parameters:
    ///   - metadata: of the file; keys that begin otherwise are not looked at.
    ///   - fallback: what holds where a key is absent.
    ///   - file: what errors name the file by.
    /// - Throws: ``WeightError/badMetadata(file:key:value:expected:)``.
    public init(
        metadata: [String: String], default fallback: InputRecipe, file: String = "metadata"
    ) throws(WeightError) {
        self = fallback
        let fields = Fields(metadata: metadata, file: file)
        try fields.requireKnownKeys()
        rule = try fields.choice("input.rule") ?? fallback.rule
        let size = try fields.size("input.size")
        if let size {
            (width, height) = size
            if rule == .native {
                throw fields.bad("input.size", "no size: the rule 'native' takes pictures as they are")
            }
            if rule == .shortSide, width != height {
                throw fields.bad("input.size", "one side, which is all that the rule 'short-side' has")
            }
        } else if rule != .native, fallback.rule == .native {
            throw fields.bad("input.size", "a size, which the rule '\(rule.rawValue)' needs")
        }
        multiple = try fields.integer("input.multiple", in: 1...1024) ?? fallback.multiple
        baseSide = try fields.integer("input.base_side", in: 1...16_384) ?? fallback.baseSide
        cellOrder = try fields.choice("input.cell_order") ?? fallback.cellOrder
        let closerLook = try fields.number("input.closer_look", in: 0...1)
        if let closerLook, closerLook > 0, !rule.enlargesParts {
            throw fields.bad("input.closer_look", "0: the rule '\(rule.rawValue)' enlarges no part of a picture")
        }
        self.closerLook = closerLook ?? fallback.closerLook
        let largerLook = try fields.integer("input.larger_look", in: 0...16_384)
        if let largerLook, largerLook > 0, !rule.enlargesParts {
            throw fields.bad("input.larger_look", "0: the rule '\(rule.rawValue)' has one size for a picture")
        }
        self.largerLook = largerLook ?? fallback.largerLook
        channels = try fields.choice("input.channels") ?? fallback.channels
        mean = try fields.triple("input.mean", in: -1000...1000) ?? fallback.mean
        std = try fields.triple("input.std", in: 0.001...1000) ?? fallback.std
        dividesByMaximum = try fields.flag("input.divide_by_max") ?? fallback.dividesByMaximum
        activation = try fields.choice("output.activation") ?? fallback.activation
        outputChannels = try fields.numbers("output.channel", in: 0...255) ?? fallback.outputChannels
        rescale = try fields.choice("output.rescale") ?? fallback.rescale
        dropUnused()
        if rule == .stretch, width % multiple != 0 || height % multiple != 0 {
            // Whoever said what does not go with the rest is at fault.
            if metadata["input.multiple"] != nil {
                throw fields.bad("input.multiple", "a divisor of the size, \(width)x\(height)")
            }
            guard size == nil else { throw fields.bad("input.size", "sides that are multiples of \(multiple)") }
            throw fields.bad(
                "input.rule", "a rule that rounds, or a size that is a multiple of \(multiple), not \(width)x\(height)")
        }
    }

    /// The recipe with some of its values replaced, by the keys and in the words of metadata.
    ///
    /// For files that say nothing of their preprocessing, or not what is wanted.
    ///
    /// - Throws: ``WeightError/badOverride(key:value:expected:)``; also for a key that recipes do not have.
    public func overridden(by values: [String: String]) throws(WeightError) -> InputRecipe {
        // The first in order, so that the same values give the same error.
        if let key = values.keys.filter({ !Self.keys.contains($0) }).min() {
            let known = Self.keys.sorted().joined(separator: ", ")
            throw .badOverride(key: key, value: values[key] ?? "", expected: "one of the keys \(known)")
        }
        do throws(WeightError) {
            return try InputRecipe(metadata: values, default: self)
        } catch .badMetadata(_, let key, let value, let expected) {
            throw .badOverride(key: key, value: value, expected: expected)
        } catch {
            throw error
        }
    }

    /// The metadata that says the same as this recipe; reading it back gives an equal one.
    public var metadata: [String: String] {
        var metadata = [
            "input.rule": rule.rawValue,
            "input.multiple": "\(multiple)",
            "input.channels": channels.rawValue,
            "input.mean": "\(mean.x),\(mean.y),\(mean.z)",
            "input.std": "\(std.x),\(std.y),\(std.z)",
            "input.divide_by_max": "\(dividesByMaximum)",
            "output.activation": activation.rawValue,
            "output.rescale": rescale.rawValue,
        ]
        if let baseSide { metadata["input.base_side"] = "\(baseSide)" }
        if let cellOrder { metadata["input.cell_order"] = cellOrder.rawValue }
        // None is said, too, or the network's own would hold.
        if rule.enlargesParts {
            metadata["input.closer_look"] = closerLook > 0 ? "\(closerLook)" : "0"
            metadata["input.larger_look"] = "\(largerLook)"
        }
        if !outputChannels.isEmpty {
            metadata["output.channel"] = outputChannels.map(String.init).joined(separator: ",")
        }
        if rule != .native { metadata["input.size"] = width == height ? "\(width)" : "\(width)x\(height)" }
        return metadata
    }

    /// Whether metadata of that key speaks of how a network is fed, be it known or not.
    package static func isKey(_ key: String) -> Bool { key.hasPrefix("input.") || key.hasPrefix("output.") }

    private static let keys: Set<String> = [
        "input.rule", "input.size", "input.multiple", "input.base_side", "input.cell_order", "input.closer_look",
        "input.larger_look", "input.channels", "input.mean", "input.std", "input.divide_by_max", "output.activation",
        "output.channel", "output.rescale",
    ]

    /// Metadata values as types; nil where a key is absent.
    private struct Fields {
        let metadata: [String: String]
        let file: String

        func bad(_ key: String, _ expected: String) -> WeightError {
            .badMetadata(file: file, key: key, value: metadata[key] ?? "", expected: expected)
        }

        func requireKnownKeys() throws(WeightError) {
            let unknown = metadata.keys.filter { key in
                InputRecipe.isKey(key) && !InputRecipe.keys.contains(key)
            }
            // The first in order, so that the same file gives the same error.
            if let key = unknown.min() {
                throw bad(key, "one of the keys \(InputRecipe.keys.sorted().joined(separator: ", "))")
            }
        }

        func choice<Value: RawRepresentable<String> & CaseIterable>(
            _ key: String
        ) throws(WeightError) -> Value? {
            guard let text = metadata[key] else { return nil }
            guard let value = Value(rawValue: text) else {
                throw bad(key, "one of \(Value.allCases.map(\.rawValue).joined(separator: ", "))")
            }
            return value
        }

        func integer(_ key: String, in range: ClosedRange<Int>) throws(WeightError) -> Int? {
            guard let text = metadata[key] else { return nil }
            guard let value = Fields.integer(text, in: range) else {
                throw bad(key, "a whole number in \(range.lowerBound)...\(range.upperBound)")
            }
            return value
        }

        func numbers(_ key: String, in range: ClosedRange<Int>) throws(WeightError) -> [Int]? {
            guard let text = metadata[key] else { return nil }
            let items = text.split(separator: ",", omittingEmptySubsequences: false)
            let values = items.compactMap { Fields.integer($0, in: range) }
            guard values.count == items.count, Set(values).count == values.count else {
                let bounds = "\(range.lowerBound)...\(range.upperBound)"
                throw bad(key, "different whole numbers with commas, each in \(bounds)")
            }
            return values
        }

        func size(_ key: String) throws(WeightError) -> (width: Int, height: Int)? {
            guard let text = metadata[key] else { return nil }
            let sides = text.split(separator: "x", omittingEmptySubsequences: false).map { side in
                Fields.integer(side, in: 1...16_384)
            }
            guard let width = sides[0], let height = sides[sides.count - 1], sides.count <= 2 else {
                throw bad(key, "one side or WxH, each in 1...16384")
            }
            return (width, height)
        }

        func triple(_ key: String, in range: ClosedRange<Float>) throws(WeightError) -> SIMD3<Float>? {
            guard let text = metadata[key] else { return nil }
            let values = text.split(separator: ",", omittingEmptySubsequences: false).compactMap { item in
                Float(item.drop { $0 == " " })
            }
            let isTriple = values.count == 3 && text.utf8.count { $0 == UInt8(ascii: ",") } == 2
            // NaN is in no range.
            guard isTriple, values.allSatisfy(range.contains) else {
                throw bad(key, "three numbers with commas, each in \(range.lowerBound)...\(range.upperBound)")
            }
            return SIMD3(values[0], values[1], values[2])
        }

        func number(_ key: String, in range: ClosedRange<Float>) throws(WeightError) -> Float? {
            guard let text = metadata[key] else { return nil }
            // NaN is in no range.
            guard let value = Float(text), range.contains(value) else {
                throw bad(key, "a number in \(range.lowerBound)...\(range.upperBound)")
            }
            return value
        }

        func flag(_ key: String) throws(WeightError) -> Bool? {
            guard let text = metadata[key] else { return nil }
            guard let value = Bool(text) else { throw bad(key, "true or false") }
            return value
        }

        /// Digits alone: `Int` would also take a sign.
        private static func integer(_ text: some StringProtocol, in range: ClosedRange<Int>) -> Int? {
            guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let value = Int(text) else { return nil }
            return range.contains(value) ? value : nil
        }
    }
}

extension WeightFile {
    /// The name of the network that the tensors belong to; nil in a bare `state_dict`.
    public var architecture: String? { metadata["architecture"] }
    /// The licence of the weights.
    public var license: String? { metadata["license"] }
    /// What the weights were trained on, and how.
    public var training: String? { metadata["training"] }
    /// Where the weights come from.
    public var source: String? { metadata["source"] }

    /// How the network wants its pictures: by the metadata, and what it leaves out by `fallback`.
    ///
    /// - Throws: ``WeightError/badMetadata(file:key:value:expected:)``.
    package func inputRecipe(default fallback: InputRecipe) throws(WeightError) -> InputRecipe {
        try InputRecipe(metadata: metadata, default: fallback, file: name)
    }
}
