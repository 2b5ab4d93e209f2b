/// The names that a checkpoint may refer to. Python would import them; here each stands for something that is known, and
/// whatever is not known is refused.
enum TorchGlobal: Equatable {
    /// A dictionary, called with its entries or nothing.
    case dictionary
    /// `torch.Size`: the tuple that it is called with.
    case size
    /// Makes a tensor of a storage, an offset, a shape and strides.
    case rebuildTensor
    /// The same, of an untyped storage, with a type.
    case rebuildTypedTensor
    /// The tensor that it is called with.
    case rebuildParameter
    /// The type of a storage: its name, and what it holds; nil for types that weight files do not have.
    case storage(name: String, WeightType?)
    /// The type of a tensor.
    case type(WeightType?)
    /// Plain data; see ``dataNames``.
    case data

    /// - Parameter name: module and name, joined by a dot.
    init?(_ name: String) {
        switch name {
        case "collections.OrderedDict", "collections.defaultdict", "collections.Counter": self = .dictionary
        case "torch.Size": self = .size
        case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor": self = .rebuildTensor
        case "torch._utils._rebuild_tensor_v3": self = .rebuildTypedTensor
        case "torch._utils._rebuild_parameter": self = .rebuildParameter
        case "torch.storage.UntypedStorage", "torch.storage._UntypedStorage", "torch.UntypedStorage":
            self = .storage(name: "UntypedStorage", .u8)
        default:
            let short = name.hasPrefix("torch.") ? String(name.dropFirst("torch.".count)) : ""
            // Of tensors on a graphics processor, by old versions.
            let plain = short.hasPrefix("cuda.") ? String(short.dropFirst("cuda.".count)) : short
            if let type = Self.storageTypes[plain] {
                self = .storage(name: plain, type)
            } else if let type = Self.types[short] {
                self = .type(type)
            } else if Self.dataNames.contains(name) {
                self = .data
            } else {
                return nil
            }
        }
    }

    private static let storageTypes: [String: WeightType?] = [
        "FloatStorage": .f32, "HalfStorage": .f16, "BFloat16Storage": .bf16, "DoubleStorage": .f64,
        "ComplexFloatStorage": .c64, "LongStorage": .i64, "IntStorage": .i32, "ShortStorage": .i16, "CharStorage": .i8,
        "ByteStorage": .u8, "BoolStorage": .bool, "ComplexDoubleStorage": .none, "QInt8Storage": .none,
        "QUInt8Storage": .none, "QInt32Storage": .none,
    ]

    private static let types: [String: WeightType?] = [
        "float32": .f32, "float": .f32, "float16": .f16, "half": .f16, "bfloat16": .bf16, "float64": .f64,
        "double": .f64,
        "complex64": .c64, "int64": .i64, "long": .i64, "int32": .i32, "int": .i32, "int16": .i16, "short": .i16,
        "uint64": .u64, "uint32": .u32, "uint16": .u16, "int8": .i8, "uint8": .u8, "bool": .bool,
        "float8_e4m3fn": .f8e4m3, "float8_e5m2": .f8e5m2, "float8_e8m0fnu": .f8e8m0, "complex128": .none,
        "qint8": .none,
        "quint8": .none, "qint32": .none,
    ]

    /// What trainings keep beside a network's tensors that is data and nothing else: arguments, dates, paths, numbers of
    /// NumPy. It is passed over. What a program wrote itself, as a class of `__main__`, is not known to be data.
    private static let dataNames = Set(builtinTypes.flatMap { ["builtins.\($0)", "__builtin__.\($0)"] }).union([
        "argparse.Namespace", "types.SimpleNamespace", "_codecs.encode", "collections.deque", "fractions.Fraction",
        "decimal.Decimal", "uuid.UUID", "numpy.dtype", "numpy.ndarray", "numpy.core.multiarray.scalar",
        "numpy.core.multiarray._reconstruct", "numpy._core.multiarray.scalar", "numpy._core.multiarray._reconstruct",
        "datetime.datetime", "datetime.date", "datetime.time", "datetime.timedelta", "datetime.timezone",
        "pathlib.Path",
        "pathlib.PosixPath", "pathlib.WindowsPath", "pathlib.PurePosixPath", "pathlib.PureWindowsPath",
        "pathlib._local.PosixPath", "pathlib._local.WindowsPath", "pathlib._local.PurePosixPath", "torch.device",
        "torch.serialization._get_layout",
    ])

    /// Python's own types of data. Up to protocol 2, which is what `torch.save` writes unless told otherwise, they are in
    /// `__builtin__`, and some have the names that Python 2 had for them: `long`, `unicode`, `xrange`.
    private static let builtinTypes = [
        "bool", "bytearray", "bytes", "complex", "dict", "float", "frozenset", "int", "list", "long", "range", "set",
        "slice", "str", "tuple", "unicode", "xrange",
    ]
}
