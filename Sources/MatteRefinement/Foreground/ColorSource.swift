import KernelDispatch

/// Interleaved pixels of 8 or 16 bits whose light is read, in memory that the caller keeps alive and unchanged.
package struct ColorSource: @unchecked Sendable {
    // Unchecked: the pointer is only read.
    package let width: Int
    package let height: Int
    /// 1 or 3.
    package let colors: Int
    /// 1 to 4; with 2 and 4 the last sample is alpha.
    private let samplesPerPixel: Int
    private let bytesPerSample: Int
    private let base: UnsafeRawPointer
    /// 256 or 65,536 values for each colour.
    private let light: [Float]

    /// - Parameters:
    ///   - base: the first sample of the first row; rows follow one another without gaps.
    ///   - samplesPerPixel: 1 (grey), 2 (grey, alpha), 3 (RGB) or 4 (RGBA).
    ///   - light: the light of each sample: 256 values a colour for 8 bits, 65,536 for 16.
    package init(
        base: UnsafeRawPointer, width: Int, height: Int, samplesPerPixel: Int, bytesPerSample: Int, light: [Float]
    ) {
        precondition((1...4).contains(samplesPerPixel), "\(samplesPerPixel) samples a pixel; there are 1 to 4")
        self.colors = samplesPerPixel < 3 ? 1 : 3
        precondition(light.count == colors * (bytesPerSample == 1 ? 256 : 65_536), "a table of \(light.count) values")
        self.base = base
        self.width = width
        self.height = height
        self.samplesPerPixel = samplesPerPixel
        self.bytesPerSample = bytesPerSample
        self.light = light
    }

    /// Writes the light of some columns of a row, plane by plane.
    func read(
        row: Int, columns: UnsafePointer<Int32>, count: Int, into planes: UnsafeMutablePointer<Float>, stride: Int
    ) {
        let start = base + row * width * samplesPerPixel * bytesPerSample
        if bytesPerSample == 1 {
            kernels.colorsOfRow8(
                start.assumingMemoryBound(to: UInt8.self), samplesPerPixel: samplesPerPixel, colors: colors,
                columns: columns, tables: light, planes, planeStride: stride, count: count)
        } else {
            kernels.colorsOfRow16(
                start.assumingMemoryBound(to: UInt16.self), samplesPerPixel: samplesPerPixel, colors: colors,
                columns: columns, tables: light, planes, planeStride: stride, count: count)
        }
    }

    /// Divides the matte's alpha by the picture's own: what a picture shows under its own alpha is no mixture any more.
    func divide(_ alpha: UnsafeMutablePointer<Float>, row: Int, columns: UnsafePointer<Int32>, count: Int) {
        guard samplesPerPixel % 2 == 0 else { return }
        let start = base + row * width * samplesPerPixel * bytesPerSample
        if bytesPerSample == 1 {
            kernels.divideByAlpha8(
                alpha, start.assumingMemoryBound(to: UInt8.self), samplesPerPixel: samplesPerPixel, columns: columns,
                count: count)
        } else {
            kernels.divideByAlpha16(
                alpha, start.assumingMemoryBound(to: UInt16.self), samplesPerPixel: samplesPerPixel, columns: columns,
                count: count)
        }
    }
}
