@testable import MatteRefinement

/// Multi-level foreground estimation (Germer et al. 2020) in double precision, a whole level at a time: the 2 × 2 system of
/// each pixel by its determinant, even rows and then odd ones.
enum NaiveForeground {
    /// - Parameter image: a plane for each channel.
    /// - Returns: the planes of the subject's colours, then those of the ground's.
    static func solve(
        image: [[Double]], alpha: [Double], width: Int, height: Int, _ estimation: ForegroundEstimation
    ) -> [[Double]] {
        var (planes, size) = (means(image, alpha, width, height), (width: 1, height: 1))
        for level in ForegroundEstimation.levels(width: width, height: height) {
            func nearest(_ plane: [Double], _ from: (width: Int, height: Int)) -> [Double] {
                (0..<level.width * level.height).map { index in
                    let (x, y) = (index % level.width, index / level.width)
                    return plane[y * from.height / level.height * from.width + x * from.width / level.width]
                }
            }
            planes = relaxed(
                planes.map { nearest($0, size) }, image: image.map { nearest($0, (width, height)) },
                alpha: nearest(alpha, (width, height)), level, estimation)
            size = level
        }
        return planes
    }

    private static func relaxed(
        _ start: [[Double]], image: [[Double]], alpha: [Double], _ size: (width: Int, height: Int),
        _ estimation: ForegroundEstimation
    ) -> [[Double]] {
        var planes = start
        let channels = image.count
        let isSmall = size.width <= estimation.coarseSide && size.height <= estimation.coarseSide
        for _ in 0..<(isSmall ? estimation.coarseIterations : estimation.iterations) {
            for parity in 0..<2 {
                // Within a row all pixels see the ones beside them as they were.
                let old = planes
                for y in 0..<size.height where y % 2 == parity {
                    for x in 0..<size.width {
                        let index = y * size.width + x
                        let neighbours = [
                            index - (x > 0 ? 1 : 0), index + (x + 1 < size.width ? 1 : 0),
                            index - (y > 0 ? size.width : 0), index + (y + 1 < size.height ? size.width : 0),
                        ]
                        let weights = neighbours.map {
                            Double(estimation.regularization)
                                + Double(estimation.gradientWeight) * abs(alpha[index] - alpha[$0])
                        }
                        let (a, b, sum) = (alpha[index], 1 - alpha[index], weights.reduce(0, +))
                        let (a00, a01, a11) = (a * a + sum, a * b, b * b + sum)
                        for c in 0..<channels {
                            let pairs = zip(weights, neighbours)
                            let b0 = a * image[c][index] + pairs.reduce(0) { $0 + $1.0 * old[c][$1.1] }
                            let b1 = b * image[c][index] + pairs.reduce(0) { $0 + $1.0 * old[channels + c][$1.1] }
                            let determinant = a00 * a11 - a01 * a01
                            planes[c][index] = min(max((a11 * b0 - a01 * b1) / determinant, 0), 1)
                            planes[channels + c][index] = min(max((a00 * b1 - a01 * b0) / determinant, 0), 1)
                        }
                    }
                }
            }
        }
        return planes
    }

    /// Weighted by the fourth power of how much of a pixel is subject, or ground, on a grid of at most 64 × 64 pixels.
    private static func means(_ image: [[Double]], _ alpha: [Double], _ width: Int, _ height: Int) -> [[Double]] {
        let (columns, rows) = (min(width, 64), min(height, 64))
        let pixels = (0..<columns * rows).map { index in
            index / columns * height / rows * width + index % columns * width / columns
        }
        return [alpha, alpha.map { 1 - $0 }].flatMap { share in
            let weights = pixels.map { share[$0] * share[$0] * share[$0] * share[$0] }
            let total = weights.reduce(0, +)
            return image.map { plane in
                [total > 0 ? zip(weights, pixels).reduce(0) { $0 + $1.0 * plane[$1.1] } / total : 0]
            }
        }
    }
}
