import ImageCodecs
import Raster

extension Finish {
    /// What is delivered as layers, for retouching: from the bottom the original (hidden), the background where there is
    /// one, the shadow where there is one, and the subject with its matte as a layer mask.
    ///
    /// Framed, there is no original: the layers have the canvas's size. The file keeps what was behind the subject, unlike a
    /// cut-out: under the layer mask, unless it is framed, and as the original.
    ///
    /// - Returns: for ``ImageFormat/psd`` and ``ImageFormat/psb``; readers without layers see the picture that
    ///   `picture(of:)` makes but for rounding, and for the mixing in linear light, which layers do not know.
    /// - Throws: As `picture(of:)`.
    public func layers(of result: MattingResult) throws(MattingError) -> LayeredImage {
        try layers(of: prepared(result), original: result.image)
    }

    /// What is delivered of what ``prepared(_:)`` made, as layers.
    package func layers(of result: MattingResult, original: RasterImage) throws(MattingError) -> LayeredImage {
        let subject: RasterImage
        let mask = try result.mask(framed: framing)
        var layers: [LayeredImage.Layer] = []
        if let framing {
            subject = try result.cutout(framed: framing)
        } else {
            subject = result.image
            layers.append(LayeredImage.Layer(name: "Original", image: original, isVisible: false))
        }
        if !background.isNothing {
            let ground = try result.ground(background, framed: framing, blending: blending)
            layers.append(LayeredImage.Layer(name: "Background", image: ground))
        }
        if let shade = try result.shadowLayer(shadow, framed: framing) {
            layers.append(LayeredImage.Layer(name: "Shadow", image: shade, blendMode: .multiply))
        }
        let colors = try MattingError.wrapping { try subject.withoutAlpha() }
        layers.append(LayeredImage.Layer(name: LayeredImage.subjectName, image: colors, mask: mask))
        return LayeredImage(like: subject, layers: layers)
    }
}
