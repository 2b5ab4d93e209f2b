/// Eight floats: two SSE registers, one AVX register, two NEON registers. Wider vectors split badly on baseline machines.
typealias Vector = SIMD8<Float>

/// Floats in a ``Vector``.
let vectorWidth = 8

@_transparent
func load(_ pointer: UnsafePointer<Float>) -> Vector {
    UnsafeRawPointer(pointer).loadUnaligned(as: Vector.self)
}

@_transparent
func store(_ vector: Vector, _ pointer: UnsafeMutablePointer<Float>) {
    UnsafeMutableRawPointer(pointer).storeBytes(of: vector, as: Vector.self)
}

/// `a > b ? a : b`, lane by lane. `pointwiseMax` becomes eight scalar comparisons; a mask stays in registers.
@_transparent
func maximum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: a .< b) }

/// `a < b ? a : b`, lane by lane.
@_transparent
func minimum(_ a: Vector, _ b: Vector) -> Vector { a.replacing(with: b, where: a .> b) }

/// Copies `count` floats; shorter runs than `memcpy` is good at (a pixel's channels).
@_transparent
func copy(_ source: UnsafePointer<Float>, _ target: UnsafeMutablePointer<Float>, _ count: Int) {
    var i = 0
    while i &+ vectorWidth <= count {
        store(load(source + i), target + i)
        i &+= vectorWidth
    }
    while i < count {
        target[i] = source[i]
        i &+= 1
    }
}
