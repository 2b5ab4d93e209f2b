/// The geometry of a convolution: kernel, stride, zero padding, dilation and groups; everything but the channels.
package struct ConvolutionGeometry: Hashable, Sendable {
    package var kernelHeight: Int
    package var kernelWidth: Int
    package var strideY: Int
    package var strideX: Int
    package var padding: Padding
    package var dilationY: Int
    package var dilationX: Int
    /// Input and output channels are divided into this many groups that do not see one another.
    package var groups: Int

    /// Zeros added around a map, in pixels; the sides may differ.
    package struct Padding: Hashable, Sendable {
        package var top: Int
        package var left: Int
        package var bottom: Int
        package var right: Int

        package init(top: Int, left: Int, bottom: Int, right: Int) {
            self.top = top
            self.left = left
            self.bottom = bottom
            self.right = right
        }

        /// The same on all sides.
        package init(_ all: Int) { self.init(top: all, left: all, bottom: all, right: all) }

        package static let none = Padding(0)
    }

    /// A square kernel; padding nil keeps the size at stride 1 ("same": dilation · (kernel − 1) / 2).
    package init(kernel: Int, stride: Int = 1, padding: Padding? = nil, dilation: Int = 1, groups: Int = 1) {
        self.init(
            kernelHeight: kernel, kernelWidth: kernel, strideY: stride, strideX: stride,
            padding: padding ?? Padding(dilation * (kernel - 1) / 2), dilationY: dilation, dilationX: dilation,
            groups: groups)
    }

    package init(
        kernelHeight: Int, kernelWidth: Int, strideY: Int, strideX: Int, padding: Padding, dilationY: Int,
        dilationX: Int, groups: Int
    ) {
        precondition(
            min(kernelHeight, kernelWidth, strideY, strideX, dilationY, dilationX, groups) >= 1,
            "a convolution's kernel, stride, dilation and groups are positive")
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.strideY = strideY
        self.strideX = strideX
        self.padding = padding
        self.dilationY = dilationY
        self.dilationX = dilationX
        self.groups = groups
    }

    /// Rows, and columns, of blocks of 3×3 taps that cover the kernel, where that is square and odd, moves pixel by pixel and
    /// keeps the size; nil for other kernels, and where one tap is all there is.
    var blocksASide: Int? {
        let isSquare = kernelHeight == kernelWidth && dilationY == dilationX && kernelHeight % 2 == 1
        guard isSquare, kernelHeight > 1, strideY == 1, strideX == 1, groups == 1,
            padding == Padding(dilationY * (kernelHeight / 2))
        else { return nil }
        return (kernelHeight + 2) / 3
    }

    /// Positions of the kernel.
    package var tapCount: Int { kernelHeight * kernelWidth }

    /// ⌊(height + top + bottom − dilation · (kernel − 1) − 1) / stride⌋ + 1
    package func outputHeight(_ height: Int) -> Int {
        windowCount(height + padding.top + padding.bottom, dilationY * (kernelHeight - 1) + 1, strideY)
    }

    /// ⌊(width + left + right − dilation · (kernel − 1) − 1) / stride⌋ + 1
    package func outputWidth(_ width: Int) -> Int {
        windowCount(width + padding.left + padding.right, dilationX * (kernelWidth - 1) + 1, strideX)
    }

    private func windowCount(_ extent: Int, _ window: Int, _ stride: Int) -> Int {
        precondition(extent >= window, "a window of \(window) pixels does not fit into \(extent)")
        return (extent - window) / stride + 1
    }
}
