import Matting

/// What was noticed about the frames of a film, each thing once: the frames of a film are mostly alike.
struct FrameWarnings {
    private struct Item {
        let text: String
        let firstFrame: Int
        var frameCount = 0
    }

    /// Frames of which each is damaged in its own way must not fill the memory, or the screen.
    private static let limit = 20

    private var items: [Item] = []
    private var unlistedCount = 0

    /// - Parameter frame: its number, from 1.
    mutating func add(_ warnings: some Sequence<some CustomStringConvertible>, frame: Int) {
        for text in warnings.map(\.description) {
            if let index = items.firstIndex(where: { $0.text == text }) {
                items[index].frameCount += 1
            } else if items.count < Self.limit {
                items.append(Item(text: text, firstFrame: frame, frameCount: 1))
            } else {
                unlistedCount += 1
            }
        }
    }

    /// A line a thing.
    var lines: [String] {
        let listed = items.map { item in
            let others = item.frameCount - 1
            let more = others == 0 ? "" : others == 1 ? ", and in another frame" : ", and in \(others) other frames"
            return "frame \(item.firstFrame): \(item.text)\(more)"
        }
        return listed + (unlistedCount > 0 ? ["\(unlistedCount) more warnings about frames"] : [])
    }
}
