// 3.2 Convolutional networks, run.
//
// The story follows the chapter: what a convolution saves and finds, its layers, the whole network, and what it is used
// for. Each section measures a claim of the chapter; the functions that measure stand in the other files of this folder,
// and the tests call the same ones.

import Convolution
import Figures

/// Runs the chapter: what is shown, the trainings, the figures for the claims, the pictures.
@Sendable
func runConvolution(_ story: Story) throws -> RunReport {
    let start = ContinuousClock.now
    let images = try PictureData(story.options, smallestSide: smallestImageSide)
    story.heading("3.2 Convolutional networks")
    story.tell(
        """
        A picture is a grid: what belongs together lies together, and a thing is the same thing wherever it lies. A \
        convolutional network is made for that. It moves small windows over the picture, each looking for one feature at \
        every place, records what they find in maps, looks for features of features in those, and finally decides from \
        what it has found. This run shows what that saves, how each part works, and what the whole network can do.
        """)
    try tellPrinciplesOfConvolution(story)
    try tellLayersOfConvolution(story)
    try tellNetwork(story)
    try tellImages(story, images)
    try tellUsesOfConvolution(story)
    return story.end(.convolution, since: start)
}
