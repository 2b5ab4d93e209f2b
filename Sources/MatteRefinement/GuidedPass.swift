import TensorCore
import Threads

/// A guided filter's regression over a whole picture: tiles cut by shape, shared out among threads.
struct GuidedPass {
    let width: Int
    let height: Int
    let channels: Int
    let radius: Int
    let epsilon: Float
    let trust: GuidedTrust

    /// Tiles wide enough that the halo costs at most as much as the tile, and small enough that the windows of a tile
    /// stay in the second-level cache for the radii in use (some 150 KB at radius 8).
    private var tileWidth: Int { min(max(256, 4 * radius), width) }
    private var tileHeight: Int { min(max(128, 4 * radius), height) }

    /// A radius beyond the picture covers it all, as does one of the picture's size.
    init(width: Int, height: Int, channels: Int, radius: Int, epsilon: Float, trust: GuidedTrust = .full) {
        precondition(channels == 1 || channels == 3, "a guide of \(channels) channels; it has 1 or 3")
        precondition(radius >= 0, "a window of radius \(radius)")
        precondition(epsilon > 0, "a regularisation of \(epsilon); it must be positive")
        self.width = width
        self.height = height
        self.channels = channels
        self.radius = min(radius, max(width, height))
        self.epsilon = epsilon
        self.trust = trust
    }

    /// Computes the averaged coefficients of the tiles that `isNeeded` selects; the closures are called on several
    /// threads, each row of a tile by one of them.
    ///
    /// - Parameters:
    ///   - load: see ``GuidedTileWorker/run(_:load:emit:)``.
    ///   - emit: takes a finished row of a tile and that row's coefficients.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``.
    func run(
        pool: ThreadPool,
        isNeeded: (_ rows: Range<Int>, _ columns: Range<Int>) -> Bool = { _, _ in true },
        load: (_ row: Int, _ columns: Range<Int>, _ planes: UnsafeMutablePointer<Float>, _ stride: Int) -> Void,
        emit: (_ row: Int, _ columns: Range<Int>, _ planes: UnsafePointer<Float>, _ stride: Int) -> Void
    ) throws(TensorError) {
        guard width > 0, height > 0 else { return }
        var tiles: [GuidedTile] = []
        for top in stride(from: 0, to: height, by: tileHeight) {
            for left in stride(from: 0, to: width, by: tileWidth) {
                let rows = top..<min(top + tileHeight, height)
                let columns = left..<min(left + tileWidth, width)
                guard isNeeded(rows, columns) else { continue }
                tiles.append(GuidedTile(width: width, height: height, rows: rows, columns: columns, radius: radius))
            }
        }
        if tiles.isEmpty { return }
        var workers: [GuidedTileWorker] = []
        for _ in 0..<(tiles.count == 1 ? 1 : pool.threadCount) {
            workers.append(
                try GuidedTileWorker(
                    channels: channels, width: width, height: height, tileHeight: tileHeight, tileWidth: tileWidth,
                    radius: radius, epsilon: epsilon, trust: trust))
        }
        pool.forEach(tiles.count) { chunk, slot in
            let tile = tiles[chunk]
            workers[slot].run(tile, load: load) { row, planes, stride in emit(row, tile.columns, planes, stride) }
        }
    }
}
