import Foundation
import TensorCore

/// What a fixture can lack.
package enum FixtureError: Error, CustomStringConvertible {
    case missing(path: String)
    case malformed(path: String, reason: String)
    case noTensor(name: String, path: String)

    package var description: String {
        switch self {
        case .missing(let path): "the fixture \(path) is missing"
        case .malformed(let path, let reason): "the fixture \(path) is malformed: \(reason)"
        case .noTensor(let name, let path): "the fixture \(path) has no tensor \(name)"
        }
    }
}

/// Files that lie beside the tests, found by the path of the test's own source.
package enum Fixtures {
    /// The path of `Fixtures/<name>` beside the calling source file or in a folder above it, up to `Tests`.
    package static func path(_ name: String, source: String = #filePath) throws -> String {
        var folder = URL(fileURLWithPath: source).deletingLastPathComponent()
        while folder.pathComponents.count > 1 {
            let candidate = folder.appendingPathComponent("Fixtures").appendingPathComponent(name)
            if FileManager.default.fileExists(atPath: candidate.path) { return candidate.path }
            if folder.lastPathComponent == "Tests" { break }
            folder.deleteLastPathComponent()
        }
        throw FixtureError.missing(path: "Fixtures/\(name)")
    }

    /// The bytes of a fixture.
    package static func bytes(_ name: String, source: String = #filePath) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: URL(fileURLWithPath: path(name, source: source))))
    }
}

/// Tensors recorded from a reference implementation: a safetensors file of 32-bit floats, in the framework's order.
///
/// Deliberately not the library's own reader: a mistake there must not be able to hide here.
package struct GoldenFile: Sendable {
    package struct Entry: Sendable {
        /// As in the file: `[N, C, H, W]` for maps.
        package let shape: [Int]
        package let values: [Float]
    }

    package let path: String
    package let entries: [String: Entry]

    package init(fixture name: String, source: String = #filePath) throws {
        try self.init(contentsOf: Fixtures.path(name, source: source))
    }

    package init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw FixtureError.missing(path: path) }
        try self.init(bytes: [UInt8](data), path: path)
    }

    package init(bytes: [UInt8], path: String) throws {
        func malformed(_ reason: String) -> FixtureError { .malformed(path: path, reason: reason) }
        guard bytes.count >= 8 else { throw malformed("no header length") }
        let headerCount = Int(truncatingIfNeeded: bytes[..<8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
        guard headerCount >= 0, headerCount <= bytes.count - 8 else { throw malformed("a header of \(headerCount)") }
        let header = try JSONDecoder().decode([String: Header].self, from: Data(bytes[8..<8 + headerCount]))
        let body = bytes[(8 + headerCount)...]

        self.path = path
        self.entries = try Dictionary(
            uniqueKeysWithValues: header.compactMap { name, header in
                guard let type = header.dtype, let shape = header.shape, let offsets = header.data_offsets else {
                    return nil  // "__metadata__"
                }
                let count = shape.reduce(1, *)
                guard type == "F32", offsets.count == 2, offsets[0] >= 0, offsets[1] <= body.count,
                    offsets[1] - offsets[0] == 4 * count
                else { throw malformed("tensor \(name)") }
                let values = body.withUnsafeBytes { raw in
                    (0..<count).map {
                        let bits = raw.loadUnaligned(fromByteOffset: offsets[0] + 4 * $0, as: UInt32.self)
                        return Float(bitPattern: UInt32(littleEndian: bits))
                    }
                }
                return (name, Entry(shape: shape, values: values))
            })
    }

    /// A map, from the file's `[N, C, H, W]` to our `[N, H, W, C]`. Shapes of lower rank get leading ones.
    package func tensor(_ name: String) throws -> Tensor {
        guard let entry = entries[name] else { throw FixtureError.noTensor(name: name, path: path) }
        let ones = [Int](repeating: 1, count: max(4 - entry.shape.count, 0))
        return try Tensor(nchw: ones + entry.shape, values: entry.values)
    }

    private struct Header: Decodable {
        let dtype: String?
        let shape: [Int]?
        // swift-format-ignore: AlwaysUseLowerCamelCase
        let data_offsets: [Int]?
    }
}

/// The names and shapes of a network's parameters, with the formula that fills them: `tensors.json` beside a golden file.
package struct GoldenManifest: Decodable, Sendable {
    package let architecture: String
    package let salt: UInt64
    package let gain: Double
    package let parameters: Int
    /// Shape of each parameter, by its name in the reference implementation's state dictionary.
    package let tensors: [String: [Int]]
    /// Parameters that the formula fills otherwise; nil for none.
    package private(set) var exceptions: [Exception]?

    /// What a parameter is scaled by whose name has a certain end: a gain in place of ``gain``, or its values' amplitude.
    package struct Exception: Decodable, Sendable {
        package let suffix: String
        package let gain: Double?
        package let amplitude: Double?
    }

    package init(fixture name: String, source: String = #filePath) throws {
        try self.init(contentsOf: Fixtures.path(name, source: source))
    }

    package init(contentsOf path: String) throws {
        guard let data = FileManager.default.contents(atPath: path) else { throw FixtureError.missing(path: path) }
        self = try JSONDecoder().decode(GoldenManifest.self, from: data)
    }

    /// The values of a parameter, in the framework's order; nil where the network has none of that name.
    package func values(_ name: String) -> [Float]? {
        tensors[name].map { shape in
            let exception = exceptions?.first { name.hasSuffix($0.suffix) }
            if let amplitude = exception?.amplitude {
                return FormulaWeights.uniform(name, count: shape.reduce(1, *), salt: salt).map { Float(amplitude * $0) }
            }
            return FormulaWeights.weight(name, shape: shape, salt: salt, gain: exception?.gain ?? gain)
        }
    }

    /// The same with the exceptions of another manifest.
    package func excepting(as other: GoldenManifest) -> GoldenManifest {
        var copy = self
        copy.exceptions = other.exceptions
        return copy
    }
}

extension Tensor {
    /// A tensor from values in `[N, C, H, W]` order, as PyTorch has them.
    package init(nchw shape: [Int], values: [Float]) throws {
        precondition(shape.count == 4 && values.count == shape.reduce(1, *), "\(values.count) values for \(shape)")
        let (channels, pixels) = (shape[1], shape[2] * shape[3])
        try self.init(
            shape: TensorShape(batch: shape[0], height: shape[2], width: shape[3], channels: channels)
        ) { target in
            for n in 0..<shape[0] {
                for c in 0..<channels {
                    let plane = (n * channels + c) * pixels
                    for pixel in 0..<pixels { target[(n * pixels + pixel) * channels + c] = values[plane + pixel] }
                }
            }
        }
    }
}
