// Panels of a right operand in 16 bits a value: half the memory, and half of what the product has to fetch of it. Two vectors
// of values share one of words, the first in the low halves: no instruction moves values between lanes.

/// 2¹¹²: what the exponent of a float is greater by than that of the same bits as a half.
private let exponentOffset: Float = 0x1p112

/// The floats that halves in the low 16 bits of words stand for. By arithmetic, which counts below the normal numbers too;
/// infinities and what is not a number have no such form.
@_transparent
private func widened(_ halves: WideBits) -> WideBits {
    let magnitude = unsafeBitCast((halves & WideBits(repeating: 0x7fff)) &<< 13, to: Wide.self)
    let sign = (halves & WideBits(repeating: 0x8000)) &<< 16
    return unsafeBitCast(magnitude * Wide(repeating: exponentOffset), to: WideBits.self) | sign
}

@_transparent
private func narrowed(_ values: WideBits) -> WideBits {
    let magnitude = unsafeBitCast(values & WideBits(repeating: 0x7fff_ffff), to: Wide.self)
    let bits = unsafeBitCast(magnitude * Wide(repeating: 1 / exponentOffset), to: WideBits.self) &>> 13
    return (bits & WideBits(repeating: 0x7fff)) | (values &>> 16 & WideBits(repeating: 0x8000))
}

@_transparent
private func loadBits(_ pointer: UnsafePointer<Float>) -> WideBits {
    UnsafeRawPointer(pointer).loadUnaligned(as: WideBits.self)
}

@_transparent
private func storeBits(_ bits: WideBits, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: bits, as: WideBits.self)
}

extension VectorKernels {
    /// Writes `count` values, whole pairs of vectors, in 16 bits each; false, and nothing that is of use, where one of them
    /// is more exact than that. Values as weight files of 16 bits have them are not.
    @inline(never)
    package static func narrowPanels(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) -> Bool {
        var difference = WideBits.zero
        var index = 0
        while index < count {
            let (low, high) = (loadBits(source + index), loadBits(source + index + wideWidth))
            let (lowHalf, highHalf) = (narrowed(low), narrowed(high))
            difference |= (widened(lowHalf) ^ low) | (widened(highHalf) ^ high)
            storeBits(lowHalf | highHalf &<< 16, target + index / 2)
            index &+= 2 &* wideWidth
        }
        return difference == .zero
    }

    /// The `count` values, whole pairs of vectors, that ``narrowPanels(_:into:count:)`` was given. Some ten instructions a
    /// pair of vectors: nothing beside a product of a hundred rows.
    @inline(never)
    package static func widenPanels(
        _ source: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var index = 0
        while index < count {
            let words = loadBits(source + index / 2)
            storeBits(widened(words), target + index)
            storeBits(widened(words &>> 16), target + index + wideWidth)
            index &+= 2 &* wideWidth
        }
    }
}
