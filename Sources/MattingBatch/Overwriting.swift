import Files

/// Outputs against inputs and against one another.
package enum Overwriting {
    /// No output may be one of the inputs, under whatever name or link; nor may a file be one to which standard output or
    /// another descriptor is redirected, or from which standard input comes. No two outputs may be one file.
    ///
    /// - Parameter areDerived: whether the outputs' names were made from those of the inputs.
    package static func refuse(
        _ inputs: [InputFile], by outputs: [OutputFile], areDerived: Bool = false
    ) throws(PlanningError) {
        let identities = Dictionary(
            inputs.compactMap { input in input.identity.map { ($0, input) } }, uniquingKeysWith: { first, _ in first })
        var places: [OutputFile.Place: OutputFile] = [:]
        for output in outputs {
            guard let place = output.place else { continue }
            if let other = places.updateValue(output, forKey: place) { throw .oneFile(outputs: [other, output]) }
            if let identity = output.file, let input = identities[identity] {
                throw .overwritesInput(output: output, input: input, isDerived: areDerived)
            }
        }
    }
}
