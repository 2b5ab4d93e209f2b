/// A value that an option cannot have, found before any work: its name, what it is, and what is allowed.
package struct OptionProblem: Error, Equatable {
    package let name: String
    package let value: String
    package let allowed: String

    package init(_ name: String, _ value: some CustomStringConvertible, allowed: String) {
        self.name = name
        self.value = value.description
        self.allowed = allowed
    }

    /// Refuses numbers outside of a range; NaN is in none.
    package static func check<Number: Comparable & CustomStringConvertible>(
        _ name: String, _ value: Number, in range: ClosedRange<Number>
    ) throws(OptionProblem) {
        guard range.contains(value) else {
            throw OptionProblem(name, value, allowed: "\(range.lowerBound) to \(range.upperBound)")
        }
    }

    /// Refuses counts under `least`.
    package static func check(_ name: String, _ value: Int, atLeast least: Int) throws(OptionProblem) {
        guard value >= least else { throw OptionProblem(name, value, allowed: "\(least) or more") }
    }

    /// Refuses numbers that are not above `bound` and at most `largest`; NaN is neither.
    package static func check<Number: Comparable & CustomStringConvertible>(
        _ name: String, _ value: Number, above bound: Number, upTo largest: Number
    ) throws(OptionProblem) {
        guard value > bound, value <= largest else {
            throw OptionProblem(name, value, allowed: "above \(bound), up to \(largest)")
        }
    }

    /// Refuses ranges that are not within another or hold one number only; NaN is in none.
    package static func check<Number: Comparable & CustomStringConvertible>(
        _ name: String, _ value: ClosedRange<Number>, within range: ClosedRange<Number>
    ) throws(OptionProblem) {
        guard range.contains(value.lowerBound), range.contains(value.upperBound), value.lowerBound < value.upperBound
        else {
            throw OptionProblem(
                name, "\(value.lowerBound)...\(value.upperBound)",
                allowed: "two different numbers in \(range.lowerBound)...\(range.upperBound)")
        }
    }
}

extension GuidedUpsampling {
    /// Checks every number. The upper bounds keep windows and grids countable and a matte a matter of seconds; far beyond
    /// them a window covers any coarse matte anyway.
    ///
    /// - Parameter owner: what the options are called where they are set.
    package func validate(as owner: String) throws(OptionProblem) {
        try OptionProblem.check("\(owner).radius", radius, above: 0, upTo: 1024)
        try OptionProblem.check("\(owner).secondRadius", secondRadius, in: 0...1024)
        // Below, a square in single precision is nothing beside the variance that it regularises.
        try OptionProblem.check("\(owner).epsilon", epsilon, in: 1e-12...1)
        try OptionProblem.check("\(owner).leastWeight", leastWeight, in: 1e-6...1)
        try OptionProblem.check("\(owner).trustedShare", trustedShare, within: 0...1)
        try OptionProblem.check("\(owner).steepestSlope", steepestSlope, above: 0, upTo: 1e6)
        try OptionProblem.check("\(owner).reach", reach, in: 1...256)
        guard deadZone >= 0, deadZone < 0.5 else {
            throw OptionProblem("\(owner).deadZone", deadZone, allowed: "0 to less than 0.5")
        }
        try OptionProblem.check("\(owner).workingScale", workingScale, in: 1...8)
    }
}

extension TemporalFilter {
    /// Checks every number.
    ///
    /// - Parameter owner: what the filter is called where it is set.
    package func validate(as owner: String) throws(OptionProblem) {
        try OptionProblem.check("\(owner).longestMemory", longestMemory, in: 1...10_000)
        try OptionProblem.check("\(owner).stillChange", stillChange, in: 0...1e6)
        guard movedChange > stillChange, movedChange <= 1e6 else {
            throw OptionProblem("\(owner).movedChange", movedChange, allowed: "above stillChange, up to 1000000")
        }
        guard noise.lowerBound > 0, noise.upperBound <= 1 else {
            throw OptionProblem(
                "\(owner).noise", "\(noise.lowerBound)...\(noise.upperBound)", allowed: "above 0, up to 1")
        }
        try OptionProblem.check("\(owner).reach", reach, in: 0...1)
    }
}

extension SubjectSeparation {
    /// Checks every number.
    ///
    /// - Parameter owner: what the options are called where they are set.
    package func validate(as owner: String) throws(OptionProblem) {
        try OptionProblem.check("\(owner).threshold", threshold, above: 0, upTo: 1)
        try OptionProblem.check("\(owner).leastShare", leastShare, in: 0...1)
        try OptionProblem.check("\(owner).neck", neck, in: 0...1)
        try OptionProblem.check("\(owner).neckAbreast", neckAbreast, in: 0...1)
        try OptionProblem.check("\(owner).largestCount", largestCount, in: 1...254)
    }
}
