import Matting

/// Cuts a picture and compares the result with the true alpha: `Client PHOTOGRAPH TRUE-ALPHA [CUT-OUT]`.
///
/// With a third argument it judges that cut-out, made by the command, instead of making one.
@main
struct Client {
    static func main() throws {
        let arguments = Array(CommandLine.arguments.dropFirst())
        guard arguments.count == 2 || arguments.count == 3 else {
            fatalError("usage: Client PHOTOGRAPH TRUE-ALPHA [CUT-OUT]")
        }
        let photograph = try RasterImage(contentsOf: arguments[0])
        let truth = try RasterImage(contentsOf: arguments[1])
        let cutout: RasterImage
        if arguments.count == 3 {
            cutout = try RasterImage(contentsOf: arguments[2])
        } else {
            let pipeline = try MattingPipeline()
            cutout = try pipeline.matte(photograph).cutout()
        }

        precondition(cutout.colorModel == .rgba, "a cut-out has red, green, blue and alpha")
        precondition(cutout.width == photograph.width && cutout.height == photograph.height, "of the picture's size")
        precondition(truth.width == photograph.width && truth.height == photograph.height, "as is the true alpha")

        var touched = 0
        var leaked = 0
        var error = 0
        photograph.withPixels8 { photograph in
            truth.withPixels8 { truth in
                cutout.withPixels8 { cutout in
                    for pixel in truth.indices {
                        let alpha = cutout[pixel * 4 + 3]
                        let colors = (0..<3).map { cutout[pixel * 4 + $0] }
                        if alpha > 0 && colors != (0..<3).map({ photograph[pixel * 3 + $0] }) { touched += 1 }
                        if alpha == 0 && colors != [0, 0, 0] { leaked += 1 }
                        error += abs(Int(alpha) - Int(truth[pixel]))
                    }
                }
            }
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
