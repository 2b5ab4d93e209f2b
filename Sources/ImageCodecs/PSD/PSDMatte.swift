import Raster

/// The matte in a Photoshop file: what the layer "Subject" shows of itself.
///
/// That is its layer mask times its own transparency, on the canvas. Where there is no such layer it is the merged
/// picture's first channel behind the colours: its transparency, or a selection that was saved. Groups, opacities, vector
/// masks and what other layers cover do not count.
enum PSDMatte {
    /// - Returns: A grey picture of the canvas' size, in the file's depth.
    /// - Throws: ``ImageCodecError/noMatte(format:reason:path:)``, and what is wrong with the file.
    static func decode(
        _ bytes: UnsafeRawBufferPointer, _ format: ImageFormat, _ limits: DecodingLimits
    ) throws(ImageCodecError) -> RasterImage {
        let file = try PSDStructure(bytes, format, limits)
        let canvas = try PSDCanvas(width: file.width, height: file.height, file.depth)
        let subjects = file.layers.filter { $0.name == LayeredImage.subjectName }
        // The merged picture is the end of the file, which has to be there in either case.
        var merged = try PSDRowReader(
            file.merged, width: file.width, rowCount: file.channelCount * file.height,
            bytesPerSample: file.depth.bytesPerSample, isLarge: file.isLarge)
        try merged.skip(file.colorChannelCount * file.height, canvas.row)
        func none(_ reason: String) -> ImageCodecError { .noMatte(format: format, reason: reason) }
        switch subjects.count {
        case 0:
            guard file.channelCount > file.colorChannelCount, file.hasMergedPicture else {
                throw none("it has no layer \"\(LayeredImage.subjectName)\", and no transparency when it is merged")
            }
            for row in 0..<file.height { try canvas.replace(row, 0..<file.width, from: &merged) }
            guard !canvas.isFull else {
                throw none("it has no layer \"\(LayeredImage.subjectName)\", and is opaque everywhere")
            }
            try merged.skip((file.channelCount - file.colorChannelCount - 1) * file.height, canvas.row)
        case 1:
            try merged.skip((file.channelCount - file.colorChannelCount) * file.height, canvas.row)
            try draw(subjects[0], on: canvas, file, limits)
            if subjects[0].mask == nil, canvas.isFull {
                throw none("its layer \"\(LayeredImage.subjectName)\" has no mask, and is opaque everywhere")
            }
        default: throw none("it has \(subjects.count) layers \"\(LayeredImage.subjectName)\"")
        }
        return canvas.image
    }

    private static func draw(
        _ layer: PSDLayer, on canvas: PSDCanvas, _ file: PSDStructure, _ limits: DecodingLimits
    ) throws(ImageCodecError) {
        func none(_ reason: String) -> ImageCodecError {
            .noMatte(format: file.format, reason: "the mask of its layer \"\(layer.name)\" \(reason)")
        }
        func rows(_ channel: PSDCursor, _ rectangle: PSDRectangle) throws(ImageCodecError) -> PSDRowReader {
            try limits.check(width: rectangle.columns.count, height: rectangle.rows.count)
            return try PSDRowReader(
                channel, width: rectangle.columns.count, rowCount: rectangle.rows.count,
                bytesPerSample: file.depth.bytesPerSample, isLarge: file.isLarge)
        }
        canvas.fill(layer.mask?.outside ?? .max)
        if let mask = layer.mask {
            if mask.isDisabled { throw none("is switched off") }
            if mask.isAltered { throw none("has a density or a feather that is not applied to it") }
            if !mask.rectangle.isEmpty {
                guard let channel = layer.channel(PSDLayer.userMask) else { throw none("has no pixels") }
                var reader = try rows(channel, mask.rectangle)
                try canvas.reserve(mask.rectangle.columns.count)
                for row in mask.rectangle.rows { try canvas.replace(row, mask.rectangle.columns, from: &reader) }
            }
        }
        guard let channel = layer.channel(PSDLayer.alpha), !layer.rectangle.isEmpty else {
            return canvas.clear(outside: layer.rectangle)
        }
        canvas.clear(outside: layer.rectangle)
        var reader = try rows(channel, layer.rectangle)
        try canvas.reserve(layer.rectangle.columns.count)
        for row in layer.rectangle.rows { try canvas.multiply(row, layer.rectangle.columns, from: &reader) }
    }
}
