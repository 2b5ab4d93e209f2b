/// What a PNG says of its colours beside a profile: chunks that are neither applied nor written again.
///
/// Colours without a profile are taken for sRGB. A picture of which its file says otherwise would come out in other
/// colours without a word, so this finds the word.
///
/// Source: Portable Network Graphics (PNG) Specification, third edition, section 11.3.2.
enum PNGColorSpace {
    /// In which way the colours are not sRGB; nil where they are, and where the file does not say.
    ///
    /// - Complexity: O(chunks before the pixels).
    static func deviation(in bytes: UnsafeRawBufferPointer) -> String? {
        var gamma: String?
        var primaries: String?
        var isDeclaredSRGB = false
        var rest = bytes.dropFirst(8)
        while rest.count >= 12 {
            let length = number(rest)
            guard length <= rest.count - 12 else { break }
            let data = rest.dropFirst(8).prefix(length)
            switch String(decoding: rest.dropFirst(4).prefix(4), as: UTF8.self) {
            case "cICP" where length == 4:
                // It outranks the others: primaries and transfer of sRGB, no matrix, full range.
                return data.elementsEqual([1, 13, 0, 1]) ? nil : "cICP \(data.map(String.init).joined(separator: " "))"
            case "sRGB": isDeclaredSRGB = true
            case "gAMA" where length == 4: gamma = deviation(ofGamma: number(data))
            case "cHRM" where length == 32: primaries = deviation(ofPrimaries: data)
            case "IDAT", "IEND": rest = rest.prefix(0)
            default: break
            }
            rest = rest.dropFirst(12 + length)
        }
        return isDeclaredSRGB ? nil : [gamma, primaries].compactMap { $0 }.first
    }

    /// libpng, too, takes gammas within a twentieth for the same.
    private static func deviation(ofGamma gamma: Int) -> String? {
        (43_182...47_728).contains(gamma) ? nil : "gAMA \(Double(gamma) / 100_000)"
    }

    /// White, red, green and blue as x and y in units of 1/100,000; libpng, too, takes those within 0.01 for the same.
    private static func deviation(ofPrimaries data: Slice<UnsafeRawBufferPointer>) -> String? {
        let standard = [31_270, 32_900, 64_000, 33_000, 30_000, 60_000, 15_000, 6_000]
        let isStandard = standard.enumerated().allSatisfy { abs(number(data.dropFirst(4 * $0)) - $1) <= 1_000 }
        return isStandard ? nil : "cHRM with other primaries"
    }

    /// The first four bytes, the highest first.
    private static func number(_ bytes: Slice<UnsafeRawBufferPointer>) -> Int {
        bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
