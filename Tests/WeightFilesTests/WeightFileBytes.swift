import TensorCore

@testable import WeightFiles

/// Bytes of weight files written by hand, hostile ones included.
enum WeightFileBytes {
    /// The file with the given header and data; `length` lies about the header where it is given.
    static func make(header: String, data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
        make(headerBytes: Array(header.utf8), data: data, length: length)
    }

    static func make(headerBytes: [UInt8], data: [UInt8] = [], length: UInt64? = nil) -> [UInt8] {
        let length = length ?? UInt64(headerBytes.count)
        return (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + headerBytes + data
    }

    /// One tensor's entry: `"name":{"dtype":…}`.
    static func entry(
        _ name: String, _ type: String = "F32", shape: String = "[1]", offsets: String = "[0,4]"
    ) -> String {
        "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":\(shape),\"data_offsets\":\(offsets)}"
    }

    /// The little-endian bytes of `values`.
    static func bytes<Value: FixedWidthInteger>(_ values: [Value]) -> [UInt8] {
        values.flatMap { value in withUnsafeBytes(of: value.littleEndian) { Array($0) } }
    }

    static func bytes(_ values: [Float]) -> [UInt8] { bytes(values.map(\.bitPattern)) }
}

extension WeightFile {
    /// The file that `bytes` are, called "test".
    init(
        _ bytes: [UInt8], limits: WeightLimits = .default, verifyingChecksum: Bool = true
    ) throws(WeightError) {
        // A closure of `withUnsafeBytes` cannot throw typed errors in every compiler, a result can be returned.
        let result = bytes.withUnsafeBytes { buffer in
            Result { () throws(WeightError) in
                try WeightFile(copying: buffer, name: "test", limits: limits, verifyingChecksum: verifyingChecksum)
            }
        }
        self = try result.get()
    }

    /// A file of one header and its data.
    init(header: String, data: [UInt8] = [], limits: WeightLimits = .default) throws(WeightError) {
        try self.init(WeightFileBytes.make(header: header, data: data), limits: limits)
    }
}
