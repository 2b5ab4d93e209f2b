import ArgumentParser
import Matting

extension Cut {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case png, jpeg

        var imageFormat: ImageFormat { self == .png ? .png : .jpeg }
    }

    struct Compression: ExpressibleByArgument {
        let value: PNGCompression

        init(_ value: PNGCompression) { self.value = value }

        init?(argument: String) {
            switch argument {
            case "fast": self.init(.fast)
            case "balanced": self.init(.balanced)
            case "smallest": self.init(.smallest)
            default:
                guard let level = Int(argument), (0...9).contains(level) else { return nil }
                self.init(.level(level))
            }
        }

        var defaultValueDescription: String { "fast" }
    }
}
