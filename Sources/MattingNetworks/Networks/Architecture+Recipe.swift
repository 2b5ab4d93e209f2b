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
        if let objection = objection(to: recipe) { throw objection.error(in: file, overriding: overrides) }
        return recipe
    }

    /// Refuses to make a matte of maps that the network does not have.
    ///
    /// - Parameter classCount: of the network that the file turned out to have.
    /// - Throws: as ``recipe(of:overriding:)``.
    func requireOutput(
        of recipe: InputRecipe, classCount: Int, file: WeightFile, overriding overrides: [String: String]
    ) throws(WeightError) {
        let objection = objection(to: recipe, classCount: classCount)
        if let objection { throw objection.error(in: file, overriding: overrides) }
    }

    private func objection(to recipe: InputRecipe, classCount: Int) -> RecipeObjection? {
        let channels = recipe.outputChannels
        let isKnown = channels.allSatisfy { $0 < classCount }
        if !channels.isEmpty, classCount == 1 || !isKnown {
            return RecipeObjection(
                key: "output.channel", value: channels.map(String.init).joined(separator: ","),
                expected: classCount == 1
                    ? "no such key: '\(self)' predicts one matte"
                    : "numbers in 0...\(classCount - 1), the file's \(classCount) classes")
        }
        if classCount > 1, recipe.activation == .none {
            return RecipeObjection(
                key: "output.activation", value: recipe.activation.rawValue,
                expected: "sigmoid, as the file has \(classCount) classes and a matte is made of their logits")
        }
        return nil
    }

    /// What this network cannot be fed by.
    private func objection(to recipe: InputRecipe) -> RecipeObjection? {
        if recipe.multiple % sideMultiple != 0 {
            return RecipeObjection(
                key: "input.multiple", value: "\(recipe.multiple)",
                expected: "a multiple of \(sideMultiple), which '\(self)' needs")
        }
        if let side = recipe.baseSide, defaultRecipe.baseSide == nil {
            return RecipeObjection(
                key: "input.base_side", value: "\(side)",
                expected: "no such key: '\(self)' does not shrink pictures by itself")
        }
        if let order = recipe.cellOrder, defaultRecipe.cellOrder == nil {
            return RecipeObjection(
                key: "input.cell_order", value: order.rawValue,
                expected: "no such key: '\(self)' does not cut pictures into cells")
        }
        return nil
    }
}

/// A value of a recipe that does not go with a network.
private struct RecipeObjection {
    let key: String
    let value: String
    let expected: String

    /// Whoever said the value is at fault: the file, or who wrote something in its place.
    func error(in file: WeightFile, overriding overrides: [String: String]) -> WeightError {
        overrides[key] == nil
            ? .badMetadata(file: file.name, key: key, value: value, expected: expected)
            : .badOverride(key: key, value: value, expected: expected)
    }
}
