import MatteRefinement

/// ``GuidedUpsampling`` by its description, in double precision: every window summed anew, nothing left out where the
/// bounds leave nothing to decide. For small pictures.
struct NaiveGuidedUpsampling {
    let options: GuidedUpsampling

    func callAsFunction(_ matte: NaivePlane, guide: [NaivePlane]) -> NaivePlane {
        let (width, height) = (guide[0].width, guide[0].height)
        func side(_ width: Int, _ height: Int) -> Double { Double(width * height).squareRoot() }
        let coarseSide = side(matte.width, matte.height)
        let factor = max(Int(side(width, height) / (coarseSide * Double(options.workingScale))), 1)
        let means = guide.map { $0.reduced(by: factor) }
        let (columns, rows) = (means[0].width, means[0].height)
        let coarse = matte.shrunk(width: min(matte.width, columns), height: min(matte.height, rows))
            .map(withoutDeadZone)
        let near = coarse.extrema(radius: 1)
        let variation = NaivePlane(width: coarse.width, height: coarse.height) { near.high[$0, $1] - near.low[$0, $1] }
        let reach = coarse.extrema(radius: options.reach)
        func stretched(_ plane: NaivePlane) -> NaivePlane { plane.stretched(width: columns, height: rows) }
        let bounds = (low: stretched(reach.low), high: stretched(reach.high))
        let least = Double(options.leastWeight)
        let weight = stretched(variation).map { value in
            let steadiness = max(1 - value, 0)
            return least + (1 - least) * steadiness * steadiness * steadiness * steadiness
        }
        let scale = side(columns, rows) / coarseSide
        func window(_ radius: Float) -> Int {
            max(Int(min((Double(radius) * scale).rounded(), Double(max(columns, rows)))), 1)
        }
        var working = stretched(coarse)
        var fits = fit(working, means, weight, window(options.radius))
        if options.secondRadius > 0 {
            working = apply(fits, means, bounds)
            fits = fit(working, means, weight, window(options.secondRadius))
        }
        func fine(_ plane: NaivePlane) -> NaivePlane { plane.enlarged(by: factor, width: width, height: height) }
        return apply(fits.map(fine), guide, (fine(bounds.low), fine(bounds.high)))
    }

    private func withoutDeadZone(_ value: Double) -> Double {
        let zone = Double(options.deadZone)
        return min(max((value - zone) / (1 - 2 * zone), 0), 1)
    }

    private func apply(
        _ fits: [NaivePlane], _ guide: [NaivePlane], _ bounds: (low: NaivePlane, high: NaivePlane)
    ) -> NaivePlane {
        NaivePlane(width: guide[0].width, height: guide[0].height) { x, y in
            let value = guide.indices.reduce(fits[guide.count][x, y]) { $0 + fits[$1][x, y] * guide[$1][x, y] }
            return withoutDeadZone(min(max(value, bounds.low[x, y]), bounds.high[x, y]))
        }
    }

