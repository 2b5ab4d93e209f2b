/// The instructions of pickles that `torch.save` writes, in protocols 2 to 5; names follow Python's `pickletools`.
enum PickleInstruction: UInt8 {
    case proto = 0x80
    case frame = 0x95
    case stop = 0x2e  // .

    // Values
    case none = 0x4e  // N
    case newTrue = 0x88
    case newFalse = 0x89
    case integer = 0x4a  // J
    case integer1 = 0x4b  // K
    case integer2 = 0x4d  // M
    case long1 = 0x8a
    case long4 = 0x8b
    case float = 0x47  // G
    case text = 0x58  // X
    case shortText = 0x8c
    case text8 = 0x8d
    case oldText = 0x54  // T, Python 2's strings
    case shortOldText = 0x55  // U
    case bytes = 0x42  // B
    case shortBytes = 0x43  // C
    case bytes8 = 0x8e
    case byteArray8 = 0x96

    // The stack
    case mark = 0x28  // (
    case pop = 0x30  // 0
    case popMark = 0x31  // 1
    case duplicate = 0x32  // 2

    // Containers
    case emptyTuple = 0x29  // )
    case tuple = 0x74  // t
    case tuple1 = 0x85
    case tuple2 = 0x86
    case tuple3 = 0x87
    case emptyList = 0x5d  // ]
    case list = 0x6c  // l
    case append = 0x61  // a
    case appends = 0x65  // e
    case emptyDictionary = 0x7d  // }
    case dictionary = 0x64  // d
    case setItem = 0x73  // s
    case setItems = 0x75  // u
    case emptySet = 0x8f
    case addItems = 0x90
    case frozenSet = 0x91

    // The memo
    case put1 = 0x71  // q
    case put4 = 0x72  // r
    case memoize = 0x94
    case get1 = 0x68  // h
    case get4 = 0x6a  // j

    // Objects
    case global = 0x63  // c
    case stackGlobal = 0x93
    case reduce = 0x52  // R
    case newObject = 0x81
    case newObjectEx = 0x92
    case build = 0x62  // b
    case persistentID = 0x51  // Q
}
