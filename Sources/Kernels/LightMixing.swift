extension VectorKernels {
    /// One row of light over another (Porter and Duff 1984): `over + (1 − alpha of over) · under`, into `under`'s place or
    /// another. `underStride` is 4, or 0 for one colour.
    @inline(never)
    package static func overRow(
        _ over: UnsafePointer<Float>, under: UnsafePointer<Float>, underStride: Int,
        into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            let front = load4(over + i &* 4)
            let rest = SIMD4<Float>(repeating: 1 - clampedToOne(front[3]))
            store4(front + load4(under + i &* underStride) * rest, target + i &* 4)
            i &+= 1
        }
    }

    /// Lays a shadow on a row of light. `mask` is its opacity as encoded; `depth` a table of 1,025 values that says what
    /// share of the light it takes; `shade` four floats, its colour as light and 1.
    @inline(never)
    package static func shadeRow(
        _ row: UnsafeMutablePointer<Float>, mask: UnsafePointer<Float>, depth: UnsafePointer<Float>,
        shade: UnsafePointer<Float>, count: Int
    ) {
        let color = load4(shade)
        var i = 0
        while i < count {
            let position = clampedToOne(mask[i]) * 1024
            if position > 0 {
                let index = position < 1024 ? Int(position) : 1023
                let taken = depth[index] + (position - Float(index)) * (depth[index &+ 1] - depth[index])
                let under = load4(row + i &* 4)
                store4(under + (color - under) * SIMD4(repeating: taken), row + i &* 4)
            }
            i &+= 1
        }
    }

    /// Moves colours by a table of differences: `table` is a cube of `side`³ nodes of four floats, by the square roots of
    /// red, green and blue light, red fastest; between nodes it is interpolated. The row's colours are multiplied by alpha.
    @inline(never)
    package static func moveColorsRow(
        _ row: UnsafeMutablePointer<Float>, table: UnsafePointer<Float>, side: Int, count: Int
    ) {
        let last = Float(side &- 1)
        var i = 0
        while i < count {
            let pixel = load4(row + i &* 4)
            let a = pixel[3]
            if a > 1e-6 {
                var straight = pixel * SIMD4(repeating: 1 / a)
                straight = straight.replacing(with: SIMD4.zero, where: straight .< SIMD4.zero)
                straight = straight.replacing(with: SIMD4(repeating: 1), where: straight .> SIMD4(repeating: 1))
                let root = SIMD4<Float>(
                    straight[0].squareRoot(), straight[1].squareRoot(), straight[2].squareRoot(), 0)
                let place = root * SIMD4(repeating: last)
                let (r, g, b) = (node(place[0], side), node(place[1], side), node(place[2], side))
                let (x, y, z) = (place[0] - Float(r), place[1] - Float(g), place[2] - Float(b))
                let corner = table + ((b &* side &+ g) &* side &+ r) &* 4
                let (down, back) = (side &* 4, side &* side &* 4)
                let front = mix(
                    mix(load4(corner), load4(corner + 4), x), mix(load4(corner + down), load4(corner + (down &+ 4)), x),
                    y
                )
                let rear = mix(
                    mix(load4(corner + back), load4(corner + (back &+ 4)), x),
                    mix(load4(corner + (back &+ down)), load4(corner + (back &+ down &+ 4)), x), y)
                var moved = root + mix(front, rear, z)
                moved = moved.replacing(with: SIMD4.zero, where: moved .< SIMD4.zero)
                moved = moved.replacing(with: SIMD4(repeating: 1), where: moved .> SIMD4(repeating: 1))
                var result = moved * moved * SIMD4(repeating: a)
                result[3] = a
                store4(result, row + i &* 4)
            }
            i &+= 1
        }
    }

    /// Every fourth float, from the fourth on: alpha out of a row of light.
    @inline(never)
    package static func alphaOfRow(
        _ row: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>, count: Int
    ) {
        var i = 0
        while i < count {
            target[i] = row[i &* 4 &+ 3]
            i &+= 1
        }
    }
}

@inline(__always)
private func mix(_ a: SIMD4<Float>, _ b: SIMD4<Float>, _ x: Float) -> SIMD4<Float> { a + (b - a) * SIMD4(repeating: x) }

/// The node before a place, with another behind it.
@inline(__always)
private func node(_ place: Float, _ side: Int) -> Int {
    let index = Int(place)
    return index < side &- 1 ? index : side &- 2
}
