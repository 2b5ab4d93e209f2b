import Raster

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// What the visible layers make together, row by row, for readers that know no layers.
///
/// Blended in the numbers as they are, as Photoshop does by default, in single precision: a picture that alone is visible
/// comes out as it is. Where the whole is not opaque its colours are laid over white, as the format has them.
///
/// Source: Compositing and Blending Level 1 (W3C 2015), sections 5 and 10.
final class PSDComposite: @unchecked Sendable {
    // Unchecked: each thread writes to the scratch memory of its slot only.
    let width: Int
    let height: Int
    let depth: RasterImage.BitDepth
    private let layers: [LayeredImage.Layer]
    private let scratch: [UnsafeMutablePointer<Float>]

    enum Channel {
        case color(Int)
        case alpha
    }

    /// - Throws: ``ImageCodecError/outOfMemory(byteCount:purpose:)``.
    init(of image: LayeredImage, depth: RasterImage.BitDepth, slotCount: Int) throws(ImageCodecError) {
        (width, height) = (image.width, image.height)
        self.depth = depth
        layers = image.layers.filter { $0.isVisible && $0.opacity > 0 }
        var scratch: [UnsafeMutablePointer<Float>] = []
        for _ in 0..<slotCount {
            let byteCount = 2 * image.width * MemoryLayout<Float>.stride
            guard let memory = malloc(byteCount) else {
                for row in scratch { free(row) }
                throw .outOfMemory(byteCount: byteCount, purpose: "a row of layers")
            }
            scratch.append(memory.bindMemory(to: Float.self, capacity: 2 * image.width))
        }
        self.scratch = scratch
    }

    deinit { for row in scratch { free(row) } }

    /// Whether some layer alone makes everything opaque; else the whole has alpha.
    var isOpaque: Bool {
        layers.contains { layer in
            !layer.image.colorModel.hasAlpha && layer.mask == nil && layer.opacity >= 1 && layer.blendMode == .normal
                && layer.x <= 0 && layer.y <= 0 && layer.x + layer.image.width >= width
                && layer.y + layer.image.height >= height
        }
    }

    /// Row `row` of a channel, with the highest byte of each sample first.
    func write(_ channel: Channel, _ row: Int, to target: UnsafeMutablePointer<UInt8>, _ slot: Int) {
        let color = scratch[slot]
        let alpha = color + width
        color.update(repeating: 0, count: 2 * width)
        for layer in layers where row >= layer.y && row < layer.y + layer.image.height {
            blend(layer, channel, row - layer.y, color, alpha)
        }
        let scale: Float = depth == .eight ? 255 : 65_535
        for x in 0..<width {
            // Colours are premultiplied here, and white shines through.
            let value =
                switch channel {
                case .color: color[x] + (1 - alpha[x])
                case .alpha: alpha[x]
                }
            let sample = UInt16(min(max(value * scale + 0.5, 0), scale))
            switch depth {
            case .eight: target[x] = UInt8(truncatingIfNeeded: sample)
            case .sixteen:
                target[2 * x] = UInt8(truncatingIfNeeded: sample >> 8)
                target[2 * x + 1] = UInt8(truncatingIfNeeded: sample)
            }
        }
    }

    private func blend(
        _ layer: LayeredImage.Layer, _ channel: Channel, _ row: Int, _ color: UnsafeMutablePointer<Float>,
        _ alpha: UnsafeMutablePointer<Float>
    ) {
        let columns = max(-layer.x, 0)..<max(min(layer.image.width, width - layer.x), max(-layer.x, 0))
        guard !columns.isEmpty else { return }
        let (color, alpha) = (color + layer.x, alpha + layer.x)
        let model = layer.image.colorModel
        let source: Int? =
            switch channel {
            case .color(let index): model.colorChannelCount == 1 ? 0 : index
            case .alpha: nil
            }
        let isMultiplied = layer.blendMode == .multiply
        // In the steps that the file has.
        let opacity = Float((layer.opacity * 255).rounded() / 255)
        layer.image.withSamples { samples in
            let pixels = SampleRow(samples, start: row * layer.image.width * model.channelCount, model.channelCount)
            func apply(_ mask: SampleRow?) {
                for x in columns {
                    var cover = opacity
                    if model.hasAlpha { cover *= pixels[x, model.channelCount - 1] }
                    if let mask { cover *= mask[x, 0] }
                    if cover == 0 { continue }
                    if let source {
                        let own = pixels[x, source] * cover
                        let under = isMultiplied ? own * (1 - alpha[x]) + own * color[x] : own
                        color[x] = under + color[x] * (1 - cover)
                    }
                    alpha[x] = cover + alpha[x] * (1 - cover)
                }
            }
            guard let mask = layer.mask else { return apply(nil) }
            mask.withSamples { apply(SampleRow($0, start: row * mask.width, 1)) }
        }
    }
}

/// Samples of one row as numbers in `[0, 1]`.
private struct SampleRow {
    private let eight: UnsafePointer<UInt8>?
    private let sixteen: UnsafePointer<UInt16>?
    private let channelCount: Int

    init(_ samples: Samples, start: Int, _ channelCount: Int) {
        self.channelCount = channelCount
        switch samples {
        case .eight(let base): (eight, sixteen) = (base + start, nil)
        case .sixteen(let base): (eight, sixteen) = (nil, base + start)
        }
    }

    subscript(x: Int, channel: Int) -> Float {
        let index = x * channelCount + channel
        if let eight { return Float(eight[index]) / 255 }
        if let sixteen { return Float(sixteen[index]) / 65_535 }
        return 0
    }
}
