import Files
import Testing

@testable import MattingBatch

/// Files that go with photographs one by one.
@Suite struct CompanionFilesTests {
    private static func inputs(_ paths: BytePath...) -> [InputFile] { paths.map { InputFile(argument: $0) } }

    @Test func oneFileGoesWithOnePhotograph() throws {
        let trimap = CompanionFiles(option: "--trimap", path: "t.png")
        #expect(try trimap.files(for: Self.inputs("a.jpg")) == ["t.png"])
        #expect(try trimap.files(for: Self.inputs("-")) == ["t.png"])
        #expect(throws: PlanningError.companionForSeveral(option: "--trimap", path: "t.png")) {
            try trimap.files(for: Self.inputs("a.jpg", "b.jpg"))
        }
        #expect(throws: PlanningError.emptyCompanion(option: "--trimap")) {
            try CompanionFiles(option: "--trimap", path: "").files(for: Self.inputs("a.jpg"))
        }
    }

    @Test func aFolderHoldsOneForEach() throws {
        try TemporaryFolder.with { folder in
            let trimaps = CompanionFiles(option: "--trimap", path: folder.path)
            let files = try trimaps.files(for: Self.inputs("x/a.b.jpg", "c.png"))
            #expect(files == [folder("a.b.png"), folder("c.png")])
            #expect(throws: PlanningError.companionOfStandardInput(option: "--trimap")) {
                try trimaps.files(for: Self.inputs("-"))
            }
            // A slash makes a folder of a name that is not there yet.
            let new = try CompanionFiles(option: "--trimap", path: folder("new/")).files(for: Self.inputs("a.jpg"))
            #expect(new == [folder("new/a.png")])
        }
    }

    @Test func trimapsAreOutputs() throws {
        try TemporaryFolder.with { folder in
            func plan(
                _ inputs: [BytePath], trimaps: BytePath, existing: ExistingOutputs = .replaceNamed,
                otherInputs: [BytePath] = []
            ) throws(PlanningError) -> JobPlan {
                try JobPlan(
                    JobRequest(
                        inputs: inputs.map { InputFile(argument: $0) }, output: folder("out/"), existing: existing,
                        trimaps: CompanionFiles(option: "--trimap-out", path: trimaps), otherInputs: otherInputs))
            }
            let named = try plan(["a.jpg"], trimaps: folder("t.png"))
            #expect(named.jobs.map(\.trimap) == [.named(folder("t.png"))])
            #expect(throws: PlanningError.companionNotPNG(option: "--trimap-out", path: folder("t.jpg"))) {
                try plan(["a.jpg"], trimaps: folder("t.jpg"))
            }
            // A folder that is missing is made, as that of the pictures is.
            let new = try plan(["a.jpg"], trimaps: folder("none/"))
            #expect(new.missingFolders == [folder("out"), folder("none")])
            #expect(new.jobs.map(\.trimap) == [.named(folder("none/a.png"))])
            try folder.make("file")
            #expect(throws: PlanningError.notAFolder(folder("file"))) { try plan(["a.jpg"], trimaps: folder("file/")) }
            // Two photographs of one stem.
            try folder("maps").makeFolder()
            #expect(throws: PlanningError.self) { try plan(["a.jpg", "x/a.jpg"], trimaps: folder("maps")) }
            // One that is there is replaced when it is named, and kept when its name is derived.
            try folder.make("maps/a.png")
            #expect(try plan(["a.jpg"], trimaps: folder("maps/a.png")).jobs.count == 1)
            #expect(throws: PlanningError.isThere(output: folder("maps/a.png"), count: 1)) {
                try plan(["a.jpg"], trimaps: folder("maps"))
            }
            #expect(try plan(["a.jpg"], trimaps: folder("maps"), existing: .replaceAll).jobs.count == 1)
            // An input is never overwritten.
            #expect(throws: PlanningError.self) {
                try plan(["a.jpg"], trimaps: folder("maps/a.png"), otherInputs: [folder("maps/a.png")])
            }
        }
    }
}
