// What networks are written in, by name, for programs that bring their own: `import MattingNetworks`.
@_exported public import enum KernelInterface.Activation
@_exported public import struct TensorCore.TensorShape
@_exported public import struct TensorCore.Value
@_exported public import struct WeightFiles.InputRecipe
@_exported public import enum WeightFiles.WeightError
@_exported public import struct WeightFiles.WeightFile
@_exported public import struct WeightFiles.WeightScope
