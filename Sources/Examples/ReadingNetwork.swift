// The network with which chapter 3.1 reads images, and against which chapter 3.2 holds its own.

import FeedForward

/// The network that reads: one hidden layer, of whose neurons some are dropped while training.
func readingNetwork(
    pixels: Int, hidden: Int, dropout: Double, classes: Int, random: inout Random
) -> some Layer<Float> {
    Sequential {
        Dense(pixels, hidden, initialization: .heNormal, random: &random)
        ReLU()
        Dropout(dropout, random: &random)
        Dense(hidden, classes, random: &random)
    }
}
