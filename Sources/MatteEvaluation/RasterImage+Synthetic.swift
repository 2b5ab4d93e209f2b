import ImageCodecs
import Raster

extension RasterImage {
    /// A picture by formula, for measuring where there is no photograph: a shaded ball with a rough rim on a plain
    /// ground, with about as much grain as a camera leaves. The same on every machine.
    ///
    /// - Throws: ``ImageCodecError/emptyPicture(width:height:)``,
    ///   ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)`` or
    ///   ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    package static func synthetic(width: Int, height: Int) throws(RasterError) -> RasterImage {
        var image = try RasterImage(width: width, height: height, colorModel: .rgb)
        let radius = Float(min(width, height)) * 0.32
        try image.withMutableSamples8 { pixels in
            for y in 0..<height {
                let dy = (Float(y) + 0.5 - Float(height) / 2) / radius
                for x in 0..<width {
                    let dx = (Float(x) + 0.5 - Float(width) / 2) / radius
                    let random = grain(x, y)
                    let distance = dx * dx + dy * dy + Float(random >> 8 & 15) * 0.002
                    var color: SIMD3<Float> = [184, 199, 214]
                    if distance < 1 {
                        let light = max(0, (1 - distance).squareRoot() * 0.7 - dx * 0.35 - dy * 0.5)
                        color = [242, 115, 26] * (0.35 + 0.65 * light)
                    }
                    color += Float(random & 15) - 7.5
                    color.clamp(lowerBound: .zero, upperBound: SIMD3(repeating: 255))
                    let first = (y * width + x) * 3
                    for channel in 0..<3 { pixels[first + channel] = UInt8(color[channel]) }
                }
            }
        }
        return image
    }

    /// Twelve bits that look like chance.
    private static func grain(_ x: Int, _ y: Int) -> UInt32 {
        var bits = UInt32(truncatingIfNeeded: x) &* 0x9E37_79B1 ^ UInt32(truncatingIfNeeded: y) &* 0x85EB_CA77
        bits = (bits ^ bits >> 15) &* 0x2C1B_3C6D
        return (bits ^ bits >> 12) >> 20
    }
}
