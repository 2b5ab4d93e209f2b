import KernelDispatch
import TensorCore
import Threads

/// Takes the flicker out of mattes that were made frame by frame: where the picture stands still, so does the matte.
///
/// A network that sees one frame at a time answers camera noise and compression with a little different matte each time.
/// The filter averages mattes over time, place by place, for as long as the picture at that place does not change:
///
///     age    = 1 + s · min(age, N − 1)              frames in the average; N is ``longestMemory``
///     matte  = average + (new − average) / age
///     picture = the same average of the frames
///
/// s is 1 where the frame agrees with the averaged *picture* up to noise, 0 where it does not, and then the new matte is
/// taken as it is, bit for bit. Comparing with the average, not with the frame before, is what keeps slow motion and slow
/// fades honest: the average lags, the difference grows with the lag, and the place counts as moved before the lag shows.
///
/// The change of the picture is the mean squared difference over the channels and a window of 3 × 3 cells of 2 × 2
/// pixels, divided by what noise alone would give, σ² (1 + 1 / age). s falls from 1 at ``stillChange`` to 0 at
/// ``movedChange``. What changed counts within ``reach`` around it too: a network's matte is soft and changes beside a
/// moving edge, where the picture has not changed.
///
/// - *Noise*, σ², is estimated from each frame: the lower quartile, over blocks of 16 × 16 pixels, of the change that no
///   small shift of the picture explains (Lucas and Kanade 1981), without blocks at either end of the range, where noise is
///   clipped, and those that did not change at all, as compressed video copies them. It falls at once and rises by at
///   most a tenth a frame, so that a camera that begins to pan does not pass for noise; ``noise`` bounds it.
/// - *Brightness flicker and fades* scale all colours alike. The median ratio of blocks to those of the frame before is
///   taken out of the averaged picture first.
/// - *Camera pan*: everything changed, so nothing is averaged.
/// - *Cuts*: where block means of two frames differ by more than half of what unrelated pictures differ by (mean squared
///   difference above half of the sum of the variances), everything begins anew; so it does where the size changes. A pixel of the same colour in
///   both scenes would otherwise keep its old alpha.
///
/// A flicker that is independent from frame to frame falls to 1/N · √(2 / (2 − 1/N)), 0.13 of itself with N = 8 in
/// standard deviation of the step between frames, 1 : 1 where anything moves. The price is that a network that changes its
/// mind about a still place is followed over some N frames, a quarter of a second.
///
/// Measured with the embedded network on a clip of 60 frames, 1280 × 720, a subject that stands, moves and stands: the mean step
/// of alpha where the film stands still falls to 0.10 with uncompressed noise of 4 levels and to 0.3 after H.264 has taken
/// most of the noise out; the error within 6 pixels of moving edges stays the same to 0.1 %.
///
/// - Complexity: O(pixels): the frame is read once, half the resolution is walked about five times. State: 4 bytes a
///   pixel for the matte and 11 for the rest.
/// - Note: motion-adaptive recursive filtering is an old means against noise in television (T. Dennis, *Nonlinear temporal
///   filter for television picture noise reduction*, IEE Proceedings 127 G, 1980); here it is the picture that decides
///   and the matte that is filtered.
public struct TemporalFilter: Sendable {
    /// Frames that are averaged at most, N; 1 to 10,000. More is steadier and follows a network's second thoughts later.
    public var longestMemory: Float
    /// Change of the picture, in variances of noise, up to which a place counts as still. Noise itself has 1; a window's own
    /// estimate of it scatters by a third.
    public var stillChange: Float
    /// Change from which a place counts as moved; above ``stillChange``.
    public var movedChange: Float
    /// Bounds of the noise's standard deviation after the mean over 2 × 2 pixels, in intensity on [0, 1]: at least one level
    /// of 255, which compression alone changes, at most six, beyond which it is motion.
    public var noise: ClosedRange<Float>
    /// How far around a change the new matte is taken, as a share of the picture's longer side: one pixel of a network's
    /// input of 384.
    public var reach: Float

    /// The defaults suit film of 24 to 60 frames a second. A number outside of its range is refused when a stream begins.
    public init(
        longestMemory: Float = 8, stillChange: Float = 2, movedChange: Float = 4,
        noise: ClosedRange<Float> = 1 / 255...6 / 255, reach: Float = 1 / 384
    ) {
        self.longestMemory = longestMemory
        self.stillChange = stillChange
        self.movedChange = movedChange
        self.noise = noise
        self.reach = reach
    }

    /// Averages the next matte of a stream with those before it; the same, bit for bit, for every number of threads.
    ///
    /// - Parameters:
    ///   - matte: `[1, H, W, 1]`, in [0, 1], of this frame alone; in place where nobody else has it.
    ///   - guide: the frame, H × W.
    ///   - state: what is remembered of the stream; a new one begins with this frame.
    /// - Throws: ``TensorError/outOfMemory(byteCount:purpose:)``; the state then begins anew with the next frame.
    package func apply(
        to matte: inout Tensor, guide: some GuideRows, state: inout TemporalState, pool: ThreadPool = .shared
    ) throws(TensorError) {
        let shape = matte.shape
        precondition(
            shape.batch == 1 && shape.channels == 1 && shape.height == guide.height && shape.width == guide.width,
            "a matte of shape \(shape) for a frame of \(guide.width)×\(guide.height)")
        precondition((try? validate(as: "")) != nil, "options that were not validated: \(self)")
        guard shape.elementCount > 0 else { return }

        var memory = state.take(width: guide.width, height: guide.height, channels: guide.channels)
        if memory == nil { memory = try TemporalMemory(guide) }
        guard var memory else { preconditionFailure("it was made above") }
        try memory.read(guide, pool: pool)
        if let previous = memory.matte, !memory.isCut {
            let variance = try memory.noiseVariance(within: noise, pool: pool)
            memory.age(
                still: stillChange * variance, moved: movedChange * variance, longest: longestMemory,
                radius: max(Int((reach * Float(max(guide.width, guide.height)) / 2).rounded(.up)), 1), pool: pool)
            try matte.withMutableValues { values in
                guard let matte = values.baseAddress else { return }
                let before = previous.borrowed
                memory.average(pool: pool) { row, shares in
                    kernels.temporalBlendRow(
                        previous: before + row * guide.width, shares: shares, into: matte + row * guide.width,
                        count: guide.width)
                }
            }
            withExtendedLifetime(previous) {}
        } else {
            memory.begin(pool: pool)
        }
        memory.matte = matte
        state.keep(memory)
    }
}

/// What a ``TemporalFilter`` remembers of a stream: the averaged matte and picture, and how old the average is.
///
/// One a stream; a value that cannot be copied, since two streams must not share one.
package struct TemporalState: ~Copyable, Sendable {
    private var memory: TemporalMemory?

    package init() {}

    /// Forgets everything: the next frame begins a new stream.
    package mutating func reset() { memory = nil }

    /// What is remembered of a stream of this size, which the caller gives back; nil where there is none.
    mutating func take(width: Int, height: Int, channels: Int) -> TemporalMemory? {
        defer { memory = nil }
        guard let memory, memory.isOf(width: width, height: height, channels: channels) else { return nil }
        return memory
    }

    mutating func keep(_ memory: TemporalMemory) { self.memory = memory }
}
