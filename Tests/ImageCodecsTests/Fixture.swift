import Foundation

/// Files written by `Fixtures/generate.py`.
enum Fixture {
    /// JPEG files of 45 x 35 pixels, all of the same scene.
    static let scenes = [
        "gray", "rgb-444", "rgb-422", "rgb-420", "rgb-stored", "progressive", "progressive-gray", "restart", "cmyk",
        "ycck", "profile",
    ]

    static func path(_ name: String) -> String {
        "\(Bundle.module.resourcePath ?? Bundle.module.bundlePath)/Fixtures/\(name)"
    }

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name))))
    }
}
