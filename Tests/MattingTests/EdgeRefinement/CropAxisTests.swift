import Testing

@testable import Matting

/// Crops along one side of a picture.
@Suite struct CropAxisTests {
    private static let lengths = Array(1...40) + Array(150...420) + [639, 640, 641, 2048, 8192, 32_768]

    @Test(arguments: [96, 192, 256]) func cropsCoverThePictureAndOverlap(largest: Int) {
        for length in Self.lengths {
            let axis = CropAxis(length: length, largestCrop: largest, multiple: 8)
            #expect(axis.crop % 8 == 0 && axis.crop <= largest)
            #expect(axis.origins[0] == 0)
            #expect(axis.range(of: axis.origins.count - 1).upperBound == length)
            for (origin, next) in zip(axis.origins, axis.origins.dropFirst()) {
                #expect(origin < next && origin + axis.crop - next >= CropAxis.fade, "\(length)")
            }
            // No more crops than overlaps of the least width need.
            if axis.origins.count > 1 {
                let covered = (axis.origins.count - 1) * (axis.crop - CropAxis.fade) + CropAxis.fade
                #expect(covered < length, "\(length): \(axis.origins.count) crops")
            }
        }
    }

    @Test(arguments: [96, 192, 256]) func weightsAddUpToOne(largest: Int) {
        for length in Self.lengths {
            let axis = CropAxis(length: length, largestCrop: largest, multiple: 8)
            var sums = [Float](repeating: 0, count: length)
            for index in axis.origins.indices {
                let weights = axis.weights(of: index)
                #expect(weights.count == axis.range(of: index).count)
                #expect(weights.allSatisfy { $0 >= 0 && $0 <= 1 })
                for (offset, weight) in weights.enumerated() { sums[axis.origins[index] + offset] += weight }
            }
            // Two numbers that are each other's difference to 1, in floats.
            #expect(sums.allSatisfy { abs($0 - 1) < 1e-6 }, "\(length)")
        }
    }

    /// What a network makes of a crop's border, where it sees half as much, counts for nothing.
    @Test func bordersWithinThePictureCountForNothing() {
        let axis = CropAxis(length: 500, largestCrop: 192, multiple: 8)
        for index in axis.origins.indices {
            let weights = axis.weights(of: index)
            if index > 0 { #expect(weights[0] == 0) }
            if index < axis.origins.count - 1 { #expect(weights[weights.count - 1] == 0) }
        }
    }

    @Test func smallPicturesAreOneCrop() {
        let axis = CropAxis(length: 13, largestCrop: 192, multiple: 8)
        #expect(axis.crop == 16 && axis.origins == [0] && axis.range(of: 0) == 0..<13)
        #expect(axis.weights(of: 0) == [Float](repeating: 1, count: 13))
    }
}
