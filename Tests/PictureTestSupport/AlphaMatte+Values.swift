import Matting
import TensorCore
import TestSupport

extension AlphaMatte {
    /// All values, row by row.
    package var values: [Float] { withValues { Array($0) } }

    /// The bits of all values: what must not depend on threads.
    package var bits: [UInt32] { withValues { $0.map(\.bitPattern) } }

    /// A matte of exactly these values, even ones that no matte should have.
    package init(unchecked values: [Float], width: Int, height: Int) throws {
        self.init(try Tensor(shape: TensorShape(height: height, width: width, channels: 1), values: values))
    }

    /// Random values: a quarter 0, a quarter 1, some just above 0, the others between.
    package static func random(width: Int, height: Int, seed: UInt64) throws -> AlphaMatte {
        var random = SeededGenerator(seed: seed)
        let values = (0..<width * height).map { _ -> Float in
            switch random.next() % 8 {
            case 0, 1: 0
            case 2, 3: 1
            // Both sides of half a step of 8 and of 16 bits.
            case 4: random.pick([0.0019, 0.00197, 0.0000076, 0.0000077])
            default: abs(random.value())
            }
        }
        return try AlphaMatte(unchecked: values, width: width, height: height)
    }
}
