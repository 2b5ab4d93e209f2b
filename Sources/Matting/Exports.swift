// The public face of the package besides this module's own: each type by name, so that what a client sees is chosen here.
// `Tests/Embedding/symbols.txt` lists every symbol of it.

// Pictures in memory
@_exported public import struct Raster.PixelLayout
@_exported public import struct Raster.PixelRect
@_exported public import struct Raster.RasterColor
@_exported public import struct Raster.RasterImage
@_exported public import enum Raster.RasterError
@_exported public import struct Raster.DecodingLimits
@_exported public import enum Raster.DecodingWarning

// Files of pictures
@_exported public import enum ImageCodecs.ChromaSubsampling
@_exported public import struct ImageCodecs.EncodedImage
@_exported public import struct ImageCodecs.EncodingOptions
@_exported public import enum ImageCodecs.EncodingWarning
@_exported public import enum ImageCodecs.ImageCodecError
@_exported public import enum ImageCodecs.ImageFormat
@_exported public import enum ImageCodecs.MetadataPolicy
@_exported public import struct ImageCodecs.LayeredImage
@_exported public import enum ImageCodecs.PNGCompression
@_exported public import enum ImageCodecs.TIFFCompression
@_exported public import enum ImageCodecs.WebPCompression

// Films
@_exported public import struct VideoStreams.PlanarFormat
@_exported public import struct VideoStreams.PlanarFrame
@_exported public import struct VideoStreams.VideoColors
@_exported public import enum VideoStreams.VideoStreamError
@_exported public import struct VideoStreams.Y4MFrames
@_exported public import struct VideoStreams.Y4MHeader
@_exported public import struct VideoStreams.Y4MReader
@_exported public import struct VideoStreams.Y4MWriter

// Weight files and what reads them
@_exported public import enum WeightFiles.CheckpointProblem
@_exported public import enum WeightFiles.ForeignWeights
@_exported public import struct WeightFiles.InputRecipe
@_exported public import struct WeightFiles.TensorInfo
@_exported public import struct WeightFiles.WeightDifference
@_exported public import enum WeightFiles.WeightError
@_exported public import struct WeightFiles.WeightFile
@_exported public import struct WeightFiles.WeightFileWriter
@_exported public import struct WeightFiles.WeightLimits
@_exported public import struct WeightFiles.WeightProblems
@_exported public import enum WeightFiles.WeightType
@_exported public import struct MattingNetworks.Architecture
@_exported public import struct MattingNetworks.WeightCheck

// Computing
@_exported public import enum TensorCore.TensorError

// Refinement
@_exported public import struct MatteRefinement.ForegroundEstimation
@_exported public import struct MatteRefinement.GuidedUpsampling
@_exported public import struct MatteRefinement.SubjectSeparation
@_exported public import struct MatteRefinement.TemporalFilter
@_exported public import struct MatteSolving.ClosedFormMatting
