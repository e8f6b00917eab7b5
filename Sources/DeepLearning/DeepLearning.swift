// One import for the whole book.

@_exported import Convolution
@_exported import FeedForward
@_exported import SIMDTensor
