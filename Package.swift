// swift-tools-version: 6.2
import PackageDescription

// The target list is the architecture; arrows point one way:
// KernelInterface <- Kernels (three times) <- KernelDispatch <- {TensorCore, Raster},
// TensorCore <- {WeightFiles <- MattingNetworks, MatteRefinement, MatteSolving} <- Matting,
// Raster <- {ImageCodecs, VideoStreams} <- Matting <- MatteEvaluation <- matte,
// Matting <- MattingBatch <- matte,
// and Threads and Files below all of them.

/// Kernels are pointer loops over plain numbers; without optimisation they are a hundred times slower, so they are
/// optimised in debug builds too. Bounds are the callers' duty: each operator derives every pointer from its shapes.
///
/// In debug builds files are compiled one by one, and a fused multiply-add from another file would be a call: the whole
/// module is compiled at once instead.
func kernelSettings(_ flags: [String] = []) -> [SwiftSetting] {
    [
        .unsafeFlags(["-Ounchecked"] + flags),
        .unsafeFlags(["-disable-batch-mode", "-wmo", "-num-threads", "1"], .when(configuration: .debug)),
    ]
}

/// The kernels once more for newer processors: the same sources (a link to `Sources/Kernels`) compiled with wider
/// instructions. `KernelDispatch` asks the processor once which of them to call.
///
/// A manifest sees the host's architecture, not the one that is compiled for. So the modules are there for every target,
/// and it is the sources that ask (`#if arch(x86_64)`): elsewhere they are the plain kernels once more, which nobody calls.
/// Instruction sets are asked for feature by feature, because a compiler for another architecture takes no name of an x86
/// processor, and leaves unknown features aside with a remark.
func wideKernels(_ name: String, define: String, features: [String], vectorBits: Int) -> Target {
    let arguments = features.flatMap { ["-target-feature", "+\($0)"] } + ["-mprefer-vector-width=\(vectorBits)"]
    return .target(
        name: name, dependencies: ["KernelInterface"],
        swiftSettings: [.define(define)]
            + kernelSettings(arguments.flatMap { ["-Xcc", "-Xclang", "-Xcc", $0] }))
}

/// What x86-64-v3 has beyond the baseline.
let avx2 = [
    "avx", "avx2", "bmi", "bmi2", "crc32", "cx16", "f16c", "fma", "lzcnt", "movbe", "popcnt", "sahf", "sse3", "sse4.1",
    "sse4.2", "ssse3", "xsave",
]
/// What x86-64-v4 has beyond the baseline.
let avx512 = avx2 + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl", "evex512"]

/// Loops over pixels or references, with all checks: optimised in debug builds too, for test runs of seconds.
let loopSettings: [SwiftSetting] = [.unsafeFlags(["-O"])]

