import TensorCore

/// Several planes of one size in one buffer, `[count][height][width]`; zero at first.
struct PlaneStack: Sendable {
    let width: Int
    let height: Int
    let count: Int
    private let memory: FloatBuffer

    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    init(width: Int, height: Int, count: Int) throws(TensorError) {
        self.width = width
        self.height = height
        self.count = count
        memory = try FloatBuffer(count: width * height * count, zeroed: true, purpose: "\(count) reduced planes")
    }

    func plane(_ index: Int) -> UnsafeMutablePointer<Float> { memory.base + index * width * height }
    func row(_ plane: Int, _ row: Int) -> UnsafeMutablePointer<Float> { self.plane(plane) + row * width }

    /// Copies the columns of a row of all planes to planar rows `stride` floats apart.
    func read(
        _ row: Int, _ columns: Range<Int>, into target: UnsafeMutablePointer<Float>, stride: Int
    ) {
        for plane in 0..<count {
            let source = self.row(plane, row) + columns.lowerBound
            (target + plane * stride).update(from: source, count: columns.count)
        }
    }

    /// Copies planar rows `stride` floats apart to the columns of a row of `planes` (all if nil).
    func write(
        _ row: Int, _ columns: Range<Int>, planes: Range<Int>? = nil, from source: UnsafePointer<Float>, stride: Int
    ) {
        for (slot, plane) in (planes ?? 0..<count).enumerated() {
            let target = self.row(plane, row) + columns.lowerBound
            target.update(from: source + slot * stride, count: columns.count)
        }
    }
}
