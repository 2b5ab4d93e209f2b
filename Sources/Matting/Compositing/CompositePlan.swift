import MatteRefinement
import Raster
import Threads

/// What a composite or a cut-out needs before its first row: the colour space, the frame, the shadow, the ground.
struct CompositePlan {
    let result: MattingResult
    /// The colours of what is made, without alpha.
    let model: RasterImage.ColorModel
    let geometry: FrameGeometry
    let tables: LightTables
    /// Of the space of what is made; nil where it cannot be told.
    let space: ColorSpace?
    /// The same where light is added up, else nil.
    let linear: ColorSpace?
    var shadow: ShadowLayer?
    private(set) var warnings: [DecodingWarning] = []

    var pool: ThreadPool { result.pool }
    var image: RasterImage { result.image }

    /// - Parameters:
    ///   - model: the colours of what is made, which may be others than the picture's.
    ///   - framed: nil for all of the picture.
    /// - Throws: ``OptionProblem``, ``MattingError``, ``RasterError``.
    init(
        _ result: MattingResult, model: RasterImage.ColorModel, framed: Framing?, shadow: Shadow, blending: Blending
    ) throws {
        self.result = result
        self.model = model
        try framed?.validate()
        try shadow.validate()
        let image = result.image
        var linear: ColorSpace?
        do throws(ColorSpace.Defect) {
            let known = try ColorSpace(profile: image.iccProfile, model)
            space = known
            if case .linearLight = blending { linear = known }
        } catch {

            space = nil
            if case .linearLight = blending { warnings.append(.blendedAsEncoded(reason: error.reason)) }
        }
        self.linear = linear
        tables = try LightTables.tables(of: linear, image.bitDepth)

        guard framed != nil || shadow != .none else {
            geometry = FrameGeometry(wholeOf: image, subject: PixelRect(x: 0, y: 0, width: 0, height: 0))
            return
        }
        let limits = framed ?? Framing()
        guard let box = result.alpha.box(threshold: limits.threshold, speckShare: limits.speckShare) else {
            // A shadow of nothing is none; a frame around nothing is an error.
            if framed != nil { throw MattingError.nothingToFrame(threshold: limits.threshold) }
            geometry = FrameGeometry(wholeOf: image, subject: PixelRect(x: 0, y: 0, width: 0, height: 0))
            return
        }
        var kept: KeptShadow?
        if case .kept(let strength, let reach) = shadow.kind {
            // Darkness is measured in light, however colours are mixed.
            let light = try space.map { try LightTables.tables(of: $0, image.bitDepth) } ?? tables
            let found = try Self.keptShadow(result, box, strength: strength, reach: reach, tables: light)
            kept = found.0
            warnings += found.1
        }
        let cut = result.alpha.cutSides(of: box)
        if let framed {
            let cut = framed.cutSides == .flush ? cut : []
            let reach = kept?.reach(beyond: box) ?? shadow.reach(height: Double(box.height), cut)
            geometry = try FrameGeometry(
                framed.flush(on: cut), box: box, of: image, reach: reach.flush(on: cut))
            if geometry.scale > 1 { warnings.append(.subjectEnlarged(scale: geometry.scale)) }
        } else {
            geometry = FrameGeometry(wholeOf: image, subject: box)
        }
        let hidden = cut.intersection(geometry.endsOfPicture)
        if case .contact = shadow.kind, hidden.contains(.bottom) {
            warnings.append(.noShadowDrawn(reason: "the picture's frame cuts off where the subject touches the ground"))
        } else {
            self.shadow = try Cancellation.check { try layer(shadow, kept, continuing: hidden) }
        }
    }

    private static func keptShadow(
        _ result: MattingResult, _ box: PixelRect, strength: Double, reach: RelativeLength, tables: LightTables
    ) throws -> (KeptShadow?, [DecodingWarning]) {
        do {
            let kept = try Cancellation.check {
                try result.withRows(tables) { rows in
                    try KeptShadow(
                        of: rows(.ground), box: box, in: result.image, strength: strength, reach: reach,
                        tables: tables, pool: result.pool)
                }
            }
            return (kept, [])
        } catch let failure as GroundShadow.Failure {
            return (nil, [.noShadowKept(reason: failure.absence.reason)])
        }
    }

