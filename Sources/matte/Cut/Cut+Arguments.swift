import ArgumentParser
import ImageCodecs
import Matting

extension Cut {
    enum Format: String, ExpressibleByArgument, CaseIterable {
        case png, jpeg

        var imageFormat: ImageFormat { self == .png ? .png : .jpeg }
    }
}

extension MetadataPolicy: ExpressibleByArgument {}
