import VideoStreams

extension PlanarFrame {
    /// All samples, plane by plane.
    package var planes: [[Double]] {
        let values = withBytes { bytes -> [Double] in
            if format.bytesPerSample == 1 { return bytes.map(Double.init) }
            return stride(from: 0, to: bytes.count, by: 2).map { Double(Int(bytes[$0]) | Int(bytes[$0 + 1]) << 8) }
        }
        let (luma, chroma) = (format.width * format.height, format.chromaWidth * format.chromaHeight)
        if format.planeCount == 1 { return [values] }
        return [Array(values[..<luma]), Array(values[luma..<luma + chroma]), Array(values[(luma + chroma)...])]
    }
}
