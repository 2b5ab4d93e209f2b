// swift-tools-version: 6.0
import PackageDescription

// Programs of somebody else's that depend on the library: by path, or by version where MATTING_URL names a repository.
// They must stay buildable from outside, compiler flags of the kernels included.
let matting: Package.Dependency =
    if let url = Context.environment["MATTING_URL"] {
        .package(url: url, exact: "0.0.1")
    } else {
        .package(name: "swift-matting", path: "../..")
    }

/// What a client's own manifest needs: the dependency, the product, and nothing else.
let product: Target.Dependency = .product(name: "Matting", package: "swift-matting")

let package = Package(
    name: "client",
    platforms: [.macOS(.v15)],
    dependencies: [matting, .package(url: "https://github.com/apple/swift-nio", from: "2.80.0")],
    targets: [
        // Cuts a picture, from a file and from pixels of its own.
        .executableTarget(name: "Client", dependencies: [product]),
        // Has names of its own for what the library has too, and imports NIO beside it.
        .executableTarget(
            name: "Names",
            dependencies: [
                product, .product(name: "MatteEvaluation", package: "swift-matting"),
                .product(name: "NIOCore", package: "swift-nio"),
            ],
            // A client may ask that each member comes from a module that it imports.
            swiftSettings: [.enableUpcomingFeature("MemberImportVisibility")]),
        // Whether a program's other tasks go on while mattes are made.
        .executableTarget(name: "Ticks", dependencies: [product]),
        // Lists the public symbols of a compiler's symbol graphs.
        .executableTarget(name: "Symbols"),
        // Makes one of them, as documentation needs it.
        .executableTarget(name: "JoinedGraph"),
    ]
)
