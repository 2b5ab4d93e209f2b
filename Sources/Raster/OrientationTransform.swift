/// Turns and mirrors pixels of any size: copies them, never changes them.
package enum OrientationTransform {
    /// The picture set upright.
    ///
    /// - Parameters:
    ///   - storage: `[height, width]` pixels of `bytesPerPixel` bytes, owned by the caller alone: it may be changed.
    /// - Returns: `[width, height]` pixels if the orientation swaps sides, else `[height, width]`.
    package static func apply(
        _ orientation: Orientation, to storage: PixelStorage, width: Int, height: Int, bytesPerPixel: Int
    ) throws(RasterError) -> PixelStorage {
        switch bytesPerPixel {
        case 1: try apply(orientation, to: storage, width: width, height: height, pixel: UInt8.self)
        case 2: try apply(orientation, to: storage, width: width, height: height, pixel: UInt16.self)
        case 3: try apply(orientation, to: storage, width: width, height: height, pixel: Triple<UInt8>.self)
        case 4: try apply(orientation, to: storage, width: width, height: height, pixel: UInt32.self)
        case 6: try apply(orientation, to: storage, width: width, height: height, pixel: Triple<UInt16>.self)
        case 8: try apply(orientation, to: storage, width: width, height: height, pixel: UInt64.self)
        default: preconditionFailure("no pixel has \(bytesPerPixel) bytes")
        }
    }

    private struct Triple<Sample> {
        var first, second, third: Sample
    }

    private static func apply<Pixel>(
        _ orientation: Orientation, to storage: PixelStorage, width: Int, height: Int, pixel: Pixel.Type
    ) throws(RasterError) -> PixelStorage {
        let source = storage.base.bindMemory(to: Pixel.self, capacity: width * height)
        switch orientation {
        case .upright:
            return storage
        case .mirrored:
            for y in 0..<height { reverse(source + y * width, count: width) }
            return storage
        case .upsideDown:
            reverse(source, count: width * height)
            return storage
        case .flipped:
            for y in 0..<height / 2 {
                swapRows(source + y * width, source + (height - 1 - y) * width, count: width)
            }
            return storage
        case .transposed, .turnedLeft, .transversed, .turnedRight:
            let target = try PixelStorage(byteCount: storage.byteCount, purpose: "a turned picture")
            transpose(
                source, to: target.base.bindMemory(to: Pixel.self, capacity: width * height), width: width,
                height: height, fromRight: orientation == .transversed || orientation == .turnedRight,
                fromBottom: orientation == .turnedLeft || orientation == .transversed)
            return target
        }
    }

    private static func reverse<Pixel>(_ pixels: UnsafeMutablePointer<Pixel>, count: Int) {
        var (first, last) = (0, count - 1)
        while first < last {
            (pixels[first], pixels[last]) = (pixels[last], pixels[first])
            first += 1
            last -= 1
        }
    }

    private static func swapRows<Pixel>(
        _ first: UnsafeMutablePointer<Pixel>, _ second: UnsafeMutablePointer<Pixel>, count: Int
    ) {
        for x in 0..<count { (first[x], second[x]) = (second[x], first[x]) }
    }

    /// Rows of the target are columns of the source, taken from the left or the right, each from the top or the bottom.
    ///
    /// In tiles, since reading down whole columns touches a cache line for every pixel. Measured on 50 megapixels RGB,
    /// one core: 178 ms without tiles (326 ms where the width is a power of two), 120 ms in 32 x 32, 74 ms in 16 x 64.
    private static func transpose<Pixel>(
        _ source: UnsafePointer<Pixel>, to target: UnsafeMutablePointer<Pixel>, width: Int, height: Int,
        fromRight: Bool, fromBottom: Bool
    ) {
        let (tileWidth, tileHeight) = (16, 64)
        let step = fromBottom ? -width : width
        for tileY in stride(from: 0, to: width, by: tileHeight) {
            for tileX in stride(from: 0, to: height, by: tileWidth) {
                let endX = min(tileX + tileWidth, height)
                for y in tileY..<min(tileY + tileHeight, width) {
                    let column = fromRight ? width - 1 - y : y
                    var position = column + (fromBottom ? height - 1 - tileX : tileX) * width
                    let row = target + y * height
                    for x in tileX..<endX {
                        row[x] = source[position]
                        position += step
                    }
                }
            }
        }
    }
}
