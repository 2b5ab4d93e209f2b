extension VectorKernels {
    /// 4a(1 − a) for each value of a matte, 0 where it is certain and 1 in the middle.
    @inline(never)
    package static func softness(
        _ matte: UnsafePointer<Float>, _ result: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            result[x] = 4 * matte[x] * (1 - matte[x])
            x &+= 1
        }
    }

    /// 1 where a value is above the threshold; others keep what was there.
    @inline(never)
    package static func markAbove(
        _ values: UnsafePointer<Float>, threshold: Float, _ marks: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            marks[x] = values[x] > threshold ? 1 : marks[x]
            x &+= 1
        }
    }

    /// The larger of two values.
    @inline(never)
    package static func raise(_ values: UnsafeMutablePointer<Float>, to others: UnsafePointer<Float>, count: Int) {
        var x = 0
        while x < count {
            values[x] = others[x] > values[x] ? others[x] : values[x]
            x &+= 1
        }
    }

    /// A row of a crop for the edge network, fourteen values a pixel: the picture's colour, the matte, the colours of
    /// subject and background, how far the picture's is on the way from the background's to the subject's, how near that
    /// way it is, and how well the two can be told apart, all as 2v − 1; then the band.
    ///
    /// The planes are `stride` apart: `channels` (1 grey, 3 colour) of the picture, matte, band, the subject's colour and its
    /// spread, the background's colour and its spread. Grey counts three times. Pixels from `count` to `width` repeat the
    /// last one.
    @inline(never)
    package static func cropRow(
        _ planes: UnsafePointer<Float>, stride: Int, channels: Int, count: Int, width: Int,
        _ output: UnsafeMutablePointer<Float>
    ) {
        // The training has the same three (`Weights/training/edge/colours.py`).
        let leastContrast: Float = 2e-3
        let largestDistance: Float = 0.25
        let leastSpread: Float = 1e-3
        let matte = planes + channels &* stride
        let subject = matte + 2 &* stride
        let background = subject + (channels &+ 1) &* stride
        var x = 0
        while x < width {
            let column = x < count ? x : count &- 1
            let pixel = output + 14 &* x
            var (along, square): (Float, Float) = (0, 0)
            var c = 0
            while c < 3 {
                let place = (channels == 3 ? c : 0) &* stride &+ column
                let (color, ours, theirs) = (planes[place], subject[place], background[place])
                along += (color - theirs) * (ours - theirs)
                square += (ours - theirs) * (ours - theirs)
                pixel[c] = 2 * color - 1
                pixel[4 &+ c] = 2 * ours - 1
                pixel[7 &+ c] = 2 * theirs - 1
                c &+= 1
            }
            let free = along / (square + leastContrast)
            let share = free < 0 ? 0 : free > 1 ? 1 : free
            var aside: Float = 0
            c = 0
            while c < 3 {
                let place = (channels == 3 ? c : 0) &* stride &+ column
                let beside = planes[place] - background[place] - share * (subject[place] - background[place])
                aside += beside * beside
                c &+= 1
            }
            let far = aside.squareRoot() / largestDistance
            let contrast = square.squareRoot()
            let spread = subject[channels &* stride &+ column] + background[channels &* stride &+ column] + leastSpread
            pixel[3] = 2 * matte[column] - 1
            pixel[10] = 2 * share - 1
            pixel[11] = 1 - 2 * (far < 1 ? far : 1)
            pixel[12] = 2 * contrast / (contrast + spread) - 1
            pixel[13] = matte[stride &+ column]
            x &+= 1
        }
    }

    /// `change = change · (alpha − base)`, alpha stretched so that values up to `deadZone` become 0 and from 1 minus it 1.
    @inline(never)
    package static func changeRow(
        _ change: UnsafeMutablePointer<Float>, alpha: UnsafePointer<Float>, base: UnsafePointer<Float>,
        deadZone: Float, count: Int
    ) {
        let scale = 1 / (1 - 2 * deadZone)
        var x = 0
        while x < count {
            let stretched = (alpha[x] - deadZone) * scale
            let bounded = stretched < 0 ? 0 : stretched > 1 ? 1 : stretched
            change[x] *= bounded - base[x]
            x &+= 1
        }
    }

    /// `values += weight · weights · change`.
    @inline(never)
    package static func addWeighted(
        _ change: UnsafePointer<Float>, weights: UnsafePointer<Float>, weight: Float,
        to values: UnsafeMutablePointer<Float>, count: Int
    ) {
        var x = 0
        while x < count {
            values[x] += weight * weights[x] * change[x]
            x &+= 1
        }
    }
}
