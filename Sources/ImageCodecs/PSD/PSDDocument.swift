import Raster

/// A layered picture as it will be in the file: planes of channels, in the file's depth and colours.
struct PSDDocument {
    struct Layer {
        let layer: LayeredImage.Layer
        /// Photoshop's number of each channel (−1 alpha, −2 mask, from 0 colours), and its rows.
        let channels: [(number: Int, plane: PSDPlane)]
    }

    let image: LayeredImage
    let isLarge: Bool
    let depth: RasterImage.BitDepth
    let colorModel: RasterImage.ColorModel
    let layers: [Layer]
    /// The channels of the whole.
    let merged: [PSDPlane]

    /// - Parameter slotCount: how many threads read rows at once.
    /// - Throws: ``ImageCodecError/invalidLayer(name:reason:)``, ``ImageCodecError/outOfMemory(byteCount:purpose:)``,
    ///   ``ImageCodecError/tooLarge(width:height:maxPixels:maxSide:path:)``.
    init(_ image: LayeredImage, as format: ImageFormat, slotCount: Int) throws(ImageCodecError) {
        try Self.check(image, format)
        self.image = image
        isLarge = format == .psb
        let isGray = image.layers.allSatisfy { $0.image.colorModel.colorChannelCount == 1 }
        let depth: RasterImage.BitDepth = image.layers.contains { $0.image.bitDepth == .sixteen } ? .sixteen : .eight
        self.depth = depth
        layers = image.layers.map { layer in
            let model = layer.image.colorModel
            let alpha = model.hasAlpha ? model.channelCount - 1 : nil
            var channels = [(number: -1, plane: PSDPlane(of: layer.image, channel: alpha, depth: depth))]
            for index in 0..<(isGray ? 1 : 3) {
                let channel = model.colorChannelCount == 1 ? 0 : index
                channels.append((index, PSDPlane(of: layer.image, channel: channel, depth: depth)))
            }
            if let mask = layer.mask { channels.append((-2, PSDPlane(of: mask, channel: 0, depth: depth))) }
            return Layer(layer: layer, channels: channels)
        }
        let composite = try PSDComposite(of: image, depth: depth, slotCount: slotCount)
        let colors = (0..<(isGray ? 1 : 3)).map { PSDPlane(of: composite, channel: .color($0)) }
        if composite.isOpaque {
            colorModel = isGray ? .gray : .rgb
            merged = colors
        } else {
            colorModel = isGray ? .grayAlpha : .rgba
            merged = colors + [PSDPlane(of: composite, channel: .alpha)]
        }
    }

    private static func check(_ image: LayeredImage, _ format: ImageFormat) throws(ImageCodecError) {
        guard format.supportsLayers else { throw .notWritten(format: format) }
        let maxSide = format.maxSide
        func isAllowed(_ width: Int, _ height: Int) -> Bool {
            (1...maxSide).contains(width) && (1...maxSide).contains(height)
        }
        guard image.width > 0, image.height > 0 else {
            throw .picture(.emptyPicture(width: image.width, height: image.height))
        }
        guard isAllowed(image.width, image.height) else {
            throw .tooLarge(
                width: image.width, height: image.height, maxPixels: maxSide * maxSide, maxSide: maxSide)
        }
        guard !image.layers.isEmpty else {
            throw .invalidLayer(name: "", reason: "there is none; give the picture at least one")
        }
        guard image.layers.count <= LayeredImage.maxLayers else {
            throw .invalidOption(
                name: "the number of layers", value: image.layers.count, allowed: 1...LayeredImage.maxLayers)
        }
        for layer in image.layers {
            let (width, height) = (layer.image.width, layer.image.height)
            func refuse(_ reason: String) -> ImageCodecError { .invalidLayer(name: layer.name, reason: reason) }
            guard isAllowed(width, height) else {
                throw refuse("it has \(width) x \(height) pixels, and \(format) allows \(maxSide) a side")
            }
            let places = -maxSide...maxSide
            guard places.contains(layer.x), places.contains(layer.y) else {
                throw refuse("its corner (\(layer.x), \(layer.y)) is further than \(maxSide) pixels from the canvas'")
            }
            guard layer.opacity >= 0, layer.opacity <= 1 else {
                throw refuse("its opacity is \(layer.opacity); use 0 to 1")
            }
            guard layer.name.utf16.count <= 255 else { throw refuse("its name has more than 255 UTF-16 units") }
            guard let mask = layer.mask else { continue }
            guard mask.colorModel == .gray, mask.width == width, mask.height == height else {
                throw refuse("its mask must be a grey picture of the layer's \(width) x \(height) pixels")
            }
        }
    }
}
