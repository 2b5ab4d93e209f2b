/// Reads strokes off the pixels of a picture, here because this target is optimised in debug builds too.
package enum ScribbleLoops {
    /// What is said of a pixel.
    package static let none: UInt8 = 0
    package static let background: UInt8 = 1
    package static let subject: UInt8 = 2
    package static let unknown: UInt8 = 3

    /// What reading ended with.
    package enum Outcome: Equatable {
        /// Some pixels are marked.
        case marked
        /// None is.
        case empty
        /// The index of a pixel whose colour means nothing, and its colour in 8 bits.
        case strange(index: Int, red: UInt8, green: UInt8, blue: UInt8)
    }

    /// Brightness from which a colour without hue is white and up to which it is black, how far its channels may differ, and
    /// by how much one of them exceeds the others where there is a hue.
    private static let (white, black, spread, excess) = (192, 63, 48, 64)

    /// Writes the mark of each pixel.
    ///
    /// - Parameters:
    ///   - samples: `channels` a pixel, alpha last: grey and alpha, or red, green, blue and alpha.
    ///   - marks: what is said of each pixel.
    package static func read<Sample: FixedWidthInteger & UnsignedInteger>(
        _ samples: UnsafePointer<Sample>, channels: Int, _ marks: UnsafeMutablePointer<UInt8>, count: Int
    ) -> Outcome {
        let shift = Sample.bitWidth - 8
        var outcome = Outcome.empty
        for index in 0..<count {
            let pixel = samples + index * channels
            func byte(_ channel: Int) -> Int { Int(pixel[channel] >> Sample(shift)) }
            guard byte(channels - 1) >= 128 else {
                marks[index] = none
                continue
            }
            let (red, green, blue) = channels == 2 ? (byte(0), byte(0), byte(0)) : (byte(0), byte(1), byte(2))
            let (least, greatest) = (min(red, green, blue), max(red, green, blue))
            if greatest - least <= spread {
                marks[index] = least >= white ? subject : greatest <= black ? background : unknown
            } else if green - max(red, blue) >= excess {
                marks[index] = subject
            } else if red - max(green, blue) >= excess {
                marks[index] = background
            } else if blue - max(red, green) >= excess {
                marks[index] = unknown
            } else {
                return .strange(index: index, red: UInt8(red), green: UInt8(green), blue: UInt8(blue))
            }
            outcome = .marked
        }
        return outcome
    }
}
