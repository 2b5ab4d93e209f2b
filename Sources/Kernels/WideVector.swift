// The widest vector of the instruction set, for kernels that are bound by arithmetic. Memory-bound kernels use `Vector`:
// eight floats everywhere were as fast for them.

#if arch(x86_64) && (KERNELS_AVX512 || KERNELS_AVX2)
import _Builtin_intrinsics.intel
#endif

#if arch(x86_64) && KERNELS_AVX512
typealias Wide = SIMD16<Float>
typealias WideBits = SIMD16<UInt32>
let wideWidth = 16
#elseif arch(x86_64) && KERNELS_AVX2
typealias Wide = SIMD8<Float>
typealias WideBits = SIMD8<UInt32>
let wideWidth = 8
#else
typealias Wide = SIMD4<Float>
typealias WideBits = SIMD4<UInt32>
let wideWidth = 4
#endif

/// `count` rounded up to whole vectors.
@inline(__always)
func wholeVectors(_ count: Int) -> Int { (count &+ wideWidth &- 1) / wideWidth &* wideWidth }

@_transparent
func loadWide(_ pointer: UnsafePointer<Float>) -> Wide {
    UnsafeRawPointer(pointer).loadUnaligned(as: Wide.self)
}

@_transparent
func storeWide(_ vector: Wide, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Wide.self)
}

/// `a + b · c`, fused where the instruction set has it.
///
/// By the compiler's intrinsics: `addingProduct` is defined lane by lane and comes apart into narrower pieces here and
/// there, and without a fused instruction it calls the C library for every lane.
@_transparent
func multiplyAdd(_ a: Wide, _ b: Wide, _ c: Wide) -> Wide {
    #if arch(x86_64) && KERNELS_AVX512
    _mm512_fmadd_ps(b, c, a)
    #elseif arch(x86_64) && KERNELS_AVX2
    _mm256_fmadd_ps(b, c, a)
    #elseif arch(arm64)
    a.addingProduct(b, c)
    #else
    a + b * c
    #endif
}

/// `a + b · c` with one factor for all lanes.
@_transparent
func multiplyAdd(_ a: Wide, _ b: Wide, _ c: Float) -> Wide { multiplyAdd(a, b, Wide(repeating: c)) }

#if !(arch(x86_64) && KERNELS_AVX2)
/// `a > b ? a : b`, lane by lane. (With AVX2 the one for `Vector` is this one.)
@_transparent
func maximum(_ a: Wide, _ b: Wide) -> Wide { a.replacing(with: b, where: a .< b) }
#endif

/// The sum of all lanes, halves first.
@_transparent
func laneSum(_ x: Wide) -> Float {
    #if arch(x86_64) && KERNELS_AVX512
    let eight = x.lowHalf + x.highHalf
    let four = eight.lowHalf + eight.highHalf
    #elseif arch(x86_64) && KERNELS_AVX2
    let four = x.lowHalf + x.highHalf
    #else
    let four = x
    #endif
    let two = four.lowHalf + four.highHalf
    return two[0] + two[1]
}

/// The largest of all lanes, halves first.
@_transparent
func laneMaximum(_ x: Wide) -> Float {
    #if arch(x86_64) && KERNELS_AVX512
    let eight = x.lowHalf.replacing(with: x.highHalf, where: x.lowHalf .< x.highHalf)
    let four = eight.lowHalf.replacing(with: eight.highHalf, where: eight.lowHalf .< eight.highHalf)
    #elseif arch(x86_64) && KERNELS_AVX2
    let four = x.lowHalf.replacing(with: x.highHalf, where: x.lowHalf .< x.highHalf)
    #else
    let four = x
    #endif
    let two = four.lowHalf.replacing(with: four.highHalf, where: four.lowHalf .< four.highHalf)
    return two[0] < two[1] ? two[1] : two[0]
}

/// `min(max(x, low), high)`, lane by lane; not a number stays not a number.
@_transparent
func clamped(_ x: Wide, _ low: Wide, _ high: Wide) -> Wide {
    let raised = x.replacing(with: low, where: x .< low)
    return raised.replacing(with: high, where: raised .> high)
}

/// The first `count` lanes, fewer than all, of memory that ends there; the others are 0.
@inline(__always)
func loadWide(_ pointer: UnsafePointer<Float>, first count: Int) -> Wide {
    var vector = Wide.zero
    var lane = 0
    while lane < count {
        vector[lane] = pointer[lane]
        lane &+= 1
    }
    return vector
}

/// Stores the first `count` lanes, fewer than all: what lies behind may belong to another thread. By halves.
@inline(__always)
func storeWide(_ vector: Wide, _ pointer: UnsafeMutablePointer<Float>, first count: Int) {
    var place = UnsafeMutableRawPointer(pointer)
    #if arch(x86_64) && KERNELS_AVX512
    var eight = vector.lowHalf
    if count & 8 != 0 {
        place.storeBytes(of: eight, as: SIMD8<Float>.self)
        place += 32
        eight = vector.highHalf
    }
    #elseif arch(x86_64) && KERNELS_AVX2
    let eight = vector
    #endif
    #if arch(x86_64) && (KERNELS_AVX512 || KERNELS_AVX2)
    var four = eight.lowHalf
    if count & 4 != 0 {
        place.storeBytes(of: four, as: SIMD4<Float>.self)
        place += 16
        four = eight.highHalf
    }
    #else
    let four = vector
    #endif
    var two = four.lowHalf
    if count & 2 != 0 {
        place.storeBytes(of: two, as: SIMD2<Float>.self)
        place += 8
        two = four.highHalf
    }
    if count & 1 != 0 { place.storeBytes(of: two[0], as: Float.self) }
}
