// swift-tools-version: 6.2
import PackageDescription

// Fuzz targets, apart from the main manifest because they link libFuzzer: see `run`.
let package = Package(
    name: "Fuzz",
    platforms: [.macOS(.v15)],
    dependencies: [.package(name: "swift-matting", path: "../..", traits: ["WebP", "TIFF", "HEIF"])],
    targets: [
        .target(name: "CFuzz"),
        .executableTarget(
            name: "FuzzGraphs", dependencies: ["CFuzz", .product(name: "Matting", package: "swift-matting")]),
        .executableTarget(
            name: "FuzzImages", dependencies: ["CFuzz", .product(name: "Matting", package: "swift-matting")]),
        .executableTarget(
            name: "FuzzMattes", dependencies: ["CFuzz", .product(name: "Matting", package: "swift-matting")]),
        .executableTarget(
            name: "FuzzVideo", dependencies: ["CFuzz", .product(name: "Matting", package: "swift-matting")]),
        .executableTarget(
            name: "FuzzWeights", dependencies: ["CFuzz", .product(name: "Matting", package: "swift-matting")]),
    ]
)
