// The first thing the command does: can this processor execute what the libraries were compiled to?
//
// `Package.swift` compiles them for the processor that builds the package. Carried to an older one, the program would
// die at the first instruction that is missing there, without a word. The command itself is compiled for every
// processor. That is not quite enough: of a generic function which several modules specialise for the same types, the
// linker keeps one copy, perhaps theirs. So what runs before the answer is known, and to tell it, is little and mostly
// Foundation's.

import Foundation

/// What the libraries can be compiled for, beyond what every x86-64 processor has: the levels of the x86-64 psABI.
enum ProcessorLevel: String {
    case v3 = "x86-64-v3"
    case v4 = "x86-64-v4"

    /// The level of this build; none where it runs on every processor.
    static var ofThisBuild: ProcessorLevel? {
        #if X86_64_V4
        .v4
        #elseif X86_64_V3
        .v3
        #else
        nil
        #endif
    }

    /// The names that Linux has for what this level needs, as in `Package.swift`.
    var features: [String] {
        let v3 = ["avx2", "bmi1", "bmi2", "f16c", "fma", "abm", "movbe"]
        return switch self {
        case .v3: v3
        case .v4: v3 + ["avx512f", "avx512bw", "avx512cd", "avx512dq", "avx512vl"]
        }
    }

    /// What keeps a processor from running programs of this level, in a sentence; nil if nothing does.
    ///
    /// - Parameter description: the content of `/proc/cpuinfo`; one without a line of flags tells nothing, and then
    ///   there is no reason to refuse.
    func obstacle(in description: String) -> String? {
        guard let line = description.components(separatedBy: "\n").first(where: { $0.hasPrefix("flags") }) else {
            return nil
        }
        let present = line.components(separatedBy: " ")
        let missing = features.filter { !present.contains($0) }
        guard !missing.isEmpty else { return nil }
        return "This program was built for processors of the level \(rawValue), and this one lacks "
            + "\(missing.joined(separator: ", ")): build it again on this machine, "
            + "or for every processor with “DEEPLEARNING_PORTABLE=1 swift build -c release”."
    }
}
