import Testing

@testable import WeightFiles

/// 16-bit floats, over all 65,536 patterns, against the compiler's own `Float16` where the platform has one.
@Suite("Weight conversions")
struct WeightConversionTests {
    @Test("Every half-precision number becomes the float it stands for")
    func halfToFloat() {
        #expect(HalfPrecision.float(half: 0x0001) == 0x1p-24)
        #expect(HalfPrecision.float(half: 0x03ff) == 0x1.ff8p-15)
        #expect(HalfPrecision.float(half: 0x0400) == 0x1p-14)
        #expect(HalfPrecision.float(half: 0x3c00) == 1)
        #expect(HalfPrecision.float(half: 0x7bff) == 65504)
        #expect(HalfPrecision.float(half: 0x7c00) == .infinity)
        #expect(HalfPrecision.float(half: 0xfc00) == -.infinity)
        #expect(HalfPrecision.float(half: 0x7c01).isNaN)
        #expect(HalfPrecision.float(half: 0x8000).bitPattern == 0x8000_0000)
        #if !(os(macOS) && arch(x86_64))
        let wrong = allPatterns.filter { pattern in
            let expected = Float(Float16(bitPattern: pattern))
            let actual = HalfPrecision.float(half: pattern)
            return expected.isNaN ? !actual.isNaN : actual.bitPattern != expected.bitPattern
        }
        #expect(wrong.isEmpty)
        #endif
    }

    @Test("Every half-precision number survives the way there and back")
    func halfRoundTrip() {
        let wrong = allPatterns.filter { pattern in
            let back = HalfPrecision.half(HalfPrecision.float(half: pattern))
            let isNaN = pattern & 0x7fff > 0x7c00
            return isNaN ? back & 0x7fff <= 0x7c00 || back & 0x8000 != pattern & 0x8000 : back != pattern
        }
        #expect(wrong.isEmpty)
    }

    #if !(os(macOS) && arch(x86_64))
    @Test("Floats round to half precision as Float16 does: at, below and above every tie")
    func floatToHalf() {
        var wrong: [Float] = []
        for pattern in UInt16(0)..<0x7c00 {
            let low = HalfPrecision.float(half: pattern)
            let high = pattern == 0x7bff ? 65536 : HalfPrecision.float(half: pattern + 1)
            let tie = low + (high - low) / 2
            for value in [tie, tie.nextDown, tie.nextUp, -tie, low.nextUp, high.nextDown]
            where HalfPrecision.half(value) != Float16(value).bitPattern { wrong.append(value) }
        }
        for value in [0, 0x1p-149, 0x1p-126, 0x1p-26, 1e5, 3e38, -3e38] as [Float]
        where HalfPrecision.half(value) != Float16(value).bitPattern { wrong.append(value) }
        #expect(wrong.isEmpty)
        #expect(HalfPrecision.half(.nan) & 0x7fff > 0x7c00)
    }
    #endif

    @Test("Every bfloat16 number becomes the float it stands for and comes back")
    func bfloatRoundTrip() {
        let wrong = allPatterns.filter { pattern in
            let value = HalfPrecision.float(bfloat: pattern)
            let back = HalfPrecision.bfloat(value)
            let isBack = value.isNaN ? back & 0x7fff > 0x7f80 : back == pattern
            return value.bitPattern != UInt32(pattern) << 16 || !isBack
        }
        #expect(wrong.isEmpty)
    }

    @Test("Floats round to the nearest bfloat16, ties to even")
    func floatToBfloat() {
        var wrong: [UInt16] = []
        for pattern in UInt16(0)..<0x7f80 {
            let low = UInt32(pattern) << 16
            let even = pattern & 1 == 0 ? pattern : pattern + 1
            let expected = [
                (low + 0x7fff, pattern), (low + 0x8000, even), (low + 0x8001, pattern + 1), (low + 0xffff, pattern + 1),
            ]
            for (bits, rounded) in expected {
                if HalfPrecision.bfloat(Float(bitPattern: bits)) != rounded { wrong.append(pattern) }
                if HalfPrecision.bfloat(-Float(bitPattern: bits)) != rounded | 0x8000 { wrong.append(pattern) }
            }
        }
        #expect(wrong.isEmpty)
    }

    private var allPatterns: ClosedRange<UInt16> { 0...UInt16.max }
}
