/// Conversions between floats and their 16-bit relatives, by bits.
///
/// Swift's `Float16` is missing on some platforms and, without half-precision instructions in the target, costs a library
/// call a value. These forms have no branches, so the optimiser turns the loops around them into vector code.
enum HalfPrecision {
    /// The float that a half-precision number stands for, exactly; NaNs keep their payload.
    @inline(__always)
    static func float(half: UInt16) -> Float {
        let sign = UInt32(half & 0x8000) &<< 16
        let magnitude = UInt32(half & 0x7fff) &<< 13
        let exponent = magnitude & 0x0f80_0000
        // The exponent's bias goes from 15 to 127; infinities and NaNs go from 31 to 255.
        let rebias: UInt32 = exponent == 0x0f80_0000 ? 224 &<< 23 : 112 &<< 23
        // A subnormal m is 2^-14 · (1 + m/1024) - 2^-14, and that subtraction is exact.
        let smallestNormal: UInt32 = 113 &<< 23
        let subnormal = Float(bitPattern: smallestNormal &+ magnitude) - Float(bitPattern: smallestNormal)
        let bits = exponent == 0 ? subnormal.bitPattern : magnitude &+ rebias
        return Float(bitPattern: bits | sign)
    }

    /// The nearest half-precision number, ties to even; infinite beyond 65,504, NaNs stay NaNs.
    @inline(__always)
    static func half(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        let sign = UInt16(truncatingIfNeeded: bits &>> 16) & 0x8000
        let magnitude = bits & 0x7fff_ffff
        // 65,536 and beyond.
        if magnitude >= 0x4780_0000 {
            if magnitude > 0x7f80_0000 { return sign | 0x7e00 }
            return sign | 0x7c00
        }
        if magnitude < 0x3880_0000 {
            // Below 2^-14; adding 0.5 leaves the subnormal's bits, rounded, in the last places.
            let shifted = Float(bitPattern: magnitude) + 0.5
            return sign | UInt16(truncatingIfNeeded: shifted.bitPattern &- 0x3f00_0000)
        }
        let odd = (magnitude &>> 13) & 1
        let rounded = magnitude &- (112 &<< 23) &+ 0xfff &+ odd
        return sign | UInt16(truncatingIfNeeded: rounded &>> 13)
    }

    /// The float that a bfloat16 number stands for, exactly.
    @inline(__always)
    static func float(bfloat: UInt16) -> Float { Float(bitPattern: UInt32(bfloat) &<< 16) }

    /// The nearest bfloat16 number, ties to even; NaNs stay NaNs.
    @inline(__always)
    static func bfloat(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if bits & 0x7fff_ffff > 0x7f80_0000 { return UInt16(truncatingIfNeeded: bits &>> 16) | 0x40 }
        let odd = (bits &>> 16) & 1
        return UInt16(truncatingIfNeeded: (bits &+ 0x7fff &+ odd) &>> 16)
    }
}
