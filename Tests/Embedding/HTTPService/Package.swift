// swift-tools-version: 6.2
import PackageDescription

// A service over HTTP as somebody else would write it, on Hummingbird: a package of its own, so that the other clients
// of the library do not wait for a server's dependencies to be built.
let package = Package(
    name: "matting-service",
    platforms: [.macOS(.v15)],
    traits: [
        .trait(name: "WebP", description: "Answers WebP and takes it: needs libwebp."),
        .default(enabledTraits: ["WebP"]),
    ],
    dependencies: [
        .package(
            name: "swift-matting", path: "../../..",
            traits: [.trait(name: "WebP", condition: .when(traits: ["WebP"]))]),
        .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.0", traits: ["FullFoundation"]),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.14.0"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.0"),
        .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
        .package(url: "https://github.com/apple/swift-nio-extras", from: "1.34.0"),
        .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.0.0"),
    ],
    targets: [
        .executableTarget(
            name: "MattingService",
            dependencies: [
                .product(name: "Matting", package: "swift-matting"),
                .product(name: "Hummingbird", package: "hummingbird"),
                .product(name: "HummingbirdCore", package: "hummingbird"),
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
                .product(name: "NIOCore", package: "swift-nio"),
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "NIOPosix", package: "swift-nio"),
                .product(name: "HTTPTypes", package: "swift-http-types"),
                .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
                .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
            ])
    ],
    swiftLanguageModes: [.v6]
)
