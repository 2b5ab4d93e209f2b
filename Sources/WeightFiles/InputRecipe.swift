/// How a network wants its pictures, and what its output means.
///
/// A picture of samples in `[0, 1]` becomes the network's input in this order: resized to
/// ``inputSize(forImageWidth:height:)``; divided by its own maximum where ``dividesByMaximum`` says so; its channels put
/// into the order ``channels``; then `(value - mean) / std`, channel by channel in that order.
public struct InputRecipe: Sendable, Equatable {
    /// How the size of the network's input follows from that of the picture.
    @nonexhaustive public enum SizeRule: String, Sendable, CaseIterable {
        /// Exactly `width` × `height`, whatever the picture's proportions.
        case stretch
        /// As large as fits into `width` × `height` with the picture's proportions; for a square, the long side becomes
        /// its side. Both sides are rounded to the nearest multiple.
        case fit
        /// As many pixels as `width` × `height` has, with the picture's proportions: every picture costs the same, and
        /// of wide and of high ones the network sees more than ``fit`` shows it. Both sides are rounded to the nearest
        /// multiple, and are at least one.
        case area
        /// The short side becomes `width` with the picture's proportions, unless `width` lies between the two sides,
        /// then the picture's own size is kept. Both sides are rounded down to a multiple. The rule of MODNet's authors.
        case shortSide = "short-side"
        /// The picture's own size, both sides rounded to the nearest multiple.
        case native

        /// Whether a part of a picture is enlarged to the size that the whole has.
        var enlargesParts: Bool { self == .stretch || self == .fit || self == .area }
    }

    /// The order of the colour channels.
    @nonexhaustive public enum ChannelOrder: String, Sendable, CaseIterable {
        /// Red, green, blue.
        case rgb = "RGB"
        /// Blue, green, red, as OpenCV keeps pictures.
        case bgr = "BGR"
    }

    /// What is left to do to the network's output.
    @nonexhaustive public enum OutputActivation: String, Sendable, CaseIterable {
        /// Nothing: it is a matte in `[0, 1]`; values outside are taken for the nearest inside.
        case none
        /// It is logits; the logistic function makes a matte of them, of those of several classes the softmax, of which
        /// it is the case of two.
        case sigmoid
    }

    /// Whether a matte is stretched to its full range.
    @nonexhaustive public enum OutputRescale: String, Sendable, CaseIterable {
        /// Never: a picture without a subject gives an empty matte.
        case none
        /// `(matte - minimum) / (maximum - minimum)`, for networks whose authors publish results made so.
        case minmax
    }

    /// How the cells of a picture that is cut into a grid follow one another as channels.
    @nonexhaustive public enum CellOrder: String, Sendable, CaseIterable {
        /// Colour by colour, then row by row of the grid: BiRefNet's code from November 2024 on.
        case rows
        /// Column by column of the grid, the colours of a cell together: BiRefNet's code before.
        case columns
    }

    /// How the input's size follows from the picture's.
    public package(set) var rule: SizeRule
    /// Pixels of the input, `1...16384`; 0 with ``SizeRule/native``, which has no size.
    public package(set) var width: Int
    /// Pixels of the input, as ``width``; the same with ``SizeRule/shortSide``, which has one side.
    public package(set) var height: Int
    /// Both sides of the input are multiples of this, `1...1024`.
    public package(set) var multiple: Int
    /// The longer side of what the network shrinks a larger picture to by itself, `1...16384`; nil leaves it to the
    /// network. Only Robust Video Matting does so: its encoder and decoder see the picture no larger than this.
    public package(set) var baseSide: Int?
    /// The order of the cells into which the network cuts the picture; nil leaves it to the network. Only BiRefNet does so.
    public package(set) var cellOrder: CellOrder?
    /// A subject that has, with a margin, less than this share of the picture's longer side is looked at once more, by
    /// itself, and if both looks see the same the second counts there; `0...1`, 0 never. Only for the rules
    /// ``SizeRule/fit``, ``SizeRule/area`` and ``SizeRule/stretch``, and not in videos, where a subject would be sharp in
    /// one frame and soft in the next. Of several subjects each is.
    public package(set) var closerLook: Float
    /// The side of the square that has as many pixels as a second look at the whole picture, where the first finds nothing,
    /// little that is sure, or several subjects, none of them large; `0...16384`, 0 never. Closer looks after it are nearly
    /// of its size. Only for the rules that ``closerLook`` is for, and not in videos.
    public package(set) var largerLook: Int
    /// The order in which the network takes red, green and blue.
    public package(set) var channels: ChannelOrder
    /// Subtracted from samples in `[0, 1]`, a number a channel, each in `-1000...1000`.
    public package(set) var mean: SIMD3<Float>
    /// What the difference is then divided by, each in `0.001...1000`.
    public package(set) var std: SIMD3<Float>
    /// Whether samples are first divided by the largest one of the picture.
    public package(set) var dividesByMaximum: Bool
    /// What makes a matte of the network's output.
    public package(set) var activation: OutputActivation
    /// Of a network that tells several classes apart: the numbers of those whose probabilities add up to the matte, none
    /// for all but 0, the background.
    public package(set) var outputChannels: [Int]
    /// Whether a matte is stretched to its full range.
    public package(set) var rescale: OutputRescale

