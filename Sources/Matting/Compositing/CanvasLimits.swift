import MatteRefinement

/// What a canvas may be at most; checked before anything is allocated.
enum CanvasLimits {
    /// Width, and height, in pixels.
    static let side = 32_768
    /// Width times height.
    static let pixels = 100_000_000

    /// - Throws: ``OptionProblem`` under `name` for a canvas of no pixels or too many.
    static func check(_ name: String, width: Int, height: Int) throws(OptionProblem) {
        guard width >= 1, height >= 1, width <= side, height <= side, width * height <= pixels else {
            throw OptionProblem(
                name, "\(width)×\(height)", allowed: "1 to \(side) pixels a side, \(pixels) pixels in all")
        }
    }
}