    /// The averaged coefficients of trusted fits, a plane a channel and b; what is not trusted falls to the matte.
    private func fit(_ p: NaivePlane, _ guide: [NaivePlane], _ weight: NaivePlane, _ radius: Int) -> [NaivePlane] {
        let count = guide.count
        var trusted = Array(repeating: p, count: count + 2)
        for y in 0..<p.height {
            for x in 0..<p.width {
                let window = p.window(x, y, radius)
                let total = window.reduce(0) { $0 + weight[$1.x, $1.y] }
                func mean(_ value: (Int, Int) -> Double) -> Double {
                    window.reduce(0) { $0 + weight[$1.x, $1.y] * value($1.x, $1.y) } / total
                }
                let meanP = mean { p[$0, $1] }
                let means = guide.map { plane in mean { plane[$0, $1] } }
                let covariances = guide.indices.map { i in mean { (guide[i][$0, $1] - means[i]) * (p[$0, $1] - meanP) }
                }
                var system = guide.indices.map { i in
                    guide.indices.map { j in
                        mean { (guide[i][$0, $1] - means[i]) * (guide[j][$0, $1] - means[j]) }
                            + (i == j ? Double(options.epsilon) : 0)
                    } + [covariances[i]]
                }
                let a = NaiveGuidedFilter.solve(&system)
                let explained = zip(a, covariances).reduce(0) { $0 + $1.0 * $1.1 }
                let variance = mean { (p[$0, $1] - meanP) * (p[$0, $1] - meanP) }
                // A variance below 1e-6 is none.
                let share = 1 - (variance - explained) / (variance + 1e-6)
                let (low, high) = (Double(options.trustedShare.lowerBound), Double(options.trustedShare.upperBound))
                let steepness = a.reduce(0) { $0 + $1 * $1 }
                let steepest = Double(options.steepestSlope) * Double(options.steepestSlope)
                let trust = min(max((share - low) / (high - low), 0), 1) * min(1, steepest / max(steepness, 1e-12))
                for channel in 0..<count { trusted[channel][x, y] = trust * a[channel] }
                trusted[count][x, y] = trust * (meanP - zip(a, means).reduce(0) { $0 + $1.0 * $1.1 })
                trusted[count + 1][x, y] = trust
            }
        }
        var averaged = trusted.map { $0.boxMean(radius: radius) }
        let trust = averaged.removeLast()
        for index in p.values.indices { averaged[count].values[index] += (1 - trust.values[index]) * p.values[index] }
        return averaged
    }
}

extension NaivePlane {
    fileprivate func map(_ change: (Double) -> Double) -> NaivePlane {
        NaivePlane(width: width, height: height) { change(self[$0, $1]) }
    }

    /// The least and the greatest value within `radius` rows and columns.
    fileprivate func extrema(radius: Int) -> (low: NaivePlane, high: NaivePlane) {
        func plane(_ choose: (Double, Double) -> Double) -> NaivePlane {
            NaivePlane(width: width, height: height) { x, y in
                window(x, y, radius).map { self[$0.x, $0.y] }.reduce(self[x, y], choose)
            }
        }
        return (plane(min), plane(max))
    }

    /// Means over the exact area of each pixel of a smaller plane.
    fileprivate func shrunk(width: Int, height: Int) -> NaivePlane {
        func shares(_ index: Int, _ count: Int, _ newCount: Int) -> [(Int, Double)] {
            let step = Double(count) / Double(newCount)
            return (0..<count).map {
                ($0, min(Double($0 + 1), Double(index + 1) * step) - max(Double($0), Double(index) * step))
            }
            .filter { $0.1 > 0 }
        }
        return NaivePlane(width: width, height: height) { x, y in
            var (sum, area) = (0.0, 0.0)
            for (row, tall) in shares(y, self.height, height) {
                for (column, wide) in shares(x, self.width, width) {
                    sum += self[column, row] * tall * wide
                    area += tall * wide
                }
            }
            return sum / area
        }
    }

    /// Bilinear to any larger size, half-pixel centres, borders repeated.
    fileprivate func stretched(width: Int, height: Int) -> NaivePlane {
        func place(_ index: Int, _ count: Int, _ newCount: Int) -> (Int, Int, Double) {
            let position = max((Double(index) + 0.5) * Double(count) / Double(newCount) - 0.5, 0)
            let first = min(Int(position), count - 1)
            return (first, min(first + 1, count - 1), position - Double(first))
        }
        return NaivePlane(width: width, height: height) { x, y in
            let (left, right, u) = place(x, self.width, width)
            let (top, bottom, v) = place(y, self.height, height)
            let above = self[left, top] * (1 - u) + self[right, top] * u
            let below = self[left, bottom] * (1 - u) + self[right, bottom] * u
            return above * (1 - v) + below * v
        }
    }
}
