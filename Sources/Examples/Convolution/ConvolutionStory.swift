// 3.2 Convolutional networks, run.
//
// The story follows the chapter: what a convolution saves and finds, its layers, the whole network, and what it is used
// for. Each section measures a claim of the chapter; the functions that measure stand in the other files of this folder,
// and the tests call the same ones.

import Convolution
import Figures

/// Runs the chapter: what is shown, the trainings, the figures beside their claims, the pictures.
@Sendable
func runConvolution(_ story: Story) throws -> RunReport {
    let start = ContinuousClock.now
    let images = try PictureData(story.options, smallestSide: smallestImageSide)
    story.heading("3.2 Convolutional networks")
    story.tell(
        """
        A picture is a grid: what belongs together lies together, and a thing is the same thing wherever it lies. A \
        convolutional network is made for that. It moves small windows over the picture, each looking for one feature at \
        every place, puts what they find into maps, looks for features of features in those, and at the end decides from \
        what was found. This run shows what that saves, how each part works, and what the whole can do.
        """)
    try tellPrinciplesOfConvolution(story)
    try tellLayersOfConvolution(story)
    try tellNetwork(story)
    try tellImages(story, images)
    try tellUsesOfConvolution(story)
    return story.end(.convolution, since: start)
}
