import WeightFiles

extension Architecture {
    /// How a file's network is fed: as the file says, by the paper where it says nothing, and by `overrides` before both.
    ///
    /// - Parameter overrides: values by the keys of metadata.
    /// - Throws: ``WeightError/badMetadata(file:key:value:expected:)``, or
    ///   ``WeightError/badOverride(key:value:expected:)`` where an override is at fault.
    func recipe(
        of file: WeightFile, overriding overrides: [String: String] = [:]
    ) throws(WeightError) -> InputRecipe {
        let recipe = try file.inputRecipe(default: defaultRecipe).overridden(by: overrides)
        guard let (key, value, expected) = objection(to: recipe) else { return recipe }
        guard overrides[key] == nil else { throw .badOverride(key: key, value: value, expected: expected) }
        throw .badMetadata(file: file.name, key: key, value: value, expected: expected)
    }

    /// What this network cannot be fed by.
    private func objection(to recipe: InputRecipe) -> (key: String, value: String, expected: String)? {
        if recipe.multiple % sideMultiple != 0 {
            return ("input.multiple", "\(recipe.multiple)", "a multiple of \(sideMultiple), which '\(self)' needs")
        }
        if let side = recipe.baseSide, defaultRecipe.baseSide == nil {
            return ("input.base_side", "\(side)", "no such key: '\(self)' does not shrink pictures by itself")
        }
        if let order = recipe.cellOrder, defaultRecipe.cellOrder == nil {
            return ("input.cell_order", order.rawValue, "no such key: '\(self)' does not cut pictures into cells")
        }
        return nil
    }
}
