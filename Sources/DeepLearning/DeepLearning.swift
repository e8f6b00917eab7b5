// One import for the whole book.

@_exported import Convolution
@_exported import FeedForward
@_exported import LSTM
@_exported import Recurrent
@_exported import SIMDTensor
