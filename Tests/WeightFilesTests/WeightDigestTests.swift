import Testing

@testable import WeightFiles

@Suite("Weight digest (SHA-256)")
struct WeightDigestTests {
    /// Vectors of FIPS 180-4's examples and NIST's CAVP short messages.
    @Test(
        "Standard vectors",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
            (
                "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
                "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1"
            ),
        ])
    func standardVectors(message: String, digest: String) {
        #expect(Array(message.utf8).withUnsafeBytes { SHA256.hexDigest(of: $0) } == digest)
    }

    /// FIPS 180-4's long example; it crosses every boundary of the pieces.
    @Test("A million letters, in pieces of odd sizes")
    func millionLetters() {
        let letters = [UInt8](repeating: UInt8(ascii: "a"), count: 1_000_000)
        var hash = SHA256()
        letters.withUnsafeBytes { bytes in
            var start = 0
            var size = 1
            while start < bytes.count {
                let end = min(start + size, bytes.count)
                hash.update(UnsafeRawBufferPointer(rebasing: bytes[start..<end]))
                start = end
                size = size * 3 % 10_007
            }
        }
        #expect(hash.finish() == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    /// Digests of 0, 1, 2 … `length - 1`, made with Python's hashlib; the lengths around a block's padding.
    @Test(
        "Padding",
        arguments: [
            (55, "463eb28e72f82e0a96c0a4cc53690c571281131f672aa229e0d45ae59b598b59"),
            (56, "da2ae4d6b36748f2a318f23e7ab1dfdf45acdc9d049bd80e59de82a60895f562"),
            (63, "29af2686fd53374a36b0846694cc342177e428d1647515f078784d69cdb9e488"),
            (64, "fdeab9acf3710362bd2658cdc9a29e8f9c757fcf9811603a8c447cd1d9151108"),
            (65, "4bfd2c8b6f1eec7a2afeb48b934ee4b2694182027e6d0fc075074f2fabb31781"),
        ])
    func padding(length: Int, digest: String) {
        let bytes = (0..<length).map { UInt8($0) }
        #expect(bytes.withUnsafeBytes { SHA256.hexDigest(of: $0) } == digest)
    }
}
