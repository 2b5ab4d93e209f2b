import Matting

/// Cuts a picture and compares the result with the true alpha: `Client PHOTOGRAPH TRUE-ALPHA [CUT-OUT]`.
///
/// With a third argument it judges that cut-out, made by the command, instead of making one; without it the picture is
/// cut from its file and once more from pixels in memory of its own, as a camera or a screen has them.
@main
struct Client {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2 || arguments.count == 3 else {
            fatalError("usage: Client PHOTOGRAPH TRUE-ALPHA [CUT-OUT]")
        }
        let photograph = try RasterImage(contentsOf: arguments[0])
        let truth = try RasterImage(contentsOf: arguments[1])
        if arguments.count == 3 {
            try judge(try RasterImage(contentsOf: arguments[2]), of: photograph, truth)
            return
        }
        let pipeline = try MattingPipeline()
        let result = try pipeline.matte(photograph)
        try judge(try result.cutout(), of: photograph, truth)
        try cutOwnPixels(photograph, pipeline, expected: result.alpha)
    }

    /// Blue, green, red, alpha with a gap after each row: the same matte, and its values into a buffer.
    static func cutOwnPixels(_ photograph: RasterImage, _ pipeline: MattingPipeline, expected: AlphaMatte) throws {
        let layout = PixelLayout(.bgrx)
        let stride = photograph.width * layout.bytesPerPixel + 64
        var pixels = [UInt8](repeating: 0, count: stride * photograph.height)
        try pixels.withUnsafeMutableBytes { try photograph.copyPixels(to: $0, layout: layout, bytesPerRow: stride) }
        let image = try RasterImage(
            samples: pixels, width: photograph.width, height: photograph.height, layout: layout,
            samplesPerRow: stride)
        let alpha = try pipeline.matte(image).alpha
        precondition(
            alpha.withValues { one in expected.withValues { one.elementsEqual($0) } },
            "the same picture, the same matte")
        var values = [UInt8](repeating: 0, count: alpha.width * alpha.height)
        try values.withUnsafeMutableBytes { try alpha.copyValues(to: $0) }
        precondition(values.contains(255) && values.contains(0), "subject and background")
        print("the same matte from pixels of its own")
    }

    static func judge(_ cutout: RasterImage, of photograph: RasterImage, _ truth: RasterImage) throws {
        precondition(cutout.colorModel == .rgba, "a cut-out has red, green, blue and alpha")
        precondition(cutout.width == photograph.width && cutout.height == photograph.height, "of the picture's size")
        precondition(truth.width == photograph.width && truth.height == photograph.height, "as is the true alpha")

        let (colors, cut) = (
            try photograph.samples(layout: PixelLayout(.rgb)), try cutout.samples(layout: PixelLayout(.rgba))
        )
        let alphas = try truth.samples(layout: PixelLayout(.gray))
        var touched = 0
        var leaked = 0
        var error = 0
        for pixel in alphas.indices {
            let alpha = cut[pixel * 4 + 3]
            let visible = cut[pixel * 4..<pixel * 4 + 3]
            if alpha > 0 && !visible.elementsEqual(colors[pixel * 3..<pixel * 3 + 3]) { touched += 1 }
            if alpha == 0 && !visible.allSatisfy({ $0 == 0 }) { leaked += 1 }
            error += abs(Int(alpha) - Int(alphas[pixel]))
        }
        let meanError = Double(error) / 255 / Double(truth.width * truth.height)
        print(
            "mean absolute error of alpha \(meanError), \(touched) visible colours changed, \(leaked) hidden ones left")
        precondition(touched == 0, "visible colours are the picture's own")
        precondition(leaked == 0, "hidden colours are erased")
        // An empty matte would be off by the subject's share of the picture, some 0.2 to 0.4.
        precondition(meanError < 0.05, "the matte is of the subject")
    }
}
