import Raster
import Testing

@Suite struct PixelRectTests {
    @Test func clampingKeepsWhatLiesWithin() {
        #expect(
            PixelRect(x: -5, y: 3, width: 20, height: 100).clamped(toWidth: 10, height: 8)
                == PixelRect(x: 0, y: 3, width: 10, height: 5))
        #expect(PixelRect(x: 10, y: 0, width: 5, height: 5).clamped(toWidth: 10, height: 8).isEmpty)
        #expect(PixelRect(x: 2, y: 2, width: -3, height: 5).clamped(toWidth: 10, height: 8).isEmpty)
    }

    @Test func clampingTakesAnyNumbers() {
        let all = PixelRect(x: 3, y: .min, width: .max, height: .max).clamped(toWidth: 10, height: 8)
        #expect(all.isEmpty)
        #expect(
            PixelRect(x: 3, y: 4, width: .max, height: .max).clamped(toWidth: 10, height: 8)
                == PixelRect(x: 3, y: 4, width: 7, height: 4))
        #expect(PixelRect(x: .max, y: .min, width: .min, height: .max).clamped(toWidth: .min, height: .max).isEmpty)
    }

    @Test func unionIgnoresEmptyOnes() {
        let first = PixelRect(x: 1, y: 2, width: 3, height: 4)
        let empty = PixelRect(x: 100, y: 100, width: 0, height: 4)
        #expect(first.union(empty) == first)
        #expect(empty.union(first) == first)
        #expect(first.union(PixelRect(x: 8, y: 0, width: 2, height: 1)) == PixelRect(x: 1, y: 0, width: 9, height: 6))
    }
}
