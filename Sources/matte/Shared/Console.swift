#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
import Matting
#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#else
import Darwin
#endif

/// Text for people on standard error, text for programs on standard output.
enum Console {
    static func message(_ text: String) { write("matte: \(text)\n", to: STDERR_FILENO) }

    /// Says what is wrong with an input, and returns it without the input's name.
    static func complain(about input: String, _ error: any Error) -> String {
        var text = "\(error)"
        switch error {
        case ImageCodecError.truncated, ImageCodecError.malformed: text += " (--lenient)"
        default: break
        }
        // Errors about the input's own file name it already.
        message(text.hasPrefix("\(input):") ? text : "\(input): \(text)")
        return text
    }

    /// Text from outside with everything escaped that a terminal might obey.
    static func escaped(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .privateUse, .unassigned:
                result += scalar.escaped(asASCII: true)
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    /// Text on standard error as it is.
    static func progress(_ text: String) { write(text, to: STDERR_FILENO) }

    static func line(_ text: String) { write(text + "\n", to: STDOUT_FILENO) }

    /// One object on one line.
    static func json(_ value: some Encodable) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        // Strings, finite numbers and flags always encode.
        guard let data = try? encoder.encode(value) else { return }
        line(String(decoding: data, as: UTF8.self))
    }

    private static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var rest = UnsafeRawBufferPointer(bytes)
            while !rest.isEmpty {
                #if canImport(Glibc)
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                #elseif canImport(Musl)
                let count = Musl.write(descriptor, rest.baseAddress, rest.count)
                #else
                let count = Darwin.write(descriptor, rest.baseAddress, rest.count)
                #endif
                if count < 0 && errno == EINTR { continue }
                guard count > 0 else { return }
                rest = UnsafeRawBufferPointer(rebasing: rest[count...])
            }
        }
    }
}
