import KernelInterface

/// The kernels of this module: compiled from the same sources as those of its siblings, for its own instruction set.
///
/// Code of the standard library that is generic would be specialised here with this module's instructions, under a symbol
/// that all modules share, and the linker keeps whichever it meets first: an illegal instruction on an older processor.
/// So kernels use pointers, numbers and vectors only, and a check of the object files guards that.
package enum VectorKernels: KernelSet {}
