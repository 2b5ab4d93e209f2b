import KernelDispatch
import Threads

/// Between samples of one colour space and light, as tables for loops over pixels: one curve a channel.
///
/// Without a space samples stay as they are encoded, divided by their largest.
package final class LightTables: Sendable {
    /// Three tables of the light of every sample, of 256 or 65,536 values.
    package var light: UnsafePointer<Float> { UnsafePointer(base) }
    /// Three tables of encoded values, as ``LightKernels/encodeRow8(_:encoded:dither:subject:y:_:outputColors:count:)`` and its
    /// like read them.
    package var encoded: UnsafePointer<Float> { UnsafePointer(base + 3 * sampleCount) }
    /// What share of the light a black of that opacity takes that is meant as encoded, by 1,024ths.
    package var depth: UnsafePointer<Float> { UnsafePointer(base + 3 * sampleCount + 3 * kernels.encodedTableCount) }

    private let storage: PixelStorage
    private let sampleCount: Int
    private let curves: [ToneCurve]
    private let bitDepth: RasterImage.BitDepth
    private var base: UnsafeMutablePointer<Float> {
        storage.base.assumingMemoryBound(to: Float.self)
    }

    private static let depthCount = 1_025

    /// Tables of a few spaces are kept: a curve of 65,536 values takes milliseconds.
    private static let recent = Guarded<[LightTables]>([])
    private static let keptTables = 8

    /// - Parameter space: nil for samples as they are encoded.
    /// - Throws: ``RasterError/outOfMemory(byteCount:purpose:)``.
    package static func tables(
        of space: ColorSpace?, _ bitDepth: RasterImage.BitDepth
    ) throws(RasterError) -> LightTables {
        let curves = space?.curves ?? []
        let known = recent.withLock { tables in
            tables.first { $0.curves == curves && $0.bitDepth == bitDepth }
        }
        if let known { return known }
        let made = try LightTables(curves, bitDepth)
        recent.withLock { tables in
            if tables.count == keptTables { tables.removeFirst() }
            tables.append(made)
        }
        return made
    }

    private init(_ curves: [ToneCurve], _ bitDepth: RasterImage.BitDepth) throws(RasterError) {
        self.curves = curves
        self.bitDepth = bitDepth
        sampleCount = bitDepth == .eight ? 256 : 65_536
        let encodedCount = kernels.encodedTableCount
        let count = 3 * sampleCount + 3 * encodedCount + Self.depthCount
        storage = try PixelStorage(byteCount: count * MemoryLayout<Float>.stride, purpose: "tables of tone curves")
        let base = storage.base.bindMemory(to: Float.self, capacity: count)
        let last = Double(sampleCount - 1)
        for channel in 0..<3 {
            let light = base + channel * sampleCount
            let encoded = base + 3 * sampleCount + channel * encodedCount
            let curve = curves.isEmpty ? nil : curves[curves.count == 1 ? 0 : channel]
            if channel > 0, curves.count <= 1 || curve == curves[0] {
                light.update(from: base, count: sampleCount)
                encoded.update(from: base + 3 * sampleCount, count: encodedCount)
                continue
            }
            for index in 0..<sampleCount {
                let x = Double(index) / last
                light[index] = Float(curve?.light(x) ?? x)
            }
            for index in 0..<encodedCount {
                let x = Double(LightTables.place(index))
                encoded[index] = Float(curve?.encoded(x) ?? x)
            }
        }
        let depth = base + 3 * sampleCount + 3 * encodedCount
        for index in 0..<Self.depthCount {
            let rest = 1 - Double(index) / Double(Self.depthCount - 1)
            depth[index] = Float(1 - (curves.first?.light(rest) ?? rest))
        }
    }

    /// The light at which an entry of a table of encoded values stands: 128 to an octave from 2⁻⁴⁰ on.
    private static func place(_ index: Int) -> Float {
        min(Float(bitPattern: UInt32((127 - 40) << 7 + index) << 16), 1)
    }

    /// The light of an encoded value in `[0, 1]`.
    package func light(_ value: Double, channel: Int) -> Double {
        curves.isEmpty ? value : curves[curves.count == 1 ? 0 : channel].light(value)
    }

    /// The encoded value of a light in `[0, 1]`.
    package func encoded(_ light: Double, channel: Int) -> Double {
        curves.isEmpty ? light : curves[curves.count == 1 ? 0 : channel].encoded(light)
    }
}
