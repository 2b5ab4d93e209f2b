/// Every kernel, compiled for one instruction set.
///
/// The same sources are compiled once for each; a caller holds the metatype and calls through its witness table. One
/// indirect call a row or a panel costs nothing beside the work, and the compiler checks names and labels. Kernels take
/// pointers and numbers, allocate nothing and know no errors.
package protocol KernelSet: NetworkKernels, TransformerKernels, RefinementKernels, SolvingKernels, RasterKernels,
    LightKernels, MaskKernels, VideoKernels, SendableMetatype
{}
