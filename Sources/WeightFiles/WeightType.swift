/// How a weight file stores the values of a tensor; names and sizes are those of the safetensors format.
///
/// ``f32``, ``f16``, ``bf16``, ``i8`` and, rounded, ``f64`` can be read as floats. The others are known, so that a file which carries them
/// (PyTorch's `num_batches_tracked` is ``i64``) opens and lists them, but their values are not converted.
@nonexhaustive public enum WeightType: String, Sendable, Codable, CaseIterable, CustomStringConvertible {
    /// IEEE 754 single precision.
    case f32 = "F32"
    /// IEEE 754 half precision.
    case f16 = "F16"
    /// The upper half of a single-precision number.
    case bf16 = "BF16"
    /// Signed bytes; a second tensor, `<name>.scale` (floats, `[C]` or `[1]`), says what one step is worth.
    case i8 = "I8"
    /// IEEE 754 double precision.
    case f64 = "F64"
    /// A complex number of two single-precision parts.
    case c64 = "C64"
    /// Signed, of 64 bits.
    case i64 = "I64"
    /// Signed, of 32 bits.
    case i32 = "I32"
    /// Signed, of 16 bits.
    case i16 = "I16"
    /// Unsigned, of 64 bits.
    case u64 = "U64"
    /// Unsigned, of 32 bits.
    case u32 = "U32"
    /// Unsigned, of 16 bits.
    case u16 = "U16"
    /// Unsigned bytes.
    case u8 = "U8"
    /// A byte that is 0 or 1.
    case bool = "BOOL"
    /// Eight bits: a sign, four of exponent, three of mantissa.
    case f8e4m3 = "F8_E4M3"
    /// Eight bits: a sign, five of exponent, two of mantissa.
    case f8e5m2 = "F8_E5M2"
    /// Eight bits of exponent.
    case f8e8m0 = "F8_E8M0"

    /// Bytes a value takes in the file.
    public var byteCount: Int {
        switch self {
        case .f64, .c64, .i64, .u64: 8
        case .f32, .i32, .u32: 4
        case .f16, .bf16, .i16, .u16: 2
        case .i8, .u8, .bool, .f8e4m3, .f8e5m2, .f8e8m0: 1
        }
    }

    /// Whether values of this type can be read as floats.
    public var isReadable: Bool {
        switch self {
        case .f32, .f16, .bf16, .i8, .f64: true
        default: false
        }
    }

    public var description: String { rawValue }
}
