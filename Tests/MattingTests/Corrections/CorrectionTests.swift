import Matting
import PictureTestSupport
import Raster
import Testing

struct CorrectionTests {
    private func emptyResult(_ scene: DiscScene) throws -> MattingResult {
        try MattingResult(image: scene.image, alpha: drawnMatte(scene.truth.width, scene.truth.height) { _, _ in 0 })
    }

    private func disc(_ x: Double, _ y: Double, _ radius: Double, _ kind: Stroke.Kind) -> Stroke {
        Stroke([Stroke.Point(x: x, y: y)], radius: radius, kind: kind)
    }

    @Test func oneStrokeBringsBackWhatItsColorsReach() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        let changed = try session.apply(disc(48, 40, 4, .subject))
        #expect(changed.width > 38 && changed.height > 38)
        #expect(scene.error(of: session.alpha) < 0.01)
        #expect(session.alpha[48, 40] == 1 && session.alpha[2, 2] == 0)
    }

    @Test func oneStrokeRemovesABlob() throws {
        let scene = try DiscScene()
        // The matte says subject in a square of plain background.
        let wrong = try drawnMatte(96, 80) { x, y in
            x < 14 && y < 14 ? 1 : scene.truth[x, y] ?? 0
        }
        var session = try CorrectionSession(MattingResult(image: scene.image, alpha: wrong))
        _ = try session.apply(disc(7, 7, 3, .background))
        #expect(scene.error(of: session.alpha) < 0.005)
        // The subject is far away.
        #expect(session.alpha[48, 40] == 1)
    }

    /// A picture of 240×200 with a grain of a level, and an empty matte of it.
    private func grained(_ value: (_ x: Int, _ y: Int) -> Double) throws -> MattingResult {
        let image = try RasterImage.drawn(width: 240, height: 200) { x, y in
            let grain = Double((x * 7919 + y * 104_729) % 3 - 1) / 255
            return [value(x, y) + grain, value(x, y) + grain, value(x, y) + grain]
        }
        return try MattingResult(image: image, alpha: drawnMatte(240, 200) { _, _ in 0 })
    }

    /// A white thing before white: its outline is a little darker, and all around it is of its own colour.
    @Test func aFaintOutlineIsNotFloodedOver() throws {
        func radius(_ x: Int, _ y: Int) -> Double {
            (Double((x - 120) * (x - 120)) + Double((y - 100) * (y - 100))).squareRoot()
        }
        var session = try CorrectionSession(grained { x, y in 0.9 - (abs(radius(x, y) - 40) < 3 ? 0.03 : 0) })
        _ = try session.apply(disc(120, 100, 8, .subject))
        for (x, y) in [(0, 0), (20, 100), (120, 20), (120, 186), (200, 150)] {
            #expect(session.alpha[x, y] == 0, "(\(x), \(y)) is background")
        }
        for (x, y) in [(120, 100), (95, 100), (120, 124)] {
            #expect(session.alpha[x, y] == 1, "(\(x), \(y)) is the thing")
        }
    }

    /// Where nothing bounds a colour, marks change what is near them.
    @Test func whatHasNoEdgeIsChangedNearTheMarksOnly() throws {
        var session = try CorrectionSession(grained { x, _ in 0.5 + Double(x) * 0.001 })
        let changed = try session.apply(disc(120, 100, 8, .subject))
        #expect(session.alpha[120, 100] == 1)
        #expect(changed.width < 80 && changed.height < 80)
    }

    /// A body that the frame cuts off runs out at one side, and is one thing.
    @Test func whatTheFrameCutsOffIsReached() throws {
        var session = try CorrectionSession(
            grained { x, y in (90..<150).contains(x) && y > 60 ? 0.2 + Double(y) * 0.001 : 0.8 })
        _ = try session.apply(disc(120, 140, 5, .subject))
        for (x, y) in [(120, 90), (95, 100), (144, 150), (120, 199)] { #expect(session.alpha[x, y] == 1) }
        for (x, y) in [(80, 130), (120, 50), (160, 190)] { #expect(session.alpha[x, y] == 0) }
    }

    @Test func undoAndRedoAreExact() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(MattingResult(image: scene.image, alpha: scene.truth))
        var states = [session.alpha.values]
        for stroke in [disc(20, 20, 5, .subject), disc(48, 40, 6, .background), disc(48, 20, 6, .unknown)] {
            _ = try session.apply(stroke)
            states.append(session.alpha.values)
        }
        #expect(session.canUndo && !session.canRedo)
        for state in states.dropLast().reversed() {
            _ = try session.undo()
            #expect(session.alpha.values == state)
        }
        #expect(!session.canUndo && session.canRedo)
        let nothing = try session.undo()
        #expect(nothing.isEmpty)
        for state in states.dropFirst() {
            _ = try session.redo()
            #expect(session.alpha.values == state)
        }
        let nothingMore = try session.redo()
        #expect(nothingMore.isEmpty)
        _ = try session.undo()
        _ = try session.apply(disc(60, 60, 3, .subject))
        #expect(!session.canRedo)
    }

    @Test func nothingChangesBeyondTheRectangle() throws {
        let scene = try DiscScene(width: 300, height: 200)
        let before = try MattingResult(image: scene.image, alpha: scene.truth)
        var session = try CorrectionSession(before)
        let changed = try session.apply(disc(40, 40, 6, .subject))
        for y in 0..<200 {
            for x in 0..<300 where !(changed.columns.contains(x) && changed.rows.contains(y)) {
                #expect(session.alpha[x, y] == scene.truth[x, y])
            }
        }
        // Saying what is so changes nothing.
        for stroke in [disc(150, 100, 6, .subject), disc(260, 20, 6, .background)] {
            let unchanged = try session.apply(stroke)
            #expect(unchanged.isEmpty)
        }
    }

    @Test func laterStrokesWin() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        _ = try session.apply(disc(20, 20, 4, .subject))
        #expect(session.alpha[20, 20] == 1)
        _ = try session.apply(disc(20, 20, 4, .background))
        #expect(session.alpha[20, 20] == 0)
    }

    @Test func copiesAreValues() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        let copy = session
        _ = try session.apply(disc(48, 40, 4, .subject))
        #expect(copy.alpha.values.allSatisfy { $0 == 0 })
        #expect(!copy.canUndo)
        #expect(session.result.alpha.values == session.alpha.values)
    }

    @Test func undoMemoryIsBounded() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene), undoMemory: 0)
        _ = try session.apply(disc(48, 40, 4, .subject))
        #expect(!session.canUndo)
        #expect(throws: MattingError.self) { try CorrectionSession(emptyResult(scene), undoMemory: -1) }
    }

    @Test func emptyStrokesAreRefused() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        #expect(throws: MattingError.emptyStroke) { try session.apply(Stroke([], radius: 3, kind: .subject)) }
        #expect(throws: MattingError.emptyStroke) {
            try emptyResult(scene).corrected(by: Corrections([Stroke([], radius: 3, kind: .subject)]))
        }
    }

    @Test func strokesOutsideAreRefused() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        for (x, y) in [(-10.0, 5.0), (500, 5), (5, 1e6)] {
            #expect(throws: MattingError.strokeOutside(width: 96, height: 80)) {
                try session.apply(disc(x, y, 4, .subject))
            }
        }
        #expect(!session.canUndo)
        // One that reaches in is not.
        let reached = try session.apply(disc(-2, 5, 6, .subject))
        #expect(!reached.isEmpty)
    }

    @Test func numbersThatCannotBeAreRefused() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        for stroke in [
            disc(.nan, 5, 4, .subject), disc(5, .infinity, 4, .subject), disc(5, 5, 0, .subject),
            disc(5, 5, .nan, .subject), disc(5, 5, -1, .subject), disc(5, 5, 1e9, .subject),
            disc(1e300, 5, 4, .subject),
        ] {
            #expect(throws: MattingError.self) { try session.apply(stroke) }
        }
    }

    @Test func contradictoryStrokesAreRefused() throws {
        let scene = try DiscScene()
        let strokes = [disc(20, 20, 4, .subject), disc(24, 20, 4, .background)]
        #expect(throws: MattingError.contradictoryStrokes(x: 21, y: 17)) {
            try emptyResult(scene).corrected(by: Corrections(strokes))
        }
    }

    @Test func thinStrokesMarkThePixelTheyAreOn() throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        _ = try session.apply(disc(48.9, 40.9, 0.01, .subject))
        #expect(session.alpha[48, 40] == 1)
    }

    @Test func scribblesAreHonoured() throws {
        let scene = try DiscScene()
        let picture = try RasterImage.drawn(width: 96, height: 80, colorModel: .rgba) { x, y in
            if abs(x - 48) < 5, abs(y - 40) < 3 { return [1, 1, 1, 1] }
            if x < 4 { return [0.9, 0.1, 0.1, 1] }
            return [0, 0, 0, 0]
        }
        let result = try emptyResult(scene).corrected(by: Corrections(Scribbles(picture)))
        #expect(scene.error(of: result.alpha) < 0.01)
        #expect(result.alpha[48, 40] == 1 && result.alpha[2, 40] == 0)
    }

    @Test func strangeScribblesAreRefused() throws {
        func scribbles(_ color: [Double]) throws -> Scribbles {
            try Scribbles(
                RasterImage.drawn(width: 8, height: 6, colorModel: .rgba) { x, y in
                    x == 5 && y == 2 ? color : [0, 0, 0, 0]
                })
        }
        #expect(throws: MattingError.strangeScribble(x: 5, y: 2, color: "#ffff00")) { try scribbles([1, 1, 0, 1]) }
        #expect(throws: MattingError.nothingMarked) { try scribbles([1, 1, 0, 0.2]) }
        #expect(throws: MattingError.scribblesWithoutTransparency) {
            try Scribbles(RasterImage.drawn(width: 4, height: 4) { _, _ in [1, 1, 1] })
        }
        #expect(throws: MattingError.scribblesWithoutTransparency) {
            try Scribbles(RasterImage.drawn(width: 4, height: 4, colorModel: .rgba) { _, _ in [1, 1, 1, 1] })
        }
        for color in [[0.1, 0.9, 0.2, 1], [0, 0, 1, 1], [0.5, 0.5, 0.5, 1], [0, 0, 0, 1.0]] {
            #expect(throws: Never.self) { try scribbles(color) }
        }
    }

    @Test func scribblesOfAnotherSizeAreRefused() throws {
        let scene = try DiscScene()
        let picture = try RasterImage.drawn(width: 8, height: 6, colorModel: .grayAlpha) { x, _ in [1, x == 3 ? 1 : 0] }
        #expect(
            throws: MattingError.differentSizes(
                of: "scribbles", width: 8, height: 6, expectedWidth: 96, expectedHeight: 80)
        ) { try emptyResult(scene).corrected(by: Corrections(Scribbles(picture))) }
    }

    @Test func asynchronousFormsDoTheSame() async throws {
        let scene = try DiscScene()
        var session = try CorrectionSession(emptyResult(scene))
        var other = session
        let stroke = disc(48, 40, 4, .subject)
        let first: PixelRect = try await session.apply(stroke)
        let second = try { () throws in try other.apply(stroke) }()
        #expect(first == second)
        #expect(session.alpha.values == other.alpha.values)
    }
}
