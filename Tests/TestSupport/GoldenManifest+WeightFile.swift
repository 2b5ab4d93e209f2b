extension GoldenManifest {
    /// A safetensors file of the formula's weights, as a researcher's bare `state_dict` would be: no metadata, 32-bit
    /// floats, names in alphabetical order.
    ///
    /// Deliberately not the library's own writer: a mistake there must not be able to hide here.
    ///
    /// - Parameter rename: what a tensor is called in the file; nil leaves it out.
    package func weightFileBytes(renaming rename: (String) -> String? = { $0 }) -> [UInt8] {
        let names = tensors.keys.filter { rename($0) != nil }.sorted()
        var entries: [String] = []
        var offset = 0
        for name in names {
            let shape = tensors[name] ?? []
            let end = offset + 4 * shape.reduce(1, *)
            let dimensions = shape.map(String.init).joined(separator: ",")
            entries.append(
                "\"\(rename(name) ?? name)\":{\"dtype\":\"F32\",\"shape\":[\(dimensions)],\"data_offsets\":[\(offset),\(end)]}"
            )
            offset = end
        }
        var header = Array("{\(entries.joined(separator: ","))}".utf8)
        while header.count % 8 != 0 { header.append(UInt8(ascii: " ")) }

        var bytes: [UInt8] = []
        bytes.reserveCapacity(8 + header.count + offset)
        withUnsafeBytes(of: UInt64(header.count).littleEndian) { bytes.append(contentsOf: $0) }
        bytes.append(contentsOf: header)
        for name in names {
            (values(name) ?? []).withUnsafeBytes { bytes.append(contentsOf: $0) }
        }
        return bytes
    }
}
