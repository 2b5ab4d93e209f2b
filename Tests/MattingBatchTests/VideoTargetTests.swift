import Files
import Testing

@testable import MattingBatch

/// Where frames go, and what is refused before any work.
@Suite struct VideoTargetTests {
    @Test func kinds() throws {
        try TemporaryFolder.with { folder in
            #expect(try VideoTarget("-").isStream && VideoTarget("/dev/stdout").isStream)
            #expect(try VideoTarget("/dev/null").isStream && VideoTarget(folder("a.y4m")).isStream)
            for (path, first) in [("out/", "out/00001.png"), ("%d.jpg", "1.jpg"), ("f/x%03d.png", "f/x001.png")] {
                let target = try VideoTarget(folder(BytePath(path)))
                #expect(!target.isStream)
                #expect(target.example == .named(folder(BytePath(first))))
            }
            #expect(throws: PlanningError.unknownFormat(output: "%d.gif")) { try VideoTarget("%d.gif") }
            #expect(throws: PlanningError.folderIsPattern("a%b/")) { try VideoTarget("a%b/") }
            #expect(throws: PlanningError.noOutputForFrames("a.mp4")) { try VideoTarget("a.mp4") }
            #expect(throws: PlanningError.missingFolder(folder("no"), output: folder("no/a.y4m"))) {
                try VideoTarget(folder("no/a.y4m"))
            }
        }
    }

    @Test func inputsAndFramesThatAreThere() throws {
        try TemporaryFolder.with { folder in
            let (first, last) = (try folder.make("1.png"), try folder.make("9.png"))
            try folder.make("other.png")
            let target = try VideoTarget(folder("%d.png"))
            func check(_ input: BytePath, frames: Range<Int>?, overwrites: Bool) throws(PlanningError) {
                try target.refuseOverwriting([.named(input)], frames: frames, reports: false, overwrites: overwrites)
            }
            let isInput = PlanningError.overwritesInput(output: .named(first), input: .named(first), isDerived: false)
            #expect(throws: isInput) { try check(first, frames: 1..<3, overwrites: true) }
            // A stream may have any number of frames; pictures have as many as there are.
            #expect(throws: isInput) { try check(first, frames: nil, overwrites: true) }
            try check(last, frames: 1..<3, overwrites: true)
            let areThere = PlanningError.framesAreThere(output: first, count: 2)
            #expect(throws: areThere) { try check(folder("film.y4m"), frames: nil, overwrites: false) }
            #expect(throws: areThere) { try check(folder("film.y4m"), frames: 20..<21, overwrites: false) }
            try check(folder("film.y4m"), frames: nil, overwrites: true)
        }
    }

    /// Counting on from the largest integer would end the process.
    @Test func numbersBeyondCounting() throws {
        try TemporaryFolder.with { folder in
            try folder.make(BytePath("\(Int.max).png"))
            #expect(throws: PlanningError.noPictures(path: folder("%d.png"))) { try PictureSequence(folder("%d.png")) }
            #expect(try PictureSequence(folder.path).firstNumber == 1)
        }
    }

    @Test func picturesThatAreMissing() throws {
        try TemporaryFolder.with { folder in
            for name: BytePath in ["f1.png", "f2.png", "f4.png", "x.txt"] { try folder.make(name) }
            #expect(throws: PlanningError.missingPicture(path: folder("f3.png"))) {
                try PictureSequence(folder("f%d.png"))
            }
            #expect(throws: PlanningError.noPictures(path: folder("g%d.png"))) {
                try PictureSequence(folder("g%d.png"))
            }
            #expect(try PictureSequence(folder.path).files == ["f1.png", "f2.png", "f4.png"].map { folder($0) })
        }
    }
}
