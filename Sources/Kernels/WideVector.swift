// The widest vector of the instruction set, for kernels that are bound by arithmetic. Memory-bound kernels use `Vector`:
// eight floats everywhere were as fast for them.

#if KERNELS_AVX512
typealias Wide = SIMD16<Float>
let wideWidth = 16
#elseif KERNELS_AVX2
typealias Wide = SIMD8<Float>
let wideWidth = 8
#else
typealias Wide = SIMD4<Float>
let wideWidth = 4
#endif

@_transparent
func loadWide(_ pointer: UnsafePointer<Float>) -> Wide {
    UnsafeRawPointer(pointer).loadUnaligned(as: Wide.self)
}

@_transparent
func storeWide(_ vector: Wide, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Wide.self)
}

/// `a + b · c`. Without a fused instruction `addingProduct` would call the C library for every lane.
@_transparent
func multiplyAdd(_ a: Wide, _ b: Wide, _ c: Wide) -> Wide {
    #if KERNELS_AVX512 || KERNELS_AVX2 || arch(arm64)
    a.addingProduct(b, c)
    #else
    a + b * c
    #endif
}

/// `a + b · c` with one factor for all lanes.
@_transparent
func multiplyAdd(_ a: Wide, _ b: Wide, _ c: Float) -> Wide { multiplyAdd(a, b, Wide(repeating: c)) }

/// `min(max(x, low), high)`, lane by lane; not a number stays not a number.
@_transparent
func clamped(_ x: Wide, _ low: Wide, _ high: Wide) -> Wide {
    let raised = x.replacing(with: low, where: x .< low)
    return raised.replacing(with: high, where: raised .> high)
}

/// The first `count` lanes of memory that ends there; the others are 0.
@_transparent
func loadWide(_ pointer: UnsafePointer<Float>, first count: Int) -> Wide {
    var vector = Wide.zero
    var lane = 0
    while lane < count {
        vector[lane] = pointer[lane]
        lane &+= 1
    }
    return vector
}

/// Stores the first `count` lanes only: what lies behind may belong to another thread.
@_transparent
func storeWide(_ vector: Wide, _ pointer: UnsafeMutablePointer<Float>, first count: Int) {
    var lane = 0
    while lane < count {
        pointer[lane] = vector[lane]
        lane &+= 1
    }
}
