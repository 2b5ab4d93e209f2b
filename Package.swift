// swift-tools-version: 6.2
import PackageDescription

// The target list is the architecture: arrows point one way,
// {Kernels, Threads} <- TensorCore <- {MattingNetworks, MatteRefinement} <- Matting <- matte, and
// Threads <- ImageCodecs <- Matting.

/// Kernels are pointer loops over plain numbers; without optimisation they are a hundred times slower, so they are
/// optimised in debug builds too. Bounds are the callers' duty: each operator derives every pointer from its shapes.
let kernelSettings: [SwiftSetting] = [.unsafeFlags(["-Ounchecked"])]

/// Loops over pixels or references, with all checks: optimised in debug builds too, for test runs of seconds.
let loopSettings: [SwiftSetting] = [.unsafeFlags(["-O"])]

let package = Package(
    name: "swift-matting",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Matting", targets: ["Matting"]),
        .executable(name: "matte", targets: ["matte"]),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0")
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(name: "CBLAS", pkgConfig: "openblas", providers: [.apt(["libopenblas-dev"])]),
        .systemLibrary(name: "CZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"])]),
        .systemLibrary(name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"])]),
        .target(name: "CImageCodecs", dependencies: ["CPNG", "CJPEG"]),

        // MARK: Engine
        .target(name: "Threads"),
        .target(name: "Kernels", swiftSettings: kernelSettings),
        .target(name: "TensorCore", dependencies: ["CBLAS", "Kernels", "Threads"]),
        .target(name: "ImageCodecs", dependencies: ["CImageCodecs", "CZ", "Threads"], swiftSettings: loopSettings),
        .target(name: "MattingNetworks", dependencies: ["TensorCore", "Kernels", "Threads"]),
        .target(name: "MatteRefinement", dependencies: ["TensorCore", "Kernels", "Threads"]),

        // MARK: Public face
        .target(name: "DefaultWeights", path: "Weights", exclude: ["README.md", "default.safetensors", "training"]),
        .target(
            name: "Matting",
            dependencies: [
                "ImageCodecs", "Kernels", "Threads", "TensorCore", "MattingNetworks", "MatteRefinement",
                "DefaultWeights",
            ]),
        .executableTarget(
            name: "matte",
            dependencies: ["Matting", .product(name: "ArgumentParser", package: "swift-argument-parser")]),

        // MARK: Benchmarks
        .executableTarget(
            name: "MattingBenchmarks",
            dependencies: [
                "Matting", "MattingNetworks", "TensorCore", "Threads", "TestSupport",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/MattingBenchmarks"),

        // MARK: Tests
        .target(
            name: "TestSupport", dependencies: ["TensorCore", "Kernels", "Threads"], path: "Tests/TestSupport",
            swiftSettings: loopSettings),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
        .testTarget(name: "TensorCoreTests", dependencies: ["TensorCore", "Kernels", "Threads", "TestSupport"]),
        .testTarget(
            name: "ImageCodecsTests", dependencies: ["ImageCodecs", "CZ"], exclude: ["Fixtures/generate.py"],
            resources: [.copy("Fixtures")]),
        .testTarget(name: "MattingNetworksTests", dependencies: ["MattingNetworks", "Threads", "TestSupport"]),
        .testTarget(name: "MatteRefinementTests", dependencies: ["MatteRefinement", "Threads", "TestSupport"]),
        .testTarget(name: "MattingTests", dependencies: ["Matting", "Threads", "matte", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
