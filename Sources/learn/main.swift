import Examples
import Figures
let story = try Story(RunOptions(output: "/tmp/out"), terminal: .standardOutput, progress: .standardError)
print(try Chapter.all[0].run(story).claims)
