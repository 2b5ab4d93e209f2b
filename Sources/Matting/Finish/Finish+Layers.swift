import ImageCodecs
import Raster

extension Finish {
    /// What is delivered as layers, for retouching: from the bottom the original (hidden), the background where there is
    /// one, the shadow where there is one, and the subject with its matte as a layer mask.
    ///
    /// Framed, there is no original: the layers have the canvas's size. The file keeps what was behind the subject, unlike a
    /// cut-out: under the layer mask, unless it is framed, and as the original. Framed, colours under alpha 0 stay there with
    /// ``keepsHiddenColors``, unless they are scaled.
    ///
    /// - Returns: for ``ImageFormat/psd`` and ``ImageFormat/psb``; readers without layers see the picture that
    ///   `picture(of:)` makes but for rounding, and for the mixing in linear light, which layers do not know. Its
    ///   ``LayeredImage/warnings`` are that picture's.
    /// - Throws: As `picture(of:)`.
    public func layers(of result: MattingResult) throws(MattingError) -> LayeredImage {
        try layers(ofPrepared: prepared(result))
    }

    /// What is delivered of what ``prepared(_:)`` made, as layers.
    ///
    /// One plan draws all of them, so that they lie on one canvas: one that grows with the shadow does so for all.
    package func layers(ofPrepared result: MattingResult) throws(MattingError) -> LayeredImage {
        try MattingError.wrapping {
            try matching?.validate()
            let plan = try CompositePlan(result, over: background, framed: framing, shadow: shadow, blending: blending)
            return try Cancellation.check {
                var layers: [LayeredImage.Layer] = []
                if framing == nil {
                    layers.append(LayeredImage.Layer(name: "Original", image: result.photograph, isVisible: false))
                }
                let (behind, warnings, transfer) = try ground(plan)
                if let behind { layers.append(LayeredImage.Layer(name: "Background", image: behind)) }
                if let shade = try plan.shadowLayer() {
                    // It covers, as in the picture: multiplied, one with a colour would let the ground's through.
                    layers.append(LayeredImage.Layer(name: "Shadow", image: shade))
                }
                let subject = try plan.subjectLayer(
                    keepsHidden: framing == nil || keepsHiddenColors, transfer: transfer)
                layers.append(
                    LayeredImage.Layer(name: LayeredImage.subjectName, image: subject, mask: try plan.mask()))
                var image = LayeredImage(like: subject, layers: layers)
                image.warnings = warnings
                return image
            }
        }
    }

    /// What lies behind the subject, what is to be said of the plan and of it, and what takes the subject's colours to it.
    private func ground(_ plan: CompositePlan) throws -> (RasterImage?, [DecodingWarning], ColorTransfer?) {
        guard !background.isNothing else { return (nil, plan.warnings(over: nil), nil) }
        var picture = try plan.canvas(background.model(isGray: plan.model == .gray))
        let (ground, warnings) = try plan.ground(background, behind: picture)
        var compositor = plan.compositor()
        compositor.part = nil
        compositor.shadow = nil
        compositor.ground = ground
        try compositor.draw(into: &picture)
        let transfer = try ground.flatMap { ground in
            try matching.flatMap { try plan.transfer(to: ground, $0) }
        }
        return (picture, plan.warnings(over: ground, warnings), transfer)
    }
}
