import Raster

/// Sides of a picture that its subject touches.
package struct TouchedSides: OptionSet, Sendable {
    package let rawValue: Int

    package init(rawValue: Int) { self.rawValue = rawValue }

    package static let left = TouchedSides(rawValue: 1)
    package static let top = TouchedSides(rawValue: 2)
    package static let right = TouchedSides(rawValue: 4)
    package static let bottom = TouchedSides(rawValue: 8)
    package static let all: TouchedSides = [.left, .top, .right, .bottom]
}

extension AlphaMatte {
    /// The sides along which a hundredth of the pixels, and one at least, belong to the subject by half or more: what a hair
    /// or a tip just reaches is not touched.
    ///
    /// - Complexity: O(width + height).
    package var touchedSides: TouchedSides {
        withValues { values in
            func isTouched(_ length: Int, from first: Int, step: Int) -> Bool {
                let count = (0..<length).count { values[first + $0 * step] >= 0.5 }
                return count > 0 && count * 100 >= length
            }
            var sides: TouchedSides = []
            if isTouched(height, from: 0, step: width) { sides.insert(.left) }
            if isTouched(width, from: 0, step: 1) { sides.insert(.top) }
            if isTouched(height, from: width - 1, step: width) { sides.insert(.right) }
            if isTouched(width, from: (height - 1) * width, step: 1) { sides.insert(.bottom) }
            return sides
        }
    }

    /// The sides on which the picture's frame cuts off the subject in `box`.
    ///
    /// Where the box is all of the picture, that was cropped to its subject, as shops get pictures from elsewhere: whether
    /// anything was cut off cannot be told.
    func cutSides(of box: PixelRect) -> TouchedSides {
        var reached: TouchedSides = []
        if box.x == 0 { reached.insert(.left) }
        if box.y == 0 { reached.insert(.top) }
        if box.x + box.width == width { reached.insert(.right) }
        if box.y + box.height == height { reached.insert(.bottom) }
        return reached == .all ? [] : touchedSides.intersection(reached)
    }
}

extension Framing {
    /// The same with these sides of the subject on the canvas's own. Two opposite ones can both lie there only by the
    /// subject's size; where it stands between them is left as it is.
    func flush(on sides: TouchedSides) -> Framing {
        var framing = self
        if sides.contains(.left) { framing.margins.left = .zero }
        if sides.contains(.top) { framing.margins.top = .zero }
        if sides.contains(.right) { framing.margins.right = .zero }
        if sides.contains(.bottom) { framing.margins.bottom = .zero }
        if sides.contains(.left) != sides.contains(.right) { framing.alignment.x = sides.contains(.left) ? 0 : 1 }
        if sides.contains(.top) != sides.contains(.bottom) { framing.alignment.y = sides.contains(.top) ? 0 : 1 }
        return framing
    }
}

extension FrameGeometry.Reach {
    /// The same of a subject with these sides on the canvas's own.
    func flush(on sides: TouchedSides) -> FrameGeometry.Reach {
        FrameGeometry.Reach(
            left: sides.contains(.left) ? 0 : left, top: sides.contains(.top) ? 0 : top,
            right: sides.contains(.right) ? 0 : right, bottom: sides.contains(.bottom) ? 0 : bottom)
    }
}
