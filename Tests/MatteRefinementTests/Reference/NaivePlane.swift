import TensorCore

/// A plane of doubles with the operations of the reference filter, written for clarity.
struct NaivePlane {
    let width: Int
    let height: Int
    var values: [Double]

    init(width: Int, height: Int, _ value: (_ x: Int, _ y: Int) -> Double) {
        self.width = width
        self.height = height
        values = (0..<height).flatMap { y in (0..<width).map { x in value(x, y) } }
    }

    /// One channel of a tensor.
    init(_ tensor: Tensor, channel: Int = 0) {
        let (values, shape) = (tensor.values, tensor.shape)
        self.init(width: shape.width, height: shape.height) { x, y in
            Double(values[(y * shape.width + x) * shape.channels + channel])
        }
    }

    subscript(x: Int, y: Int) -> Double {
        get { values[y * width + x] }
        set { values[y * width + x] = newValue }
    }

    /// The pixels within `radius` rows and columns.
    func window(_ x: Int, _ y: Int, _ radius: Int) -> [(x: Int, y: Int)] {
        (max(y - radius, 0)...min(y + radius, height - 1)).flatMap { row in
            (max(x - radius, 0)...min(x + radius, width - 1)).map { ($0, row) }
        }
    }

    func boxMean(radius: Int) -> NaivePlane {
        NaivePlane(width: width, height: height) { x, y in
            let window = self.window(x, y, radius)
            return window.reduce(0) { $0 + self[$1.x, $1.y] } / Double(window.count)
        }
    }

    /// Means over blocks, the last ones cut at the border.
    func reduced(by factor: Int) -> NaivePlane {
        NaivePlane(width: (width + factor - 1) / factor, height: (height + factor - 1) / factor) { x, y in
            var (sum, count) = (0.0, 0.0)
            for row in y * factor..<min((y + 1) * factor, height) {
                for column in x * factor..<min((x + 1) * factor, width) {
                    sum += self[column, row]
                    count += 1
                }
            }
            return sum / count
        }
    }

    /// Bilinear, half-pixel centres, borders repeated.
    func enlarged(by factor: Int, width: Int, height: Int) -> NaivePlane {
        func place(_ index: Int, _ count: Int) -> (Int, Int, Double) {
            let position = min(max((Double(index) + 0.5) / Double(factor) - 0.5, 0), Double(count - 1))
            let first = Int(position)
            return (first, min(first + 1, count - 1), position - Double(first))
        }
        return NaivePlane(width: width, height: height) { x, y in
            let (left, right, u) = place(x, self.width)
            let (top, bottom, v) = place(y, self.height)
            let above = self[left, top] * (1 - u) + self[right, top] * u
            let below = self[left, bottom] * (1 - u) + self[right, bottom] * u
            return above * (1 - v) + below * v
        }
    }
}
