import Raster

/// One channel of a layer or of the whole, as rows of samples with the highest byte first.
struct PSDPlane {
    let width: Int
    let height: Int
    let bytesPerSample: Int
    /// Writes row `row` to `target`; `slot` names the scratch memory of the thread that calls.
    let fill: (_ row: Int, _ target: UnsafeMutablePointer<UInt8>, _ slot: Int) -> Void

    var bytesPerRow: Int { width * bytesPerSample }

    /// A channel of a picture whose samples become `depth`; nil for a channel that is white all over, as alpha is that
    /// a picture has not.
    init(of image: RasterImage, channel: Int?, depth: RasterImage.BitDepth) {
        (width, height, bytesPerSample) = (image.width, image.height, depth.bytesPerSample)
        let (width, channelCount) = (image.width, image.colorModel.channelCount)
        let byteCount = width * depth.bytesPerSample
        guard let channel else {
            fill = { _, target, _ in target.update(repeating: 255, count: byteCount) }
            return
        }
        fill = { row, target, _ in
            image.withSamples { samples in
                let start = row * width * channelCount + channel
                switch samples {
                case .eight(let source) where depth == .eight:
                    for x in 0..<width { target[x] = source[start + x * channelCount] }
                case .eight(let source):
                    // v * 257 is the byte twice.
                    for x in 0..<width {
                        let value = source[start + x * channelCount]
                        (target[2 * x], target[2 * x + 1]) = (value, value)
                    }
                case .sixteen(let source):
                    for x in 0..<width {
                        let value = source[start + x * channelCount]
                        target[2 * x] = UInt8(truncatingIfNeeded: value >> 8)
                        target[2 * x + 1] = UInt8(truncatingIfNeeded: value)
                    }
                }
            }
        }
    }

    /// A channel of what the visible layers make together.
    init(of composite: PSDComposite, channel: PSDComposite.Channel) {
        (width, height, bytesPerSample) = (composite.width, composite.height, composite.depth.bytesPerSample)
        fill = { row, target, slot in composite.write(channel, row, to: target, slot) }
    }
}
