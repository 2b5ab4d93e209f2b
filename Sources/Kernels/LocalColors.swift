extension VectorKernels {
    /// A row of cells made ready for sums: colours, matte and band become the subject's weighted colours, weighted square
    /// and weight, then the background's, `planeStride` floats from plane to plane.
    ///
    /// Weights are matte² and (1 − matte)², each times 1 − band + `uncertain`; the square is that of all channels. The
    /// planes grow from `channels` + 2 to twice `channels` + 2 in place.
    @inline(never)
    package static func localColorWeights(
        _ row: UnsafeMutablePointer<Float>, planeStride: Int, channels: Int, uncertain: Float, count: Int
    ) {
        let background = row + (channels &+ 2) &* planeStride
        var x = 0
        while x < count {
            let matte = row[channels &* planeStride &+ x]
            let certain = 1 - row[(channels &+ 1) &* planeStride &+ x] + uncertain
            let ours = matte * matte * certain
            let theirs = (1 - matte) * (1 - matte) * certain
            var square: Float = 0
            var c = 0
            while c < channels {
                let color = row[c &* planeStride &+ x]
                square += color * color
                row[c &* planeStride &+ x] = color * ours
                background[c &* planeStride &+ x] = color * theirs
                c &+= 1
            }
            row[channels &* planeStride &+ x] = square * ours
            row[(channels &+ 1) &* planeStride &+ x] = ours
            background[channels &* planeStride &+ x] = square * theirs
            background[(channels &+ 1) &* planeStride &+ x] = theirs
            x &+= 1
        }
    }

    /// `total += factor · sums`.
    @inline(never)
    package static func addScaled(
        _ sums: UnsafePointer<Float>, factor: Float, to total: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            total[x] += factor * sums[x]
            x &+= 1
        }
    }

    /// Sums of weighted colours, squares and weights, planar, to mean colours and their spread, the root of the variances'
    /// sum. `gain` is how often a grey channel counts.
    @inline(never)
    package static func localColorMeans(
        _ sums: UnsafePointer<Float>, stride: Int, channels: Int, gain: Float, _ result: UnsafeMutablePointer<Float>,
        planeStride: Int, count: Int
    ) {
        let weights = sums + (channels &+ 1) &* stride
        var x = 0
        while x < count {
            let scale = 1 / weights[x]
            var variance = sums[channels &* stride &+ x] * scale
            var c = 0
            while c < channels {
                let mean = sums[c &* stride &+ x] * scale
                variance -= mean * mean
                result[c &* planeStride &+ x] = mean
                c &+= 1
            }
            result[channels &* planeStride &+ x] = (variance > 0 ? variance * gain : 0).squareRoot()
            x &+= 1
        }
    }
}
