import Examples
import Figures
let story = try Story(RunOptions(output: "Docs/Pictures/feedforward"), terminal: .standardOutput, progress: .standardError)
print(try Chapter.all[0].run(story).claims)
