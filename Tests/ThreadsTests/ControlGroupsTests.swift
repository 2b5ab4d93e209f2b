#if os(Linux)
import Foundation
import Testing
import Threads

/// Quotas of processor time, in folders furnished as the kernel furnishes `/proc` and `/sys/fs/cgroup`.
@Suite struct ControlGroupsTests {
    /// A machine's files, deleted with it.
    private final class Machine {
        let root = FileManager.default.temporaryDirectory.appendingPathComponent("groups-\(UUID().uuidString)").path

        init(groups: String, mounts: String, _ files: [String: String] = [:]) throws {
            try write(groups, "/proc/self/cgroup")
            try write(mounts, "/proc/self/mountinfo")
            for (path, text) in files { try write(text, path) }
        }

        deinit { try? FileManager.default.removeItem(atPath: root) }

        private func write(_ text: String, _ path: String) throws {
            let url = URL(fileURLWithPath: root + path)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data((text + "\n").utf8).write(to: url)
        }

        var quota: Int? { ControlGroups(root: root).processorQuota }
    }

    private static let two = "29 23 0:26 / /sys/fs/cgroup rw,nosuid shared:4 - cgroup2 cgroup2 rw,nsdelegate"
    private static let one = """
        22 1 254:1 / / rw,relatime shared:1 - ext4 /dev/root rw
        33 24 0:29 / /sys/fs/cgroup/memory rw,nosuid - cgroup cgroup rw,memory
        34 24 0:30 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct
        35 24 0:31 / /sys/fs/cgroup/cpuset rw,nosuid - cgroup cgroup rw,cpuset
        """

    private static func quotaOfOne(_ quota: Int, _ period: Int, at group: String) -> [String: String] {
        let folder = "/sys/fs/cgroup/cpu,cpuacct\(group)"
        return ["\(folder)/cpu.cfs_quota_us": "\(quota)", "\(folder)/cpu.cfs_period_us": "\(period)"]
    }

    @Test func versionTwo() throws {
        for (text, expected) in [
            ("150000 100000", 2), ("100000 100000", 1), ("max 100000", nil), ("5000 100000", 1), ("0 100000", nil),
            ("100000 0", nil), ("-1 100000", nil), ("nonsense", nil), ("", nil), ("400000", nil),
            ("\(Int.max) 3", Int.max / 3 + 1), ("99999999999999999999 100000", nil),
        ] {
            let machine = try Machine(
                groups: "0::/", mounts: Self.two, ["/sys/fs/cgroup/cpu.max": text])
            #expect(machine.quota == expected, "\(text)")
        }
    }

    @Test func aGroupAboveMayHaveTheTighterQuota() throws {
        let files = [
            "/sys/fs/cgroup/system.slice/cpu.max": "300000 100000",
            "/sys/fs/cgroup/system.slice/a.service/cpu.max": "max 100000",
            "/sys/fs/cgroup/system.slice/a.service/worker/cpu.max": "800000 100000",
            "/sys/fs/cgroup/other/cpu.max": "100000 100000",
        ]
        #expect(
            try Machine(groups: "0::/system.slice/a.service/worker", mounts: Self.two, files).quota == 3)
        #expect(try Machine(groups: "0::/user.slice", mounts: Self.two, files).quota == nil)
    }

    @Test func versionOne() throws {
        let groups = "5:cpuset:/elsewhere\n4:cpu,cpuacct:/docker/abc\n3:memory:/m\n0::/unified"
        let mine = Self.quotaOfOne(250_000, 100_000, at: "/docker/abc")
        #expect(try Machine(groups: groups, mounts: Self.one, mine).quota == 3)
        let none = Self.quotaOfOne(-1, 100_000, at: "/docker/abc")
        #expect(try Machine(groups: groups, mounts: Self.one, none).quota == nil)
        let parent = Self.quotaOfOne(100_000, 50_000, at: "/docker").merging(none) { first, _ in first }
        #expect(try Machine(groups: groups, mounts: Self.one, parent).quota == 2)
    }

    /// A container that sees its own group only, under the mount point, and is told the path that the host knows.
    @Test func aContainerSeesItsGroupWhereTheTreeBegins() throws {
        let mounts = Self.one.replacingOccurrences(of: "0:30 / ", with: "0:30 /docker/abc ")
        for group in ["/docker/abc", "/docker/abc/inner", "/docker/abcd", "/", "/../..", "/elsewhere"] {
            let machine = try Machine(
                groups: "4:cpu,cpuacct:\(group)", mounts: mounts, Self.quotaOfOne(150_000, 100_000, at: ""))
            #expect(machine.quota == 2, "\(group)")
        }
        let inner = try Machine(
            groups: "4:cpu,cpuacct:/docker/abc/inner", mounts: mounts,
            Self.quotaOfOne(400_000, 100_000, at: "").merging(Self.quotaOfOne(100_000, 100_000, at: "/inner")) { $1 })
        #expect(inner.quota == 1)
    }

    @Test func bothVersionsCount() throws {
        let files = Self.quotaOfOne(400_000, 100_000, at: "/a").merging(
            ["/sys/fs/cgroup/unified/b/cpu.max": "200000 100000"]) { $1 }
        let mounts = Self.one + "\n41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw"
        #expect(try Machine(groups: "1:cpu,cpuacct:/a\n0::/b", mounts: mounts, files).quota == 2)
    }

    @Test func mountPointsWithSpacesAndLongLists() throws {
        // Beyond what one page holds.
        let others = (0..<300).map {
            "\($0) 1 0:\($0) / /mnt/\($0)/\(String(repeating: "x", count: 60)) rw - ext4 d rw"
        }
        let mounts = (others + [#"29 23 0:26 / /my\040groups rw - cgroup2 cgroup2 rw"#]).joined(separator: "\n")
        #expect(
            try Machine(groups: "0::/", mounts: mounts, ["/my groups/cpu.max": "100000 100000"]).quota == 1)
    }

    @Test func whatIsMissingOrOddHasNoQuota() throws {
        for mounts in ["", "one two", "29 23 0:26 / /sys/fs/cgroup rw -", "29 23 0:26 / /x rw - cgroup2"] {
            #expect(try Machine(groups: "0::/", mounts: mounts, ["/sys/fs/cgroup/cpu.max": "1 1"]).quota == nil)
        }
        for groups in ["", ":", "0:", "x:y", "0:cpu"] {
            #expect(try Machine(groups: groups, mounts: Self.two, ["/sys/fs/cgroup/cpu.max": "1 1"]).quota == nil)
        }
        #expect(ControlGroups(root: "/nonexistent").processorQuota == nil)
    }
}
#endif