    /// - Parameter sides: on which the picture's frame cuts the subject off and the canvas ends, too: nobody sees that the
    ///   subject ends there, and its shadow must not show it.
    private func layer(
        _ shadow: Shadow, _ kept: KeptShadow?, continuing sides: TouchedSides
    ) throws -> ShadowLayer? {
        let height = Double(geometry.subject.height)
        return try result.withRows(tables) { rows in
            switch shadow.kind {
            case .none: nil
            case .kept: kept.map { ShadowLayer($0, on: geometry) }
            case .drop(let across, let down, let blur, let opacity, let color):
                try ShadowLayer(
                    dropOf: rows(.silhouette), on: geometry, continuing: sides, across: across.pixels(of: height),
                    down: down.pixels(of: height), blur: blur.pixels(of: height), opacity: opacity, color: color,
                    pool: pool)
            case .contact(let blur, let opacity, let color):
                try ShadowLayer(
                    contactOf: rows(.silhouette), on: geometry, continuing: sides, blur: blur.pixels(of: height),
                    opacity: opacity, color: color, pool: pool)
            }
        }
    }

    /// A colour of sRGB in the space of what is made.
    func converted(_ color: RasterColor) -> RasterColor {
        guard let space, let conversion = ColorConversion(from: .sRGB, to: space), color != .white, color != .black
        else { return color }
        var converted = conversion.converted(color)
        converted.alpha = color.alpha
        return converted
    }

    /// What is to be said of what is made over a ground, or over nothing.
    ///
    /// - Parameter added: what is said of the ground itself.
    func warnings(over ground: Ground?, _ added: [DecodingWarning] = []) -> [DecodingWarning] {
        // That the background is not converted says more than that it is mixed as encoded.
        let isUnconverted = added.contains { if case .backgroundNotConverted = $0 { true } else { false } }
        // Nothing is mixed where nothing is scaled and nothing lies behind.
        let isMixed = !isUnconverted && (ground != nil || !geometry.isCopy)
        return warnings.filter { if case .blendedAsEncoded = $0 { isMixed } else { true } } + added
    }

    /// The compositor of this plan.
    func compositor() -> Compositor {
        var compositor = Compositor(result: result, geometry: geometry, tables: tables)
        compositor.shadow = shadow
        if let shadow {
            compositor.shade = converted(shadow.color)
            // Its alpha is in the mask.
            compositor.shade.alpha = 1
        }
        return compositor
    }

    /// Resolution and other metadata for what is made: pixels that were scaled are printed as no file said.
    func metadata() -> ImageMetadata {
        var metadata = image.metadata
        guard !geometry.isCopy else { return metadata }
        metadata.resolution = nil
        return metadata
    }
}

extension Shadow {
    /// How far beyond a subject of `height` pixels, cut off on these sides of the canvas, a drawn shadow can be seen.
    func reach(height: Double, _ cut: TouchedSides) -> FrameGeometry.Reach {
        switch kind {
        case .none, .kept: FrameGeometry.Reach()
        case .contact where cut.contains(.bottom): FrameGeometry.Reach()
        case .drop(let across, let down, let blur, _, _):
            {
                let (x, y, soft) = (
                    across.pixels(of: height), down.pixels(of: height), 1.25 * blur.pixels(of: height)
                )
                return FrameGeometry.Reach(
                    left: max(soft - x, 0), top: max(soft - y, 0), right: max(soft + x, 0), bottom: max(soft + y, 0))
            }()
        case .contact(let blur, _, _):
            {
                let soft = 1.25 * blur.pixels(of: height)
                return FrameGeometry.Reach(left: soft, top: 0, right: soft, bottom: soft / 2)
            }()
        }
    }
}

extension GroundShadow.Absence {
    fileprivate var reason: String {
        switch self {
        case .noGround: "the picture has too little ground around the subject"
        case .restlessGround: "the ground varies by itself as much as a shadow would"
        case .nothingDarker: "the ground is nowhere darker beside the subject"
        case .anotherThing: "what is darker beside the subject is too dark for a shadow"
        }
    }
}
