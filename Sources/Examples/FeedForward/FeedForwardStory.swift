// 3.1 Feedforward networks, run.
//
// The story goes from what a network is to what it can do. Each section measures a claim of the chapter; the functions that
// measure stand in the other files of this folder, and the tests call the same ones.

import FeedForward
import Figures

/// Runs the chapter: what is shown, the training, the figures for the claims, the pictures.
@Sendable
func runFeedForward(_ story: Story) throws -> RunReport {
    let start = ContinuousClock.now
    let images = try PictureData(story.options)
    story.heading("3.1 Feedforward networks")
    story.tell(
        """
        A feedforward network passes numbers one way: from its inputs through layers of neurons to its outputs. Every \
        layer multiplies by weights, adds biases and bends the result with an activation. What it computes is determined \
        by the weights, and it learns those by itself: it makes a prediction, a loss says how wrong the prediction was, \
        backpropagation finds every weight's share in that, and an optimizer moves each weight a little. This run shows, \
        step by step, that it works.
        """)
    try tellDigits(story, images)
    try tellPrinciples(story)
    try tellAbstraction(story, images)
    try tellUses(story)
    return story.end(.feedForward, since: start)
}
