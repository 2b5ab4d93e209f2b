#if os(Linux)
/// What the control groups of this process, of version 1 or 2, leave it of the processors.
///
/// A process is in one group of each hierarchy, and each group above it may have a quota of its own, all of which hold: a
/// container's is often that of a group above the one in which its processes are.
package struct ControlGroups {
    /// What all paths begin with: nothing, or a folder that tests have furnished.
    private let root: String

    package init(root: String = "") { self.root = root }

    /// The tightest quota, in processors, rounded up; nil where there is none.
    package var processorQuota: Int? {
        hierarchies.flatMap { hierarchy in hierarchy.folders.compactMap { quota(in: $0, hierarchy.version) } }.min()
    }

    private enum Version { case one, two }

    /// One that rules the processors.
    private struct Hierarchy {
        let version: Version
        let mountPoint: String
        /// The group of this process as a path below the mount point, or nothing.
        let group: Substring

        /// The folders of the group and of all above it.
        var folders: [String] {
            var path = mountPoint
            return [path]
                + group.split(separator: "/").map { name in
                    path += "/" + name
                    return path
                }
        }
    }

    /// "QUOTA PERIOD" in microseconds or "max PERIOD" in one file, or each in one, the quota −1 where there is none.
    private func quota(in folder: String, _ version: Version) -> Int? {
        func numbers(_ name: String) -> [Int?] {
            kernelFile("\(root)\(folder)/\(name)").split(whereSeparator: \.isWhitespace).map { Int($0) }
        }
        let numbers =
            switch version {
            case .one: numbers("cpu.cfs_quota_us") + numbers("cpu.cfs_period_us")
            case .two: numbers("cpu.max")
            }
        guard numbers.count == 2, let quota = numbers[0], let period = numbers[1], quota > 0, period > 0 else {
            return nil
        }
        return quota / period + (quota % period > 0 ? 1 : 0)
    }

    /// Those that are mounted, by `/proc/self/mountinfo`:
    ///
    ///     33 24 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid shared:15 - cgroup cgroup rw,cpu,cpuacct
    ///
    /// The fourth field is the group that is mounted at the fifth, the options of the hierarchy are last.
    private var hierarchies: [Hierarchy] {
        let groups = groups
        return kernelFile("\(root)/proc/self/mountinfo", limit: 1 << 20).split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 5, let dash = fields[5...].firstIndex(of: "-"), dash + 3 < fields.count else {
                return nil
            }
            let version: Version
            switch fields[dash + 1] {
            case "cgroup2": version = .two
            case "cgroup" where fields[dash + 3].split(separator: ",").contains("cpu"): version = .one
            default: return nil
            }
            guard let group = groups[version] else { return nil }
            let mounted = Self.unescaped(fields[3])
            // A container may see its own group mounted and yet be told its path on the host, or see a path that leads out
            // of what is mounted: then only what is mounted is known.
            var below = group[...]
            if mounted != "/" { below = group.hasPrefix(mounted) ? group.dropFirst(mounted.count) : "" }
            let isBelow = below.isEmpty || below.hasPrefix("/")
            if !isBelow || below.split(separator: "/").contains("..") { below = "" }
            return Hierarchy(version: version, mountPoint: Self.unescaped(fields[4]), group: below)
        }
    }

    /// The group of this process in each version's hierarchy, by `/proc/self/cgroup`: "4:cpu,cpuacct:/docker/…" or "0::/…".
    private var groups: [Version: String] {
        var groups: [Version: String] = [:]
        for line in kernelFile("\(root)/proc/self/cgroup", limit: 1 << 16).split(separator: "\n") {
            let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
            guard fields.count == 3 else { continue }
            if fields[0] == "0" && fields[1].isEmpty {
                groups[.two] = String(fields[2])
            } else if fields[1].split(separator: ",").contains("cpu") {
                groups[.one] = String(fields[2])
            }
        }
        return groups
    }

    /// A path of `mountinfo`, in which a space is `\040`.
    private static func unescaped(_ path: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(path.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(3), as: UTF8.self)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let value = UInt8(digits, radix: 8) {
                bytes.append(value)
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
#endif
