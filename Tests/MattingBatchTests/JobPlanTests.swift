import Files
import Foundation
import Testing

@testable import MattingBatch

/// Which picture goes where, and what is refused before any work.
@Suite struct JobPlanTests {
    private static func plan(
        _ inputs: [BytePath], _ output: BytePath?, suffix: BytePath = "", existing: ExistingOutputs = .replaceNamed,
        otherInputs: [BytePath] = []
    ) throws(PlanningError) -> JobPlan {
        try JobPlan(
            JobRequest(
                inputs: inputs.map { InputFile(argument: $0) }, output: output, suffix: suffix, existing: existing,
                otherInputs: otherInputs))
    }

    private static func outputs(_ plan: JobPlan) -> [BytePath] { plan.jobs.map(\.output.argument) }

    // MARK: Names

    @Test func aFileIsNamed() throws {
        try TemporaryFolder.with { folder in
            let plan = try Self.plan(["a.jpg"], folder("b.jpeg"))
            #expect(Self.outputs(plan) == [folder("b.jpeg")])
            #expect(plan.jobs.map(\.format) == [.jpeg] && plan.jobs.map(\.isDerived) == [false])
            #expect(plan.missingFolders == [])
            #expect(throws: PlanningError.unknownFormat(output: folder("b.gif"))) {
                try Self.plan(["a.jpg"], folder("b.gif"))
            }
            #expect(throws: PlanningError.emptyOutput) { try Self.plan(["a.jpg"], "") }
            #expect(throws: PlanningError.emptyOutput) { try Self.plan(["a.jpg", "b.jpg"], "") }
            #expect(throws: PlanningError.suffixOfNamedOutput(output: folder("b.png"))) {
                try Self.plan(["a.jpg"], folder("b.png"), suffix: "-cut")
            }
        }
    }

    @Test func namesAreDerivedInAFolder() throws {
        try TemporaryFolder.with { folder in
            let new = try Self.plan(["x/a.b.jpg", "noextension", "-"], folder("new/deep/"), suffix: "-cut")
            #expect(new.missingFolders == [folder("new/deep")])
            #expect(
                Self.outputs(new)
                    == ["a.b-cut.png", "noextension-cut.png", "stdin-cut.png"].map {
                        folder("new/deep").appending($0)
                    })
            #expect(new.jobs.map(\.isDerived) == [true, true, true])
            // One picture goes into a folder that is there; several make one of a name without extension.
            let there = try Self.plan(["a.jpg"], folder.path)
            #expect(there.missingFolders == [] && Self.outputs(there) == [folder("a.png")])
            #expect(try Self.plan(["a.jpg", "b.jpg"], folder("out")).missingFolders == [folder("out")])
        }
    }

    @Test func namesAreDerivedBesideTheInputs() throws {
        let plan = try Self.plan(["x/a.jpg", "b.jpg", "/c.jpg"], nil)
        #expect(Self.outputs(plan) == ["x/a.png", "b.png", "/c.png"])
        #expect(throws: PlanningError.noOutputForStandardInput) { try Self.plan(["-"], nil) }
    }

    /// Names are bytes: no two of these are one.
    @Test func namesAreNotRepaired() throws {
        try TemporaryFolder.with { folder in
            let names = [[0xE9], [0xE8], Array("é".utf8), Array("e\u{301}".utf8), Array("E".utf8), Array("e".utf8)]
            let inputs = names.map { BytePath(bytes: Array("caf".utf8) + $0 + Array(".jpg".utf8)) }
            try #require(!folder.path.takesAsOne("e", "E"), "this test needs a file system that knows case")
            let outputs = try Self.outputs(Self.plan(inputs, folder("out/")))
            #expect(outputs.map(\.stem.bytes) == names.map { Array("caf".utf8) + $0 })
            #expect(Set(outputs).count == names.count)
        }
    }

    @Test func theFileSystemIsAskedAboutNames() throws {
        try TemporaryFolder.with { folder in
            // What it does is found out by two files.
            try folder.make("x-A")
            try folder.make("x-a")
            let isOne = try folder.path.namesInFolder().count == 1
            #expect(folder.path.takesAsOne("b", "B") == isOne)
            #expect(folder("not/there").takesAsOne("b", "B") == isOne)
            #expect(folder.path.takesAsOne("b", "b"))
            #expect(!folder.path.takesAsOne("b", "c"))
            #expect(try folder.path.namesInFolder().count == (isOne ? 1 : 2), "the question leaves nothing behind")
        }
    }

    // MARK: Refusals

    @Test func collisions() throws {
        try TemporaryFolder.with { folder in
            #expect(
                throws: PlanningError.sameOutput(
                    inputs: [.named("x/a.jpg"), .named("a.png")], output: folder("out/a.png"))
            ) {
                try Self.plan(["x/a.jpg", "b.jpg", "a.png"], folder("out/"))
            }
            #expect(throws: PlanningError.sameOutput(inputs: [.named("a.jpg"), .named("a.jpeg")], output: "a.png")) {
                try Self.plan(["a.jpg", "a.jpeg"], nil)
            }
            #expect(throws: PlanningError.standardInputTwice) { try Self.plan(["-", "-"], folder("out/")) }
            #expect(throws: PlanningError.emptyInput) { try Self.plan(["a.jpg", ""], folder("out/")) }
        }
    }

    @Test func severalPicturesNeedAFolder() throws {
        try TemporaryFolder.with { folder in
            try folder.make("file")
            for name: BytePath in ["file", "x.png", "x.gif", "x.backup"] {
                #expect(throws: PlanningError.severalToOneFile(output: folder(name), inputCount: 2)) {
                    try Self.plan(["a.jpg", "b.jpg"], folder(name))
                }
            }
            #expect(throws: PlanningError.severalToStandardOutput) { try Self.plan(["a.jpg", "b.jpg"], "-") }
            #expect(throws: PlanningError.notAFolder(folder("file"))) { try Self.plan(["a.jpg"], folder("file/")) }
            #expect(throws: PlanningError.suffixWithFolder("x/y")) {
                try Self.plan(["a.jpg"], folder("out/"), suffix: "x/y")
            }
            // A slash says that it is a folder.
            #expect(try Self.plan(["a.jpg", "b.jpg"], folder("x.png/")).missingFolders == [folder("x.png")])
        }
    }

    @Test func aMissingFolderIsFoundBeforeTheWork() throws {
        try TemporaryFolder.with { folder in
            let output = folder("missing/out.png")
            #expect(throws: PlanningError.missingFolder(folder("missing"), output: output)) {
                try Self.plan(["a.jpg"], output)
            }
            try folder.make("file")
            #expect(throws: PlanningError.missingFolder(folder("file"), output: folder("file/out.png"))) {
                try Self.plan(["a.jpg"], folder("file/out.png"))
            }
        }
    }

    @Test func outputsThatAreInputs() throws {
        try TemporaryFolder.with { folder in
            let input = try folder.make("a.png")
            #expect(
                throws: PlanningError.overwritesInput(output: .named(input), input: .named(input), isDerived: true)
            ) {
                try Self.plan([input], nil, existing: .replaceAll)
            }
            #expect(try Self.outputs(Self.plan([input], nil, suffix: "-cut")) == [folder("a-cut.png")])
            let other = try folder.make("b.png")
            #expect(
                throws: PlanningError.overwritesInput(output: .named(other), input: .named(other), isDerived: false)
            ) {
                try Self.plan([input], other, otherInputs: [other])
            }
        }
    }

    // MARK: What is there

    @Test func derivedNamesThatAreThere() throws {
        try TemporaryFolder.with { folder in
            try folder.make("a.png")
            try folder.make("c.png")
            let inputs: [BytePath] = ["x/a.jpg", "x/b.jpg", "x/c.jpg"]
            #expect(throws: PlanningError.isThere(output: folder("a.png"), count: 2)) {
                try Self.plan(inputs, folder.path)
            }
            #expect(try Self.plan(inputs, folder.path, existing: .replaceAll).jobs.count == 3)
            let kept = try Self.plan(inputs, folder.path, existing: .keep)
            #expect(Self.outputs(kept) == [folder("b.png")])
            #expect(kept.skipped.map(\.input) == [.named("x/a.jpg"), .named("x/c.jpg")])
            #expect(try Self.plan(inputs, folder.path, suffix: "-cut").jobs.count == 3)
        }
    }

    @Test func aLinkToNothingIsThere() throws {
        try TemporaryFolder.with { folder in
            let link = try #require(folder("a.png").text)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "nowhere")
            #expect(throws: PlanningError.isThere(output: folder("a.png"), count: 1)) {
                try Self.plan(["x/a.jpg"], folder.path)
            }
        }
    }

    @Test func aNamedFileIsReplacedUnlessKept() throws {
        try TemporaryFolder.with { folder in
            let output = try folder.make("a.png")
            #expect(try Self.plan(["x.jpg"], output).jobs.count == 1)
            let kept = try Self.plan(["x.jpg"], output, existing: .keep)
            #expect(kept.jobs.isEmpty && kept.skipped.count == 1)
            // A device holds nothing that could be kept.
            #expect(try Self.plan(["x.jpg"], "/dev/null", existing: .keep).jobs.count == 1)
        }
    }
}