let package = Package(
    name: "swift-matting",
    platforms: [.macOS(.v15)],
    products: [
        .library(name: "Matting", targets: ["Matting"]),
        .library(name: "MatteEvaluation", targets: ["MatteEvaluation"]),
        .library(name: "MattingNetworks", targets: ["MattingNetworks"]),
        .library(name: "MattingBatch", targets: ["MattingBatch"]),
        .executable(name: "matte", targets: ["matte"]),
    ],
    traits: [
        .trait(name: "WebP", description: "Reads and writes WebP: needs libwebp."),
        .trait(name: "TIFF", description: "Reads TIFF: needs libtiff 4.5."),
        .trait(name: "HEIF", description: "Reads HEIC and AVIF: needs libheif 1.15."),
    ],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.0"),
        // For `rules.yaml` of MattingBatch alone: whoever embeds Matting does not fetch it.
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    ],
    targets: [
        // MARK: C libraries
        .systemLibrary(
            name: "CZ", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"]), .brew(["zlib"])]),
        .systemLibrary(
            name: "CPNG", pkgConfig: "libpng", providers: [.apt(["libpng-dev"]), .brew(["libpng"])]),
        .systemLibrary(
            name: "CJPEG", pkgConfig: "libjpeg", providers: [.apt(["libjpeg-dev"]), .brew(["jpeg-turbo"])]),
        .systemLibrary(
            name: "CWebP", pkgConfig: "libwebp", providers: [.apt(["libwebp-dev"]), .brew(["webp"])]),
        .systemLibrary(
            name: "CTIFF", pkgConfig: "libtiff-4", providers: [.apt(["libtiff-dev"]), .brew(["libtiff"])]),
        .systemLibrary(
            name: "CHEIF", pkgConfig: "libheif", providers: [.apt(["libheif-dev"]), .brew(["libheif"])]),
        // What a trait brings is not looked for without it.
        .target(
            name: "CImageCodecs",
            dependencies: [
                "CPNG", "CJPEG", .target(name: "CWebP", condition: .when(traits: ["WebP"])),
                .target(name: "CTIFF", condition: .when(traits: ["TIFF"])),
                .target(name: "CHEIF", condition: .when(traits: ["HEIF"])),
            ],
            cSettings: [
                .define("CIC_WEBP", .when(traits: ["WebP"])), .define("CIC_TIFF", .when(traits: ["TIFF"])),
                .define("CIC_HEIF", .when(traits: ["HEIF"])),
            ]),

        // MARK: Engine
        .target(name: "Threads"),
        .target(name: "Files", swiftSettings: loopSettings),
        .target(name: "KernelInterface"),
        .target(
            name: "Kernels", dependencies: ["KernelInterface"], swiftSettings: kernelSettings()),
        wideKernels("KernelsAVX2", define: "KERNELS_AVX2", features: avx2, vectorBits: 256),
        wideKernels("KernelsAVX512", define: "KERNELS_AVX512", features: avx512, vectorBits: 512),
        .target(
            name: "KernelDispatch",
            dependencies: ["KernelInterface", "Kernels", "KernelsAVX2", "KernelsAVX512", "Threads"]),
        .target(name: "TensorCore", dependencies: ["KernelInterface", "KernelDispatch", "Threads"]),

        // MARK: Pictures, films, weights
        .target(
            name: "Raster", dependencies: ["KernelInterface", "KernelDispatch", "Threads"], swiftSettings: loopSettings),
        .target(
            name: "ImageCodecs", dependencies: ["CImageCodecs", "CZ", "Files", "Raster", "Threads"],
            swiftSettings: loopSettings),
        .target(
            name: "VideoStreams", dependencies: ["Files", "KernelInterface", "KernelDispatch", "Raster", "Threads"],
            swiftSettings: loopSettings),
        .target(name: "WeightFiles", dependencies: ["CZ", "TensorCore", "Files"]),

        // MARK: Networks and refinement
        .target(
            name: "MattingNetworks",
            dependencies: ["Files", "TensorCore", "KernelInterface", "KernelDispatch", "WeightFiles", "Threads"]),
        .target(
            name: "MatteRefinement",
            dependencies: ["TensorCore", "KernelInterface", "KernelDispatch", "Raster", "Threads"],
            swiftSettings: loopSettings),
        .target(
            name: "MatteSolving", dependencies: ["TensorCore", "KernelInterface", "KernelDispatch", "Threads"],
            swiftSettings: loopSettings),

        // MARK: Public face
        .target(
            name: "DefaultWeights", path: "Weights",
            exclude: ["README.md", "coarse.safetensors", "conversion", "convert.py", "edge.safetensors", "training"]),
        .target(
            name: "Matting",
            dependencies: [
                "DefaultWeights", "Files", "ImageCodecs", "KernelDispatch", "KernelInterface", "MatteRefinement",
                "MatteSolving", "MattingNetworks", "Raster", "TensorCore", "Threads", "VideoStreams", "WeightFiles",
            ]),
        .target(
            name: "MatteEvaluation",
            dependencies: [
                "Files", "ImageCodecs", "KernelDispatch", "MatteRefinement", "Matting", "MattingNetworks", "Raster",
                "TensorCore", "Threads", "WeightFiles",
            ]),
        .target(
            name: "MattingBatch",
            dependencies: [
                "Files", "ImageCodecs", "Matting", "Raster", "TensorCore", "Threads", "WeightFiles",
                .product(name: "Yams", package: "Yams"),
            ]),
        .executableTarget(
            name: "matte",
            dependencies: [
                "Files", "ImageCodecs", "KernelDispatch", "MatteEvaluation", "Matting", "MattingBatch",
                "MattingNetworks", "Raster", "Threads", "VideoStreams", "WeightFiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ]),

        // MARK: Benchmarks
        .executableTarget(
            name: "MattingBenchmarks",
            dependencies: [
                "ImageCodecs", "KernelDispatch", "MatteEvaluation", "Matting", "MattingNetworks", "Raster",
                "TensorCore", "TestSupport", "Threads", "WeightFiles",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
            ],
            path: "Benchmarks/MattingBenchmarks"),

        // MARK: Tests
        .target(
            name: "TestSupport", dependencies: ["TensorCore", "KernelDispatch", "KernelInterface", "Threads"],
            path: "Tests/TestSupport", swiftSettings: loopSettings),
        .target(
            name: "PictureTestSupport",
            dependencies: ["ImageCodecs", "Matting", "Raster", "TestSupport", "VideoStreams"],
            path: "Tests/PictureTestSupport", swiftSettings: loopSettings),
        .testTarget(name: "ThreadsTests", dependencies: ["Threads"]),
        .testTarget(name: "FilesTests", dependencies: ["Files"]),
        .testTarget(
            name: "TensorCoreTests",
            dependencies: ["TensorCore", "KernelDispatch", "KernelInterface", "Threads", "TestSupport"]),
        .testTarget(name: "RasterTests", dependencies: ["Raster", "PictureTestSupport"]),
        .testTarget(
            name: "ImageCodecsTests", dependencies: ["ImageCodecs", "CZ", "Files", "TestSupport"],
            exclude: ["Fixtures/generate.py", "Fixtures/generate-heif.py"], resources: [.copy("Fixtures")]),
        .testTarget(
            name: "VideoStreamsTests", dependencies: ["VideoStreams", "PictureTestSupport", "TestSupport", "Threads"]),
        .testTarget(name: "WeightFilesTests", dependencies: ["WeightFiles", "Files", "TestSupport", "Threads"]),
        .testTarget(
            name: "MattingNetworksTests",
            dependencies: ["Files", "MattingNetworks", "Threads", "TestSupport", "WeightFiles"]),
        .testTarget(
            name: "MatteRefinementTests", dependencies: ["MatteRefinement", "Raster", "Threads", "TestSupport"]),
        .testTarget(name: "MatteSolvingTests", dependencies: ["MatteSolving", "TensorCore", "Threads", "TestSupport"]),
        .testTarget(
            name: "MattingTests",
            dependencies: [
                "Matting", "Files", "MattingNetworks", "Threads", "matte", "PictureTestSupport", "TestSupport",
            ]),
        .testTarget(
            name: "MattingBatchTests",
            dependencies: ["MattingBatch", "ImageCodecs", "Files", "Matting", "PictureTestSupport", "Raster"]),
        .testTarget(
            name: "MatteEvaluationTests", dependencies: ["MatteEvaluation", "PictureTestSupport", "TestSupport"]),
    ],
    swiftLanguageModes: [.v6],
    cLanguageStandard: .c2x
)