    /// The picture's own size and samples, and a matte as it comes: what `overridden(by:)` makes any other recipe of.
    public static let native = InputRecipe(rule: .native)

    package init(
        rule: SizeRule, width: Int = 0, height: Int = 0, multiple: Int = 1, baseSide: Int? = nil,
        cellOrder: CellOrder? = nil, closerLook: Float = 0, largerLook: Int = 0, channels: ChannelOrder = .rgb,
        mean: SIMD3<Float> = SIMD3(repeating: 0), std: SIMD3<Float> = SIMD3(repeating: 1),
        dividesByMaximum: Bool = false, activation: OutputActivation = .none, outputChannels: [Int] = [],
        rescale: OutputRescale = .none
    ) {
        self.rule = rule
        self.width = width
        self.height = height
        self.multiple = multiple
        self.baseSide = baseSide
        self.cellOrder = cellOrder
        self.closerLook = closerLook
        self.largerLook = largerLook
        self.channels = channels
        self.mean = mean
        self.std = std
        self.dividesByMaximum = dividesByMaximum
        self.activation = activation
        self.outputChannels = outputChannels
        self.rescale = rescale
        dropUnused()
    }

    /// Gives what a rule does not use the value that stands for nothing: recipes that say the same are then equal, and
    /// metadata, which does not have it, says all of a recipe.
    mutating func dropUnused() {
        switch rule {
        case .native: (width, height) = (0, 0)
        case .shortSide: height = width
        case .stretch, .fit, .area: return
        }
        (closerLook, largerLook) = (0, 0)
    }

    /// The recipe of the larger look at a whole picture; nil where there is none.
    package var larger: InputRecipe? {
        guard largerLook > 0, rule.enlargesParts else { return nil }
        var larger = self
        (larger.rule, larger.width, larger.height) = (.area, largerLook, largerLook)
        return larger
    }

    /// The recipe of closer looks after a larger one, nearly of its size: at the usual one a part would be seen hardly larger
    /// than it just was. Composed scenes of several people have an IoU of 0.900 with the usual size, 0.923 with 608 pixels,
    /// 0.925 with the 768 of the larger look, with which six parts of a picture of 4K would take more than 200 MB.
    package var closerAfterLarger: InputRecipe? {
        guard var closer = larger else { return nil }
        let side = largerLook - largerLook / 12
        (closer.width, closer.height) = (max(side, width), max(side, height))
        return closer
    }

    /// Whether more than one look at a picture may be taken.
    package var looksAgain: Bool { closerLook > 0 || larger != nil }

    /// The largest side of an input; pictures beyond it are not decoded either.
    static let largestSide = 32_768

    /// The size of the network's input for a picture of the given size: at least one multiple and at most 32,768 a side.
    ///
    /// For ``SizeRule/fit``, `side · min(width / imageWidth, height / imageHeight) / multiple` is rounded to the nearest
    /// whole number, halves to the even one, then multiplied by `multiple`. For ``SizeRule/area`` the scale is
    /// `√(width · height / (imageWidth · imageHeight))`, of a strip so long that one multiple is more than its short side the
    /// long side takes what is left of the area.
    public func inputSize(forImageWidth imageWidth: Int, height imageHeight: Int) -> (width: Int, height: Int) {
        let w = Double(max(imageWidth, 1))
        let h = Double(max(imageHeight, 1))
        switch rule {
        case .stretch:
            return (max(width, 1), max(height, 1))
        case .fit:
            let scale = min(Double(width) / w, Double(height) / h)
            return (multiples(w * scale, .toNearestOrEven), multiples(h * scale, .toNearestOrEven))
        case .area:
            let area = Double(width) * Double(height)
            let scale = (area / (w * h)).squareRoot()
            let step = Double(max(multiple, 1))
            if min(w, h) * scale >= step {
                return (multiples(w * scale, .toNearestOrEven), multiples(h * scale, .toNearestOrEven))
            }
            let long = multiples(area / step, .toNearestOrEven)
            return w >= h ? (long, multiples(step, .down)) : (multiples(step, .down), long)
        case .shortSide:
            let side = Double(width)
            guard max(w, h) < side || min(w, h) > side else { return (multiples(w, .down), multiples(h, .down)) }
            if w >= h { return (multiples((w / h * side).rounded(.down), .down), multiples(side, .down)) }
            return (multiples(side, .down), multiples((h / w * side).rounded(.down), .down))
        case .native:
            return (multiples(w, .toNearestOrEven), multiples(h, .toNearestOrEven))
        }
    }

    /// `side` as a multiple, at least one and at most as many as ``largestSide`` has.
    private func multiples(_ side: Double, _ rule: FloatingPointRoundingRule) -> Int {
        let step = max(multiple, 1)
        let largest = Double(max(InputRecipe.largestSide / step, 1))
        return step * Int(min(max((side / Double(step)).rounded(rule), 1), largest))
    }
}
