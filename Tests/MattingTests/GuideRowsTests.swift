import PictureTestSupport
import Testing
import TestSupport

@testable import Matting

/// The picture as the guide of a filter: its samples, transparent parts over mid-grey.
@Suite struct GuideRowsTests {
    @Test(arguments: PixelKind.all) func rowsAreThePicture(kind: PixelKind) throws {
        let image = try kind.noise(width: 37, height: 5, seed: 91)
        let colors = try ReferenceMap(premultiplied: image).colors(kind.colorModel, over: 0.5)
        let stride = 40
        image.withGuideRows { guide in
            #expect(guide.width == 37 && guide.height == 5)
            #expect(guide.channels == kind.colorModel.colorChannelCount)
            for (row, columns) in [(0, 0..<37), (4, 36..<37), (2, 5..<20), (3, 0..<1), (1, 8..<8)] {
                var planes = [Float](repeating: -1, count: stride * 3)
                planes.withUnsafeMutableBufferPointer { planes in
                    guard let base = planes.baseAddress else { return }
                    guide.read(row: row, columns: columns, into: base, stride: stride)
                }
                // Nothing is written beyond the columns, nor to planes that the guide has not.
                let reference = (0..<stride * 3).map { index -> Double in
                    let (c, x) = index.quotientAndRemainder(dividingBy: stride)
                    let isRead = c < guide.channels && x < columns.count
                    return isRead ? colors[0, row, columns.lowerBound + x, c] : -1
                }
                expectClose(planes, reference, absolute: 2e-7, relative: 0, "row \(row), columns \(columns)")
            }
        }
    }
}
