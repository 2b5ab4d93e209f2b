import WeightFiles

/// Names of previews: safe in every file system and in every URL, and never the same for two ids.
enum ReviewName {
    /// The longest name before the part that says which preview it is; file systems take 255 bytes.
    static let limit = 160

    /// Lowercase letters, digits, `-` and `_` as they are, other bytes as `~` and two digits: systems that take capital for
    /// small letters find different names, and none is a name that they reserve. Long names end in a digest of the id.
    static func of(_ id: String) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var name = Array("p-".utf8)
        for byte in id.utf8 {
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"),
                UInt8(ascii: "_"):
                name.append(byte)
            default: name.append(contentsOf: [UInt8(ascii: "~"), digits[Int(byte >> 4)], digits[Int(byte & 15)]])
            }
        }
        guard name.count > limit else { return String(decoding: name, as: UTF8.self) }
        let digest = SHA256.hexDigest(of: id)
        return String(decoding: name.prefix(limit - 66), as: UTF8.self) + "~~" + digest
    }
}
