import Raster

extension MattingResult {
    /// The subject over a background, opaque unless the background is translucent or nothing.
    ///
    /// Steps, in this order: the frame, the subject scaled if the frame asks for that, the background at the canvas's size, the
    /// shadow on it, the subject over both. Memory beside the result follows the canvas, not the picture.
    ///
    /// The result has the picture's depth and profile, and its EXIF; pixels where alpha is 1 are the picture's own bit for bit
    /// unless they are scaled or matched. The background's colours are converted into the picture's space: a colour is one
    /// of sRGB, a picture has its own profile, and no profile means sRGB. Where one of the profiles is more than tone curves
    /// and primaries, the colours stay as they are, which the result's ``RasterImage/warnings`` say. A grey picture over a
    /// neutral colour stays grey; over anything else it becomes RGB, which its grey profile does not describe: encoding
    /// leaves that out with a warning. A picture that was scaled loses its resolution, as nobody said how it is to be printed.
    ///
    /// - Parameters:
    ///   - background: what lies behind the subject.
    ///   - framed: which part of the picture is shown, and how large; nil for all of it.
    ///   - shadow: between background and subject.
    ///   - blending: in which numbers colours are mixed.
    ///   - matching: takes the subject's colours towards the background's; nil leaves them. With nothing behind the subject
    ///     there is nothing to match.
    /// - Throws: ``MattingError/invalidOption(name:value:allowed:)`` for numbers that mean nothing and canvases that are too
    ///   large, before memory is asked for; ``MattingError/nothingToFrame(threshold:)`` for a frame around an empty matte;
    ///   ``MattingError/picture(_:)`` where memory is refused, ``MattingError/image(_:)`` for a backdrop's file.
    public func composite(
        over background: Background, framed: Framing? = nil, shadow: Shadow = .none, blending: Blending = .linearLight,
        matching: ColorMatching? = nil
    ) throws(MattingError) -> RasterImage {
        try MattingError.wrapping {
            try matching?.validate()
            if background.isNothing { return try cutout(framed: framed, shadow: shadow) }
            let plan = try CompositePlan(self, over: background, framed: framed, shadow: shadow, blending: blending)
            return try Cancellation.check {
                var composite = try plan.canvas(background.model(isGray: plan.model == .gray))
                var compositor = plan.compositor()
                let (ground, warnings) = try plan.ground(background, behind: composite)
                compositor.ground = ground
                if let matching, let ground { compositor.transfer = try plan.transfer(to: ground, matching) }
                composite.warnings = plan.warnings(over: ground, warnings)
                try compositor.draw(into: &composite)
                return composite
            }
        }
    }
}

extension CompositePlan {
    /// A plan of what lies over a background, or over nothing.
    ///
    /// - Throws: ``OptionProblem``, ``MattingError``, ``RasterError``.
    init(
        _ result: MattingResult, over background: Background, framed: Framing?, shadow: Shadow, blending: Blending
    ) throws {
        try background.validate()
        try shadow.validate(over: background)
        let isGray =
            result.image.colorModel.colorChannelCount == 1 && (background.isNothing || background.isNeutral)
            && shadow.isNeutral
        try self.init(
            result, model: isGray ? .gray : .rgb, framed: framed, shadow: shadow,
            blending: background.isNothing ? .linearLight : blending)
    }
}

extension Background {
    func validate() throws {
        switch self {
        case .color, .image, .none: break
        case .gradient(let gradient): try gradient.validate()
        case .backdrop(let backdrop): try backdrop.validate()
        case .blurred(let radius): try radius.validate(as: "background.radius", largestShare: 1)
        }
    }

    /// Whether it shows nothing.
    var isNothing: Bool {
        switch self {
        // Parts of a colour can be set to anything.
        case .color(let color): !(color.alpha > 0)
        case .none: true
        default: false
        }
    }

    /// Whether a grey picture stays grey before it.
    fileprivate var isNeutral: Bool {
        switch self {
        case .color(let color): color.isNeutral
        case .gradient(let gradient): gradient.stops.allSatisfy(\.color.isNeutral)
        case .blurred: true
        default: false
        }
    }

    /// The colours of what is made over it, with alpha where it shows through.
    func model(isGray: Bool) -> RasterImage.ColorModel {
        let isOpaque =
            switch self {
            case .color(let color): color.alpha >= 1
            case .gradient(let gradient): gradient.stops.allSatisfy { $0.color.alpha >= 1 }
            default: true
            }
        return isOpaque ? (isGray ? .gray : .rgb) : (isGray ? .grayAlpha : .rgba)
    }
}

extension Shadow {
    /// Whether it is grey.
    var isNeutral: Bool {
        switch kind {
        case .none, .kept: true
        case .drop(_, _, _, _, let color), .contact(_, _, let color): color.isNeutral
        }
    }
}
