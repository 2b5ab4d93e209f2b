// swift-tools-version: 6.0
import PackageDescription

// A program of somebody else's that depends on the library: by path, or by version where MATTING_URL names a
// repository. It must stay buildable from outside, compiler flags of the kernels included.
let matting: Package.Dependency =
    if let url = Context.environment["MATTING_URL"] {
        .package(url: url, exact: "0.0.1")
    } else {
        .package(name: "swift-matting", path: "../..")
    }

let package = Package(
    name: "client",
    platforms: [.macOS(.v15)],
    dependencies: [matting],
    targets: [
        .executableTarget(name: "Client", dependencies: [.product(name: "Matting", package: "swift-matting")])
    ]
)
