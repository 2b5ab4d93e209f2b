import KernelInterface
import TensorCore

/// Layers without weights, spelled as the papers do.
extension Value {
    /// Bilinear interpolation to the size of `other`, half-pixel centres.
    public func upsampled(like other: Value) -> Value { resized(like: other) }

    /// The same towards a smaller size: two by two values are read of each output's neighbourhood, the others skipped, as
    /// networks are trained with (a picture shrunk for people is averaged instead).
    public func downsampled(like other: Value) -> Value { resized(like: other) }

    /// Bilinear interpolation to the size of `other`, half-pixel centres or corners on corners.
    public func resized(like other: Value, alignsCorners: Bool = false) -> Value {
        resized(height: other.shape.height, width: other.shape.width, alignsCorners: alignsCorners)
    }

    /// Bilinear interpolation to a size, half-pixel centres or corners on corners.
    public func resized(height: Int, width: Int, alignsCorners: Bool) -> Value {
        guard shape.height != height || shape.width != width else { return self }
        return graph.append(BilinearResize(height: height, width: width, alignsCorners: alignsCorners), [self])
    }

    /// Bilinear interpolation in steps of `step` source pixels, half-pixel centres; what lies beyond the size is
    /// cropped.
    func resized(height: Int, width: Int, step: Double) -> Value {
        graph.append(BilinearResize(height: height, width: width, step: Float(step)), [self])
    }

    /// Some of the channels.
    public func channels(_ range: Range<Int>) -> Value { graph.append(ChannelSlice(range), [self]) }

    /// 2×2 maximum at stride 2, odd sizes rounded up.
    public func halved() -> Value { graph.append(Pooling(.maximum, kernel: 2, stride: 2, ceilMode: true), [self]) }

    /// 2×2 maximum at stride 2, odd sizes rounded down; a side of one pixel stays.
    public func halvedDown() -> Value {
        let isSmall = min(shape.height, shape.width) < 2
        return graph.append(Pooling(.maximum, kernel: 2, stride: 2, ceilMode: isSmall), [self])
    }

    /// Bilinear interpolation to twice the size, corners on corners.
    public func doubled() -> Value { resized(height: 2 * shape.height, width: 2 * shape.width, alignsCorners: true) }

    /// Zeros added on the right and below, or pixels cut off there, up to the size of `other`.
    public func framed(like other: Value) -> Value {
        guard shape.height != other.shape.height || shape.width != other.shape.width else { return self }
        return graph.append(CropOrPad(height: other.shape.height, width: other.shape.width), [self])
    }

    /// Zeros added on the right and below up to the next multiples of a length.
    func framed(toMultiplesOf length: Int) -> Value {
        let height = (shape.height + length - 1) / length * length
        let width = (shape.width + length - 1) / length * length
        guard shape.height != height || shape.width != width else { return self }
        return graph.append(CropOrPad(height: height, width: width), [self])
    }

    /// The mean of each channel.
    public func globallyAveraged() -> Value { graph.append(GlobalAveragePool(), [self]) }

    /// Each channel times its scale, `[N, 1, 1, C]`.
    public func scaled(by scale: Value) -> Value { graph.append(ChannelScale(), [self, scale]) }

    /// Each pixel times its weight, `[N, H, W, 1]`.
    public func weighed(by weight: Value) -> Value { graph.append(PixelScale(), [self, weight]) }

    /// This map where the weight is 0, `other` where it is 1, linear in between.
    public func mixed(with other: Value, by weight: Value) -> Value { graph.append(Mix(), [self, other, weight]) }

    /// This map less the product of two others.
    func subtractingProduct(of left: Value, _ right: Value) -> Value {
        graph.append(ProductSubtraction(), [self, left, right])
    }

    /// A function of each value.
    public func activated(_ activation: Activation) -> Value { activated(activation, label: "") }

    /// The same of values that a layer of another name in the file makes together with others.
    func activated(_ activation: Activation, label: String) -> Value {
        graph.append(ActivationLayer(activation), [self], label: label)
    }

    /// Of a map with the logits of a class in each channel, the probability that a pixel is of one of these, by a softmax;
    /// none stands for all but the first, the background.
    func probability(ofClasses classes: [Int]) -> Value {
        let chosen = classes.isEmpty ? Array(1..<shape.channels) : classes
        return graph.append(ClassProbability(of: chosen, among: shape.channels), [self])
    }

    /// The sum of two maps of one shape.
    public static func + (left: Value, right: Value) -> Value { left.graph.append(Addition(), [left, right]) }

    /// The product of two maps of one shape, value by value.
    public static func * (left: Value, right: Value) -> Value { left.graph.append(Multiplication(), [left, right]) }
}

/// Maps of one size, joined along their channels.
public func concatenate(_ maps: Value...) -> Value { concatenate(maps) }

/// Maps of one size, joined along their channels.
public func concatenate(_ maps: [Value]) -> Value {
    precondition(!maps.isEmpty, "concatenating nothing")
    return maps[0].graph.append(Concatenation(), maps)
}

/// Maps of several sizes summed at the first one's, weighed at every pixel by a softmax over their logits.
func attend(to features: [Value], by logits: [Value]) -> Value {
    precondition(!features.isEmpty, "attending to nothing")
    return features[0].graph.append(ScaleAttention(), features + logits)
}

/// Alpha as a mixture of a network's own and two channels of its input, which are 2a − 1.
func mixture(of input: Value, by logits: Value, first: Int, second: Int) -> Value {
    input.graph.append(CandidateMixture(first: first, second: second), [logits, input])
}
