extension VectorKernels {
    /// Copies `rows` pixels of `channels` values between two pixel strides.
    @inline(never)
    package static func copyPixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int
    ) {
        if inputStride == channels && outputStride == channels {
            output.update(from: input, count: rows &* channels)
            return
        }
        var row = 0
        while row < rows {
            copy(input + row &* inputStride, output + row &* outputStride, channels)
            row &+= 1
        }
    }

    /// `output = left + right`, pixel by pixel. A right stride of 0 repeats one pixel (a value a channel).
    @inline(never)
    package static func addPixels(
        _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>, rightStride: Int,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, channels: Int
    ) {
        combine(left, leftStride, right, rightStride, output, outputStride, rows, channels, { $0 + $1 }, { $0 + $1 })
    }

    /// `output = left · right`, pixel by pixel. A right stride of 0 repeats one pixel (a scale a channel).
    @inline(never)
    package static func multiplyPixels(
        _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>, rightStride: Int,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, channels: Int
    ) {
        combine(left, leftStride, right, rightStride, output, outputStride, rows, channels, { $0 * $1 }, { $0 * $1 })
    }

    /// `output = input · scale`, one scale a pixel. Memory-bound.
    @inline(never)
    package static func scalePixels(
        _ input: UnsafePointer<Float>, inputStride: Int, _ scale: UnsafePointer<Float>, scaleStride: Int,
        _ output: UnsafeMutablePointer<Float>, outputStride: Int, rows: Int, channels: Int
    ) {
        var row = 0
        while row < rows {
            let source = input + row &* inputStride
            let target = output + row &* outputStride
            let factor = scale[row &* scaleStride]
            let factors = Vector(repeating: factor)
            var c = 0
            while c &+ vectorWidth <= channels {
                store(load(source + c) * factors, target + c)
                c &+= vectorWidth
            }
            while c < channels {
                target[c] = source[c] * factor
                c &+= 1
            }
            row &+= 1
        }
    }

    /// `output = left + weight · (right − left)`, pixel by pixel. Memory-bound.
    @inline(never)
    package static func mixPixels(
        _ left: UnsafePointer<Float>, leftStride: Int, _ right: UnsafePointer<Float>, rightStride: Int,
        weight: UnsafePointer<Float>, weightStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int
    ) {
        combine(
            left, leftStride, right, rightStride, weight, weightStride, output, outputStride, rows, channels,
            { $0 + $2 * ($1 - $0) }, { $0 + $2 * ($1 - $0) })
    }

    /// `output = value − left · right`, pixel by pixel. Memory-bound.
    @inline(never)
    package static func subtractProductPixels(
        _ value: UnsafePointer<Float>, valueStride: Int, _ left: UnsafePointer<Float>, leftStride: Int,
        _ right: UnsafePointer<Float>, rightStride: Int, _ output: UnsafeMutablePointer<Float>, outputStride: Int,
        rows: Int, channels: Int
    ) {
        combine(
            value, valueStride, left, leftStride, right, rightStride, output, outputStride, rows, channels,
            { $0 - $1 * $2 }, { $0 - $1 * $2 })
    }
}

@inline(__always)
private func combine(
    _ left: UnsafePointer<Float>, _ leftStride: Int, _ right: UnsafePointer<Float>, _ rightStride: Int,
    _ output: UnsafeMutablePointer<Float>, _ outputStride: Int, _ rows: Int, _ channels: Int,
    _ vectors: (Vector, Vector) -> Vector, _ scalars: (Float, Float) -> Float
) {
    var row = 0
    while row < rows {
        let a = left + row &* leftStride
        let b = right + row &* rightStride
        let pixel = output + row &* outputStride
        var c = 0
        while c &+ vectorWidth <= channels {
            store(vectors(load(a + c), load(b + c)), pixel + c)
            c &+= vectorWidth
        }
        while c < channels {
            pixel[c] = scalars(a[c], b[c])
            c &+= 1
        }
        row &+= 1
    }
}

@inline(__always)
private func combine(
    _ first: UnsafePointer<Float>, _ firstStride: Int, _ second: UnsafePointer<Float>, _ secondStride: Int,
    _ third: UnsafePointer<Float>, _ thirdStride: Int, _ output: UnsafeMutablePointer<Float>, _ outputStride: Int,
    _ rows: Int, _ channels: Int, _ vectors: (Vector, Vector, Vector) -> Vector,
    _ scalars: (Float, Float, Float) -> Float
) {
    var row = 0
    while row < rows {
        let a = first + row &* firstStride
        let b = second + row &* secondStride
        let c = third + row &* thirdStride
        let pixel = output + row &* outputStride
        var i = 0
        while i &+ vectorWidth <= channels {
            store(vectors(load(a + i), load(b + i), load(c + i)), pixel + i)
            i &+= vectorWidth
        }
        while i < channels {
            pixel[i] = scalars(a[i], b[i], c[i])
            i &+= 1
        }
        row &+= 1
    }
}
